#include "src/resync_backlog.hpp"

#include <utility>

#include "src/resync_board.hpp"

namespace jira {

void ResyncBacklogs(const JiraClient& jira, const BacklogSelector& selector,
                    ocean::ResyncContext& ctx) {
  ForEachBoard(jira, ctx, [&](std::int64_t board) {
    for (ocean::Batch& issues : jira.Backlog(board, selector)) {
      issues.EraseIf([](const ocean::Json& issue) { return !issue.contains("id"); });
      for (ocean::Json& issue : issues) issue["__boardId"] = board;
      ctx.Emit(std::move(issues));
    }
  });
}

}  // namespace jira
