#include "ocean/base/clock.hpp"

#include <date/date.h>

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <sstream>

namespace ocean {

namespace {

class SystemClock final : public Clock {
 public:
  TimePoint Now() const override {
    return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  }

  Duration Elapsed() const override {
    return std::chrono::duration_cast<Duration>(
        std::chrono::steady_clock::now().time_since_epoch());
  }

  bool SleepFor(Duration duration, std::stop_token stop) override {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    // Longer waits than this would overflow the deadline.
    constexpr Duration kLongest = std::chrono::hours(24 * 3650);
    never.wait_for(lock, stop, std::min(duration, kLongest), [] { return false; });
    return !stop.stop_requested();
  }
};

/// Reads a text from its start; any step that does not fit makes the whole reading fail.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool failed() const { return failed_; }
  bool at_end() const { return rest_.empty(); }

  /// Exactly `count` digits.
  int Number(std::size_t count) {
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (!HasDigit()) return Fail();
      value = value * 10 + TakeDigit();
    }
    return value;
  }

  /// One of these characters.
  char OneOf(std::string_view choices) {
    if (rest_.empty() || choices.find(rest_.front()) == std::string_view::npos) {
      Fail();
      return '\0';
    }
    const char taken = rest_.front();
    rest_.remove_prefix(1);
    return taken;
  }

  bool Skip(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  /// "." and digits, when they are there; what is finer than a microsecond is dropped.
  Duration Fraction() {
    if (!Skip('.') && !Skip(',')) return Duration(0);
    if (!HasDigit()) Fail();
    std::int64_t value = 0;
    for (std::int64_t unit = 100'000; HasDigit(); unit /= 10) value += unit * TakeDigit();
    return Duration(value);
  }

  /// "Z", or the offset of a place east (+) or west (-) of it.
  std::chrono::minutes Offset() {
    const char sign = OneOf("Zz+-");
    if (failed_ || sign == 'Z' || sign == 'z') return std::chrono::minutes(0);
    const int hours = Number(2);
    Skip(':');
    const int minutes = at_end() ? 0 : Number(2);
    if (hours > 23 || minutes > 59) Fail();
    return std::chrono::minutes((hours * 60 + minutes) * (sign == '-' ? -1 : 1));
  }

 private:
  bool HasDigit() const { return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; }
  int TakeDigit() {
    const int digit = rest_.front() - '0';
    rest_.remove_prefix(1);
    return digit;
  }
  int Fail() {
    failed_ = true;
    rest_ = {};
    return 0;
  }

  std::string_view rest_;
  bool failed_ = false;
};

}  // namespace

Clock& Clock::System() {
  static SystemClock clock;
  return clock;
}

std::string FormatIso8601(TimePoint time) {
  std::ostringstream out;
  out.imbue(std::locale::classic());
  out << date::format("%FT%TZ", std::chrono::floor<std::chrono::milliseconds>(time));
  return out.str();
}

std::optional<TimePoint> ParseIso8601(std::string_view text) {
  Reader in(text);
  const std::chrono::year year(in.Number(4));
  in.OneOf("-");
  const std::chrono::month month(static_cast<unsigned>(in.Number(2)));
  in.OneOf("-");
  const std::chrono::day day(static_cast<unsigned>(in.Number(2)));
  in.OneOf("Tt ");
  const int hours = in.Number(2);
  in.OneOf(":");
  const int minutes = in.Number(2);
  in.OneOf(":");
  const int seconds = in.Number(2);
  const Duration fraction = in.Fraction();
  const std::chrono::minutes offset = in.Offset();

  const std::chrono::year_month_day date(year, month, day);
  // A leap second is told as :60.
  if (in.failed() || !in.at_end() || !date.ok() || hours > 23 || minutes > 59 || seconds > 60) {
    return std::nullopt;
  }
  return TimePoint(std::chrono::sys_days(date).time_since_epoch() + std::chrono::hours(hours) +
                   std::chrono::minutes(minutes) + std::chrono::seconds(seconds) + fraction -
                   offset);
}

std::optional<TimePoint> ParseHttpDate(std::string_view text) {
  std::istringstream in{std::string(text)};
  in.imbue(std::locale::classic());
  date::sys_seconds time;
  in >> date::parse("%a, %d %b %Y %H:%M:%S GMT", time);
  if (in.fail() || in.peek() != std::istringstream::traits_type::eof()) return std::nullopt;
  return TimePoint(time.time_since_epoch());
}

}  // namespace ocean
