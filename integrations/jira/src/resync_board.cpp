#include "src/resync_board.hpp"

#include <optional>

namespace jira {

namespace {

using ocean::Json;

constexpr int kBoardsAtOnce = 10;

/// Empty for a board without one: such boards are of nobody's use, but no error.
std::optional<std::int64_t> IdOf(const Json& board) {
  const Json& id = ocean::Get(board, "id");
  return id.is_number_integer() ? std::optional(id.get<std::int64_t>()) : std::nullopt;
}

Json ProjectKeysOf(const JiraClient& jira, const Json& board) {
  Json keys = Json::array();
  const auto id = IdOf(board);
  if (!id) return keys;
  for (const ocean::Batch& page : jira.BoardProjects(*id)) {
    for (const Json& project : page) {
      if (project.contains("key")) keys.push_back(project.at("key"));
    }
  }
  return keys;
}

ocean::PageRange SharedBoards(const JiraClient& jira, ocean::ResyncContext& ctx) {
  return ctx.Shared("boards", [&jira] { return jira.Boards({}); });
}

}  // namespace

void AddProjectKeys(const JiraClient& jira, Json& board) {
  board["__projectKeys"] = ProjectKeysOf(jira, board);
}

void ResyncBoards(const JiraClient& jira, const BoardSelector& selector,
                  ocean::ResyncContext& ctx) {
  const bool wants_all = !selector.board_type && !selector.project_key;
  ctx.EmitAll(wants_all ? SharedBoards(jira, ctx) : jira.Boards(selector), kBoardsAtOnce,
              [&jira](Json& board) { AddProjectKeys(jira, board); });
}

void ForEachBoard(const JiraClient& jira, ocean::ResyncContext& ctx,
                  const std::function<void(std::int64_t board_id)>& work) {
  ctx.ForEach(SharedBoards(jira, ctx), kBoardsAtOnce, [&](const Json& board) {
    if (const auto id = IdOf(board)) work(*id);
  });
}

}  // namespace jira
