#pragma once
/// @file Live events of the made-up company: somebody is hired.

#include <string>
#include <utility>
#include <vector>

#include "ocean/ocean.hpp"
#include "src/config.hpp"

namespace fake {

/// Every event brings one more person, who stays until the next resync. The same event brings the same person.
class PersonWebhook : public ocean::WebhookProcessor {
 public:
  explicit PersonWebhook(FakeConfig config) : config_(std::move(config)) {}

  ocean::http::Verifier Verify() const override;
  bool Matches(const ocean::WebhookEvent&) const override { return true; }
  std::vector<std::string> Kinds(const ocean::WebhookEvent&) const override {
    return {"fake-person"};
  }
  ocean::EventResult HandleResource(const ocean::WebhookEvent& event, const ocean::Json& selector,
                                    ocean::EventContext& ctx) const override;

 private:
  const FakeConfig config_;
};

}  // namespace fake
