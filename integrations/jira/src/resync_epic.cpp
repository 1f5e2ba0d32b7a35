#include "src/resync_epic.hpp"

#include "src/resync_board.hpp"

namespace jira {

void ResyncEpics(const JiraClient& jira, const EpicSelector& selector, ocean::ResyncContext& ctx) {
  ForEachBoard(jira, ctx, [&](std::int64_t board) {
    ctx.EmitAll(jira.Epics(board, selector), 1,
                [board](ocean::Json& epic) { epic["__boardId"] = board; });
  });
}

}  // namespace jira
