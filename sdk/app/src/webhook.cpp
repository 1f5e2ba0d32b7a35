#include "ocean/app/webhook.hpp"

#include <algorithm>
#include <cmath>

#include "ocean/base/error.hpp"

namespace ocean {

std::chrono::milliseconds RetryPolicy::DelayAfter(int attempts) const {
  const double delay =
      static_cast<double>(first_delay.count()) * std::pow(factor, std::max(0, attempts - 1));
  const double bounded = std::min(delay, static_cast<double>(max_delay.count()));
  return std::chrono::milliseconds(std::llround(bounded));
}

void WebhookProcessor::Validate(const WebhookEvent&) const {}

std::string WebhookProcessor::Key(const WebhookEvent&) const {
  return {};
}

std::string WebhookProcessor::DeliveryId(const WebhookEvent& event) const {
  return event.Header("webhook-id");
}

EventResult Refetched(const std::function<Json()>& fetch, const Json& gone) {
  try {
    return {.updated = {fetch()}};
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kNotFound) throw;
    return Deleted(gone);
  }
}

EventResult Deleted(Json gone) {
  return {.deleted = {std::move(gone)}};
}

}  // namespace ocean
