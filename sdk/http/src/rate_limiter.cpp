#include "rate_limiter.hpp"

#include <algorithm>
#include <utility>

#include "ocean/base/error.hpp"
#include "ocean/base/text.hpp"
#include "retry.hpp"

namespace ocean::http {
namespace {

/// How long a window lasts whose answer does not say.
constexpr std::chrono::seconds kUnknownWindow{1};

std::optional<std::int64_t> ReadCount(const Response& response, std::string_view header) {
  const std::optional<std::string> text = response.headers.Get(header);
  return text ? ParseInt(Trim(*text)) : std::nullopt;
}

}  // namespace

RateLimiter::RateLimiter(RateLimitPolicy policy, Duration longest_wait, Clock& clock, Logger logger,
                         std::string target)
    : policy_(std::move(policy)),
      longest_wait_(longest_wait),
      clock_(clock),
      logger_(std::move(logger)),
      target_(std::move(target)) {}

RateLimiter::Pass RateLimiter::Enter(const std::stop_token& stop) {
  TakePlace(stop);
  Pass pass(policy_.concurrency > 0 ? this : nullptr);
  if (!policy_.follow_headers) return pass;
  while (const std::optional<TimePoint> until = ClosedUntil()) {
    const Duration start = clock_.Elapsed();
    if (!clock_.SleepFor(*until - clock_.Now(), stop)) {
      ThrowCancelled("waiting for the rate limit of " + target_);
    }
    pass.waited_ += clock_.Elapsed() - start;
  }
  return pass;
}

void RateLimiter::TakePlace(const std::stop_token& stop) {
  if (policy_.concurrency <= 0) return;
  std::unique_lock lock(mutex_);
  if (!has_place_.wait(lock, stop, [&] { return under_way_ < policy_.concurrency; })) {
    ThrowCancelled("waiting to send a request to " + target_);
  }
  ++under_way_;
}

void RateLimiter::Leave() {
  {
    std::lock_guard lock(mutex_);
    --under_way_;
  }
  has_place_.notify_one();
}

std::optional<TimePoint> RateLimiter::ClosedUntil() {
  std::lock_guard lock(mutex_);
  if (!known_) return std::nullopt;
  const TimePoint now = clock_.Now();
  if (now >= std::max(reset_, retry_at_)) {
    near_limit_ = false;
    remaining_ = limit_;
    return std::nullopt;
  }
  const bool used_up = near_limit_ || remaining_ <= 1;
  if (!used_up && now >= retry_at_) {
    --remaining_;
    return std::nullopt;
  }
  const TimePoint until = used_up ? std::max(reset_, retry_at_) : retry_at_;
  if (until != std::exchange(logged_, until)) {
    logger_.Info("the rate limit of " + target_ + " is used up: waiting " +
                 HumanDuration((until - now) / std::chrono::milliseconds(1)));
  }
  return until;
}

void RateLimiter::Observe(const Response& response) {
  if (!policy_.follow_headers) return;
  const TimePoint now = clock_.Now();
  const Reading reading = Read(response, now);
  std::lock_guard lock(mutex_);
  response.status == 429 ? ObserveRefusal(reading, now) : ObserveAnswer(reading, now);
}

RateLimiter::Reading RateLimiter::Read(const Response& response, TimePoint now) const {
  Reading reading;
  reading.limit = ReadCount(response, policy_.limit_header);
  reading.remaining = ReadCount(response, policy_.remaining_header);
  reading.reset = ReadTime(response, policy_.reset_header, now);
  reading.retry_at = ReadTime(response, "Retry-After", now);
  if (!policy_.near_limit_header.empty()) {
    const auto value = response.headers.Get(policy_.near_limit_header);
    reading.near_limit = value && ToLower(Trim(*value)) == "true";
  }
  return reading;
}

std::optional<TimePoint> RateLimiter::ReadTime(const Response& response, std::string_view header,
                                               TimePoint now) const {
  const std::optional<std::string> text = response.headers.Get(header);
  if (!text) return std::nullopt;
  const std::optional<Duration> wait = ParseDelay(*text, now);
  if (!wait) return std::nullopt;
  return now + std::min(*wait, longest_wait_);
}

void RateLimiter::ObserveRefusal(const Reading& reading, TimePoint now) {
  near_limit_ = reading.near_limit;
  const std::optional<TimePoint> reset = reading.retry_at ? reading.retry_at : reading.reset;
  if (!reset || (!reading.retry_at && !reading.limit)) return;
  if (*reset <= now || (known_ && *reset <= reset_)) return;
  known_ = true;
  limit_ = reading.limit.value_or(limit_);
  remaining_ = 0;
  reset_ = *reset;
  if (reading.retry_at) retry_at_ = *reading.retry_at;
}

void RateLimiter::ObserveAnswer(const Reading& reading, TimePoint now) {
  if (!reading.limit || !reading.remaining) return;
  if (known_ && now < reset_ && remaining_ > 0) {
    remaining_ = std::max(remaining_, *reading.remaining);
    return;
  }
  known_ = true;
  limit_ = *reading.limit;
  remaining_ = *reading.remaining;
  reset_ = reading.reset.value_or(now + kUnknownWindow);
  near_limit_ = reading.near_limit;
  if (reading.retry_at) retry_at_ = *reading.retry_at;
}

}  // namespace ocean::http
