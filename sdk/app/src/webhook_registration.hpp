#pragma once
/// @file Seeing to it that a third party sends its events to us.

#include "ocean/app/webhook.hpp"

namespace ocean::app {

/// Creates the webhook for `url`, or brings the one that is there in line; does nothing when all is well. What the functions of
/// the registration throw passes through, with what was being done.
void EnsureRegistered(const WebhookRegistration& registration, const std::string& url,
                      const Logger& logger);

/// True when `existing` is as wanted, in what is compared.
bool IsAsWanted(const Json& existing, const Json& wanted, const std::vector<std::string>& pointers);

}  // namespace ocean::app
