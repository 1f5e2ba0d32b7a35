#pragma once
/// @file Seeing to it that a third party sends its events to us.

#include <chrono>
#include <string>
#include <vector>

#include "ocean/app/integration.hpp"
#include "ocean/app/webhook.hpp"
#include "ocean/base/clock.hpp"

namespace ocean::app {

/// How often webhooks are renewed, of which some third parties forget those that are a month old.
inline constexpr std::chrono::hours kRenewalInterval{7 * 24};

/// Sees to all registrations, each by itself; goes on to do so until the stop when any is to be renewed.
void KeepRegistered(const std::vector<WebhookRegistration>& registrations, const std::string& url,
                    Clock& clock, const StartContext& ctx);

/// Creates the webhook for `url`, or brings the one that is there in line, and renews it; does no more when all is well. What the
/// functions of the registration throw passes through, with what was being done.
void EnsureRegistered(const WebhookRegistration& registration, const std::string& url,
                      const Logger& logger);

/// True when `existing` is as wanted, in what is compared.
bool IsAsWanted(const Json& existing, const Json& wanted, const std::vector<std::string>& pointers);

}  // namespace ocean::app
