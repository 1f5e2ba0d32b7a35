#include "src/resync_issue.hpp"

#include "src/site_url.hpp"

namespace jira {

void ResyncIssues(const JiraClient& jira, const IssueSelector& selector,
                  ocean::ResyncContext& ctx) {
  EmitWithSite(jira, jira.Issues(selector.jql, selector.fields, selector.expand), ctx);
}

}  // namespace jira
