#pragma once
/// @file The kind `board`, and the boards as the kinds below them walk them.

#include <cstdint>
#include <functional>
#include <stop_token>

#include "ocean/ocean.hpp"
#include "src/client.hpp"

namespace jira {

/// Gives a board the keys of its projects, as `__projectKeys`.
void AddProjectKeys(const JiraClient& jira, ocean::Json& board, const std::stop_token& stop);

/// Emits boards, with the keys of their projects as `__projectKeys`.
void ResyncBoards(const JiraClient& jira, const BoardSelector& selector, ocean::ResyncContext& ctx);

/// Runs `work` with the id of every board, several at a time. The boards are read once for all kinds
/// of a resync.
void ForEachBoard(const JiraClient& jira, ocean::ResyncContext& ctx,
                  const std::function<void(std::int64_t board_id)>& work);

}  // namespace jira
