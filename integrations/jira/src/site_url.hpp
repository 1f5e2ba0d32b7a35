#pragma once
/// @file Links for people, where the API's own lead to the gateway.

#include "ocean/ocean.hpp"
#include "src/client.hpp"

namespace jira {

/// Emits pages, with the site's address as `__siteUrl` when their `self` does not lead there.
void EmitWithSite(const JiraClient& jira, ocean::PageRange pages, ocean::ResyncContext& ctx);

}  // namespace jira
