#include "ocean/base/clock.hpp"

#include <date/date.h>

#include <condition_variable>
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
    never.wait_for(lock, stop, duration, [] { return false; });
    return !stop.stop_requested();
  }
};

std::optional<TimePoint> ParseWith(const std::string& text, const char* format) {
  std::istringstream in(text);
  in.imbue(std::locale::classic());
  date::sys_time<Duration> time;
  in >> date::parse(format, time);
  if (in.fail() || in.peek() != std::istringstream::traits_type::eof()) return std::nullopt;
  return TimePoint(time.time_since_epoch());
}

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
  std::string copy(text);
  if (copy.size() > 10 && copy[10] == ' ') copy[10] = 'T';
  if (!copy.empty() && copy.back() == 'Z') {
    copy.pop_back();
    return ParseWith(copy, "%FT%T");
  }
  if (auto time = ParseWith(copy, "%FT%T%Ez")) return time;
  return ParseWith(copy, "%FT%T%z");
}

std::optional<TimePoint> ParseHttpDate(std::string_view text) {
  return ParseWith(std::string(text), "%a, %d %b %Y %T GMT");
}

}  // namespace ocean
