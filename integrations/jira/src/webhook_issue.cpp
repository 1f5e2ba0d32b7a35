#include "src/webhook_issue.hpp"

#include <optional>
#include <stop_token>
#include <string>

#include "src/site_url.hpp"

namespace jira {
namespace {

using ocean::Json;

/// A worklog as a resync reads it, if it does.
std::optional<Json> FindWorklog(const JiraClient& jira, const std::string& id,
                                const std::string& issue_key, const WorklogSelector& selector,
                                const std::stop_token& stop) {
  ocean::PageRange pages = jira.Worklogs(issue_key, selector.api_query_params);
  pages.StopBy(stop);
  for (ocean::Batch& page : pages) {
    for (Json& worklog : page) {
      if (TextOf(worklog, "id") != id) continue;
      worklog["__issueKey"] = issue_key;
      return std::move(worklog);
    }
  }
  return std::nullopt;
}

}  // namespace

ocean::EventResult IssueWebhook::Handle(const ocean::WebhookEvent& event,
                                        const IssueSelector& selector,
                                        ocean::EventContext& ctx) const {
  const Json& issue = ObjectOf(event);
  if (NameOf(event) == "jira:issue_deleted") return ocean::Deleted(issue);
  auto found =
      jira().FindIssue(TextOf(issue, "id"), ocean::GetString(issue, "key"), selector, ctx.stop);
  if (!found) return ocean::Deleted(issue);
  AddSiteUrl(jira(), *found);
  return {.updated = {std::move(*found)}};
}

ocean::EventResult WorklogWebhook::Handle(const ocean::WebhookEvent& event,
                                          const WorklogSelector& selector,
                                          ocean::EventContext& ctx) const {
  const Json& worklog = ObjectOf(event);
  if (NameOf(event) == "worklog_deleted") return ocean::Deleted(worklog);
  const std::string issue_id = TextOf(worklog, "issueId");
  if (issue_id.empty()) return {};
  const IssueSelector of_issue{.jql = selector.jql, .fields = "key", .expand = {}};
  const auto issue = jira().FindIssue(issue_id, issue_id, of_issue, ctx.stop);
  if (!issue) return ocean::Deleted(worklog);
  auto found = FindWorklog(jira(), TextOf(worklog, "id"), ocean::GetString(*issue, "key"), selector,
                           ctx.stop);
  if (!found) return ocean::Deleted(worklog);
  return {.updated = {std::move(*found)}};
}

}  // namespace jira
