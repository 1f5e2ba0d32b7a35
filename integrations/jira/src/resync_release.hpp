#pragma once
/// @file The kind `release`: the versions of projects.

#include "ocean/ocean.hpp"
#include "src/client.hpp"

namespace jira {

/// Emits the versions of every project, with the project's key as `__projectKey`.
void ResyncReleases(const JiraClient& jira, ocean::ResyncContext& ctx);

}  // namespace jira
