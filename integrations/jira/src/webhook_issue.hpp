#pragma once
/// @file Live events of issues.

#include <string>
#include <vector>

#include "ocean/ocean.hpp"
#include "src/client.hpp"

namespace jira {

/// Issues that were created, changed or deleted.
///
/// An event says which issue it is about; whether a resource wants it is asked of Jira, by the resource's own JQL. One that is not
/// found is deleted.
class IssueWebhook : public ocean::Webhook<IssueSelector> {
 public:
  /// Without a secret every request is taken.
  IssueWebhook(const JiraClient& jira, ocean::Secret secret)
      : jira_(jira), secret_(std::move(secret)) {}

  ocean::http::Verifier Verify() const override;
  bool Matches(const ocean::WebhookEvent& event) const override;
  std::vector<std::string> Kinds(const ocean::WebhookEvent& event) const override;
  void Validate(const ocean::WebhookEvent& event) const override;
  std::string Key(const ocean::WebhookEvent& event) const override;
  std::string DeliveryId(const ocean::WebhookEvent& event) const override;
  bool Refetches() const override { return true; }
  ocean::EventResult Handle(const ocean::WebhookEvent& event, const IssueSelector& selector,
                            ocean::EventContext& ctx) const override;

 private:
  const JiraClient& jira_;
  const ocean::Secret secret_;
};

/// The webhook as Jira should have it: its name, the events that this integration handles, and what it is signed with.
ocean::WebhookRegistration Registration(const JiraClient& jira, const std::string& identifier,
                                        const ocean::Secret& secret);

}  // namespace jira
