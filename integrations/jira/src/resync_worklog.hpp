#pragma once
/// @file The kind `worklog`.

#include "ocean/ocean.hpp"
#include "src/client.hpp"

namespace jira {

/// Emits the worklogs of every issue that the selector's query finds, with the key as
/// `__issueKey`.
void ResyncWorklogs(const JiraClient& jira, const WorklogSelector& selector,
                    ocean::ResyncContext& ctx);

}  // namespace jira
