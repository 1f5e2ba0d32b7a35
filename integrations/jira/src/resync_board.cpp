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

Json ProjectKeysOf(const JiraClient& jira, const Json& board, const std::stop_token& stop) {
  Json keys = Json::array();
  const auto id = IdOf(board);
  if (!id) return keys;
  ocean::PageRange pages = jira.BoardProjects(*id);
  pages.StopBy(stop);
  for (const ocean::Batch& page : pages) {
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

void AddProjectKeys(const JiraClient& jira, Json& board, const std::stop_token& stop) {
  board["__projectKeys"] = ProjectKeysOf(jira, board, stop);
}

void ResyncBoards(const JiraClient& jira, const BoardSelector& selector,
                  ocean::ResyncContext& ctx) {
  const bool wants_all = !selector.board_type && !selector.project_key;
  ctx.EmitAll(wants_all ? SharedBoards(jira, ctx) : jira.Boards(selector), kBoardsAtOnce,
              [&](Json& board) { AddProjectKeys(jira, board, ctx.Stop()); });
}

void ForEachBoard(const JiraClient& jira, ocean::ResyncContext& ctx,
                  const std::function<void(std::int64_t board_id)>& work) {
  ctx.ForEach(SharedBoards(jira, ctx), kBoardsAtOnce, [&](const Json& board) {
    if (const auto id = IdOf(board)) work(*id);
  });
}

}  // namespace jira
