#pragma once
/// @file Live events: what Octopus calls subscriptions.

#include <string>
#include <utility>
#include <vector>

#include "ocean/ocean.hpp"
#include "src/client.hpp"

namespace octopus {

/// An event names the documents that it is about, of several kinds. Octopus is asked for each; one that is not there any more is
/// deleted. A digest holds several events, and a document that is named twice is asked for once.
class SubscriptionWebhook : public ocean::WebhookProcessor {
 public:
  /// Without a secret every request is taken.
  SubscriptionWebhook(const OctopusClient& octopus, ocean::Secret secret)
      : octopus_(octopus), secret_(std::move(secret)) {}

  ocean::http::Verifier Verify() const override;
  bool Matches(const ocean::WebhookEvent& event) const override;
  std::vector<std::string> Kinds(const ocean::WebhookEvent& event) const override;
  void Validate(const ocean::WebhookEvent& event) const override;
  std::string Key(const ocean::WebhookEvent& event) const override;
  std::string DeliveryId(const ocean::WebhookEvent& event) const override;
  ocean::EventResult HandleResource(const ocean::WebhookEvent& event, const ocean::Json& selector,
                                    ocean::EventContext& ctx) const override;

 private:
  const OctopusClient& octopus_;
  const ocean::Secret secret_;
};

/// The subscription of each space, as Octopus should have it.
std::vector<ocean::WebhookRegistration> Registrations(const OctopusClient& octopus,
                                                      const ocean::Secret& secret);

}  // namespace octopus
