#pragma once
/// @file Time, as a thing that is passed: the system's, or a test's.

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace ocean {

using TimePoint = std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds>;
using Duration = std::chrono::microseconds;

/// Where the time comes from, and the only way to wait for it to pass.
///
/// Threads   all operations may overlap
class Clock {
 public:
  virtual ~Clock() = default;

  /// The time of day, which may jump.
  virtual TimePoint Now() const = 0;
  /// Time since an arbitrary start; never goes back.
  virtual Duration Elapsed() const = 0;
  /// Waits; returns false, at once, when `stop` was requested first.
  virtual bool SleepFor(Duration duration, std::stop_token stop) = 0;

  /// The machine's clock. It lives as long as the process.
  static Clock& System();
};

/// "2026-11-21T01:51:47.123Z": UTC with milliseconds.
std::string FormatIso8601(TimePoint time);
/// Reads ISO 8601 with seconds, an optional fraction of any length (beyond microseconds dropped), and
/// "Z" or an offset (+02:00, +0200, +02). Empty when it is none.
std::optional<TimePoint> ParseIso8601(std::string_view text);
/// Reads an HTTP-date (RFC 9110 §5.6.7, its preferred form). Empty when it is none.
std::optional<TimePoint> ParseHttpDate(std::string_view text);

}  // namespace ocean
