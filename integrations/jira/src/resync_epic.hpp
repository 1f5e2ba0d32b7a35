#pragma once
/// @file The kind `epic`.

#include "ocean/ocean.hpp"
#include "src/client.hpp"

namespace jira {

/// Emits the epics of every board, with the board's id as `__boardId`.
void ResyncEpics(const JiraClient& jira, const EpicSelector& selector, ocean::ResyncContext& ctx);

}  // namespace jira
