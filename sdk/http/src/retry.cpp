#include "retry.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "ocean/base/text.hpp"

namespace ocean::http {
namespace {

/// Seconds above this are a point in time.
constexpr double kLeastEpoch = 10'000;
/// A year 9999 in seconds: beyond it a number is nonsense and would overflow.
constexpr double kMostSeconds = 253'402'300'799;

std::optional<double> ParseSeconds(std::string_view text) {
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [last, error] = std::from_chars(text.data(), end, value, std::chars_format::fixed);
  if (error != std::errc() || last != end || !(value >= 0) || value > kMostSeconds) return {};
  return value;
}

}  // namespace

std::optional<Duration> ParseDelay(std::string_view text, TimePoint now) {
  text = Trim(text);
  if (const std::optional<double> seconds = ParseSeconds(text)) {
    const auto duration = Duration(std::llround(*seconds * 1e6));
    return *seconds > kLeastEpoch ? TimePoint(duration) - now : duration;
  }
  std::optional<TimePoint> time = ParseIso8601(text);
  if (!time) time = ParseHttpDate(text);
  if (!time) return std::nullopt;
  return *time - now;
}

std::optional<Delay> ServerDelay(const RetryPolicy& policy, const Response& response,
                                 TimePoint now) {
  for (const std::string& header : policy.delay_headers) {
    const std::optional<std::string> value = response.headers.Get(header);
    if (!value) continue;
    const std::optional<Duration> wait = ParseDelay(*value, now);
    if (!wait || *wait < Duration::zero()) continue;
    const bool is_order = response.status == 429 || ToLower(header) == "retry-after";
    const Duration cap = is_order ? policy.max_server_delay : policy.max_delay;
    return Delay{std::min(*wait, cap), header};
  }
  return std::nullopt;
}

Duration BackOff(const RetryPolicy& policy, int retry, bool coin) {
  const double base = static_cast<double>(Duration(policy.base_delay).count());
  const double cap = static_cast<double>(Duration(policy.max_delay).count());
  const double wait = base * std::exp2(retry - 1) * (coin ? 1 + policy.jitter : 1 - policy.jitter);
  return Duration(std::llround(std::min(wait, cap)));
}

bool IsRetryable(const Request& request) {
  return request.retryable || (request.method != Method::kPost && request.method != Method::kPatch);
}

}  // namespace ocean::http
