#pragma once
/// @file The kind `team`.

#include "ocean/ocean.hpp"
#include "src/client.hpp"

namespace jira {

/// Emits the organization's teams, with `__members` when the selector wants them.
void ResyncTeams(const JiraClient& jira, const TeamSelector& selector, ocean::ResyncContext& ctx);

}  // namespace jira
