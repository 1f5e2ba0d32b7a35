#pragma once
/// @file The webhook that Jira delivers live events by.

#include <string>

#include "ocean/ocean.hpp"
#include "src/client.hpp"

namespace jira {

/// The webhook as Jira should have it: a site's own, or with OAuth that of the app.
ocean::WebhookRegistration Registration(const JiraClient& jira, const std::string& identifier,
                                        const ocean::Secret& secret);

}  // namespace jira
