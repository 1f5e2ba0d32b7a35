#pragma once
/// @file Live events of accounts.

#include <utility>

#include "ocean/ocean.hpp"
#include "src/client.hpp"
#include "src/webhook_event.hpp"

namespace jira {

class UserWebhook : public ObjectWebhook<NoSelector> {
 public:
  UserWebhook(const JiraClient& jira, ocean::Secret secret)
      : ObjectWebhook({"user_", "user", "user", {"accountId"}}, jira, std::move(secret)) {}

  ocean::EventResult Handle(const ocean::WebhookEvent& event, const NoSelector& selector,
                            ocean::EventContext& ctx) const override;
};

}  // namespace jira
