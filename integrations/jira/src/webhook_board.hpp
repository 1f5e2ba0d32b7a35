#pragma once
/// @file Live events of boards, and of their sprints.

#include <utility>

#include "ocean/ocean.hpp"
#include "src/client.hpp"
#include "src/webhook_event.hpp"

namespace jira {

class BoardWebhook : public ObjectWebhook<BoardSelector> {
 public:
  BoardWebhook(const JiraClient& jira, ocean::Secret secret)
      : ObjectWebhook({"board_", "board", "board"}, jira, std::move(secret)) {}

  ocean::EventResult Handle(const ocean::WebhookEvent& event, const BoardSelector& selector,
                            ocean::EventContext& ctx) const override;
};

class SprintWebhook : public ObjectWebhook<SprintSelector> {
 public:
  SprintWebhook(const JiraClient& jira, ocean::Secret secret)
      : ObjectWebhook({"sprint_", "sprint", "sprint"}, jira, std::move(secret)) {}

  ocean::EventResult Handle(const ocean::WebhookEvent& event, const SprintSelector& selector,
                            ocean::EventContext& ctx) const override;
};

}  // namespace jira
