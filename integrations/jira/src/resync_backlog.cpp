#include "src/resync_backlog.hpp"

#include <utility>

#include "src/resync_board.hpp"

namespace jira {

void ResyncBacklogs(const JiraClient& jira, const BacklogSelector& selector,
                    ocean::ResyncContext& ctx) {
  ForEachBoard(jira, ctx, [&](std::int64_t board) {
    ocean::PageRange pages = jira.Backlog(board, selector);
    pages.StopBy(ctx.Stop());
    for (ocean::Batch& issues : pages) {
      issues.EraseIf([](const ocean::Json& issue) { return !issue.contains("id"); });
      for (ocean::Json& issue : issues) issue["__boardId"] = board;
      ctx.Emit(std::move(issues));
    }
  });
}

}  // namespace jira
