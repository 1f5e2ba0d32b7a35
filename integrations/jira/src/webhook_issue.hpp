#pragma once
/// @file Live events of issues, and of the work on them.

#include <utility>

#include "ocean/ocean.hpp"
#include "src/client.hpp"
#include "src/webhook_event.hpp"

namespace jira {

/// Whether a resource wants an issue is asked of Jira, by the resource's own JQL.
class IssueWebhook : public ObjectWebhook<IssueSelector> {
 public:
  IssueWebhook(const JiraClient& jira, ocean::Secret secret)
      // The id stays when an issue is moved to another project.
      : ObjectWebhook({"jira:issue_", "issue", "issue", {"id", "key"}}, jira, std::move(secret)) {}

  ocean::EventResult Handle(const ocean::WebhookEvent& event, const IssueSelector& selector,
                            ocean::EventContext& ctx) const override;
};

/// The same for the issue that a worklog belongs to.
class WorklogWebhook : public ObjectWebhook<WorklogSelector> {
 public:
  WorklogWebhook(const JiraClient& jira, ocean::Secret secret)
      : ObjectWebhook({"worklog_", "worklog", "worklog"}, jira, std::move(secret)) {}

  ocean::EventResult Handle(const ocean::WebhookEvent& event, const WorklogSelector& selector,
                            ocean::EventContext& ctx) const override;
};

}  // namespace jira
