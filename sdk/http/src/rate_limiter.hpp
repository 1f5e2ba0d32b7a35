#pragma once
/// @file Keeps to the limits of one host.

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "ocean/base/clock.hpp"
#include "ocean/base/log.hpp"
#include "ocean/http/client.hpp"

namespace ocean::http {

/// Lets requests through, so many at a time, and none while the host's headers say that nothing remains.
///
/// The headers describe a window: `limit` requests until `reset`. What remains is counted down here, and corrected by answers:
/// a 429 closes the window until its reset, which never moves to an earlier time; other answers open a new window when the
/// old one is over or used up, and else may only raise what remains. Unreadable headers are ignored.
/// Waits     are each caller's own, outside the lock, and end at once on a stop
/// Threads   all operations may overlap
class RateLimiter {
 public:
  /// `longest_wait` caps what a header can make callers wait; `target` names the host in logs.
  RateLimiter(RateLimitPolicy policy, Duration longest_wait, Clock& clock, Logger logger,
              std::string target);

  /// The right to have one request under way; given back on destruction.
  class Pass {
   public:
    explicit Pass(RateLimiter* limiter) : limiter_(limiter) {}
    Pass(Pass&& other) noexcept
        : limiter_(std::exchange(other.limiter_, nullptr)), waited_(other.waited_) {}
    Pass& operator=(Pass&&) = delete;
    ~Pass() {
      if (limiter_) limiter_->Leave();
    }
    /// How long the window kept it waiting.
    Duration waited() const { return waited_; }

   private:
    friend class RateLimiter;
    RateLimiter* limiter_;
    Duration waited_{0};
  };

  /// Waits for a place and for the window. Error{kCancelled} on a stop.
  Pass Enter(const std::stop_token& stop);
  /// Learns from an answer; called for each, 429 included.
  void Observe(const Response& response);

 private:
  /// What the headers of one answer say.
  struct Reading {
    std::optional<std::int64_t> limit;
    std::optional<std::int64_t> remaining;
    std::optional<TimePoint> reset;
    std::optional<TimePoint> retry_at;
    bool near_limit = false;
  };

  void TakePlace(const std::stop_token& stop);
  void Leave();
  /// Until when the window is closed; empty, after counting the request, when it is open.
  std::optional<TimePoint> ClosedUntil();
  Reading Read(const Response& response, TimePoint now) const;
  std::optional<TimePoint> ReadTime(const Response& response, std::string_view header,
                                    TimePoint now) const;
  void ObserveRefusal(const Reading& reading, TimePoint now);
  void ObserveAnswer(const Reading& reading, TimePoint now);

  const RateLimitPolicy policy_;
  const Duration longest_wait_;
  Clock& clock_;
  const Logger logger_;
  const std::string target_;

  std::mutex mutex_;
  std::condition_variable_any has_place_;
  int under_way_ = 0;
  /// No headers were seen before: everything passes.
  bool known_ = false;
  std::int64_t limit_ = 0;
  std::int64_t remaining_ = 0;
  TimePoint reset_{};
  TimePoint retry_at_{};
  bool near_limit_ = false;
  TimePoint logged_{};
};

}  // namespace ocean::http
