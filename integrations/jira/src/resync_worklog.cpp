#include "src/resync_worklog.hpp"

namespace jira {

namespace {

constexpr int kIssuesAtOnce = 10;

}  // namespace

void ResyncWorklogs(const JiraClient& jira, const WorklogSelector& selector,
                    ocean::ResyncContext& ctx) {
  ctx.ForEach(jira.Issues(selector.jql, "key", {}), kIssuesAtOnce, [&](const ocean::Json& issue) {
    const auto key = issue.at("key").get<std::string>();
    ctx.EmitAll(jira.Worklogs(key, selector.api_query_params), 1,
                [&key](ocean::Json& worklog) { worklog["__issueKey"] = key; });
  });
}

}  // namespace jira
