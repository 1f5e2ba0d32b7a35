#pragma once
/// @file Live events of projects, and of their versions.

#include <utility>

#include "ocean/ocean.hpp"
#include "src/client.hpp"
#include "src/webhook_event.hpp"

namespace jira {

/// A project is gone when it is deleted, if only into the bin; it may be restored.
class ProjectWebhook : public ObjectWebhook<ProjectSelector> {
 public:
  ProjectWebhook(const JiraClient& jira, ocean::Secret secret)
      : ObjectWebhook({"project_", "project", "project", {"key"}}, jira, std::move(secret)) {}

  ocean::EventResult Handle(const ocean::WebhookEvent& event, const ProjectSelector& selector,
                            ocean::EventContext& ctx) const override;
};

/// A version may be merged into another when it is deleted.
class ReleaseWebhook : public ObjectWebhook<NoSelector> {
 public:
  ReleaseWebhook(const JiraClient& jira, ocean::Secret secret)
      : ObjectWebhook({"jira:version_", "version", "release"}, jira, std::move(secret)) {}

  ocean::EventResult Handle(const ocean::WebhookEvent& event, const NoSelector& selector,
                            ocean::EventContext& ctx) const override;
};

}  // namespace jira
