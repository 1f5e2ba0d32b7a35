#include "src/resync_sprint.hpp"

#include "src/resync_board.hpp"

namespace jira {

void ResyncSprints(const JiraClient& jira, const SprintSelector& selector,
                   ocean::ResyncContext& ctx) {
  ForEachBoard(jira, ctx, [&](std::int64_t board) { ctx.EmitAll(jira.Sprints(board, selector)); });
}

}  // namespace jira
