#pragma once
/// @file How long to wait before a request is sent again.

#include <optional>
#include <string_view>

#include "ocean/base/clock.hpp"
#include "ocean/http/client.hpp"

namespace ocean::http {

/// Reads what a header says about waiting: seconds, an epoch (above 10,000), an ISO 8601 time or an HTTP-date.
///
/// Empty for anything else. A time that has passed gives a negative duration.
std::optional<Duration> ParseDelay(std::string_view text, TimePoint now);

/// A wait, and where it comes from.
struct Delay {
  Duration wait{0};
  /// The header that asked for it; empty when it is the policy's own.
  std::string_view header;
};

/// What the answer asks for, capped; empty when it asks for nothing that lies ahead.
///
/// The large cap is for Retry-After, and for 429: other headers come with every answer and would make a gateway's hiccup
/// last until the end of a rate limit's window.
std::optional<Delay> ServerDelay(const RetryPolicy& policy, const Response& response,
                                 TimePoint now);

/// The policy's own wait before retry number `retry` (from 1); `coin` decides whether the jitter is added or taken off.
Duration BackOff(const RetryPolicy& policy, int retry, bool coin);

/// True for a method that may be sent again, or a request that says so.
bool IsRetryable(const Request& request);

}  // namespace ocean::http
