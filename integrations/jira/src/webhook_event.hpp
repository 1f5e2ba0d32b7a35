#pragma once
/// @file What all of Jira's live events have in common.

#include <string>
#include <utility>
#include <vector>

#include "ocean/ocean.hpp"
#include "src/client.hpp"

namespace jira {

/// Which events a processor takes, and where they say what they are about.
struct EventFamily {
  /// What their names begin with: "jira:issue_".
  std::string prefix;
  /// The member of the body that holds the object: "issue".
  std::string member;
  std::string kind;
  /// What the object must have. By the first its events are kept in order.
  std::vector<std::string> required = {"id"};
};

/// "jira:issue_created".
std::string NameOf(const ocean::WebhookEvent& event);
/// The text or number at `member`, as text; empty for anything else.
std::string TextOf(const ocean::Json& object, const std::string& member);
/// The object that an event is about. Error{kPermanent} when it lacks what the family requires.
const ocean::Json& CheckedObject(const ocean::WebhookEvent& event, const EventFamily& family);
/// Without a secret every request is taken.
ocean::http::Verifier VerifierOf(const ocean::Secret& secret);

/// The events of one kind of object.
///
/// An event says which object it is about. Unless it is gone, Jira is asked for it: events may be late, and hold less than a resync
/// reads. What a resync with the same selector would not read any more is deleted.
template <class Selector>
class ObjectWebhook : public ocean::Webhook<Selector> {
 public:
  ocean::http::Verifier Verify() const final { return VerifierOf(secret_); }
  bool Matches(const ocean::WebhookEvent& event) const final {
    return NameOf(event).starts_with(family_.prefix);
  }
  std::vector<std::string> Kinds(const ocean::WebhookEvent&) const final { return {family_.kind}; }
  void Validate(const ocean::WebhookEvent& event) const final { CheckedObject(event, family_); }
  std::string Key(const ocean::WebhookEvent& event) const final {
    return TextOf(ObjectOf(event), family_.required.front());
  }
  std::string DeliveryId(const ocean::WebhookEvent& event) const final {
    return event.Header("X-Atlassian-Webhook-Identifier");
  }
  bool Refetches() const final { return true; }

 protected:
  ObjectWebhook(EventFamily family, const JiraClient& jira, ocean::Secret secret)
      : family_(std::move(family)), jira_(jira), secret_(std::move(secret)) {}

  const JiraClient& jira() const { return jira_; }
  const ocean::Json& ObjectOf(const ocean::WebhookEvent& event) const {
    return ocean::Get(event.body, family_.member);
  }

 private:
  const EventFamily family_;
  const JiraClient& jira_;
  const ocean::Secret secret_;
};

}  // namespace jira
