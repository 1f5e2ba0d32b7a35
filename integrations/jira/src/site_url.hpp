#pragma once
/// @file Links for people, where the API's own lead to the gateway.

#include "ocean/ocean.hpp"
#include "src/client.hpp"

namespace jira {

/// Gives an object the site's address as `__siteUrl` when its `self` does not lead there.
void AddSiteUrl(const JiraClient& jira, ocean::Json& object);

/// Emits pages of such objects.
void EmitWithSite(const JiraClient& jira, ocean::PageRange pages, ocean::ResyncContext& ctx);

}  // namespace jira
