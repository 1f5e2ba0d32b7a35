#pragma once
/// @file The kind `backlog`: the issues that wait on each board.

#include "ocean/ocean.hpp"
#include "src/client.hpp"

namespace jira {

/// Emits the issues of every board's backlog, with the board's id as `__boardId`.
void ResyncBacklogs(const JiraClient& jira, const BacklogSelector& selector,
                    ocean::ResyncContext& ctx);

}  // namespace jira
