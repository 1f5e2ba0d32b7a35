#include "ocean/base/clock.hpp"

#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "ocean/catch.hpp"

namespace ocean {
namespace {

using namespace std::chrono_literals;

struct Case {
  std::string text;
  /// As FormatIso8601 has it; "" when the text is no time.
  std::string time;
};

std::string Formatted(const std::optional<TimePoint>& time) {
  return time ? FormatIso8601(*time) : "";
}

TEST_CASE("ISO 8601 is read with fractions and offsets") {
  const std::vector<Case> cases = {
      {"2026-11-21T01:51:47Z", "2026-11-21T01:51:47.000Z"},
      {"2026-11-21t01:51:47z", "2026-11-21T01:51:47.000Z"},
      {"2026-11-21 01:51:47Z", "2026-11-21T01:51:47.000Z"},
      {"2026-11-21T01:51:47.1Z", "2026-11-21T01:51:47.100Z"},
      {"2026-11-21T01:51:47.123Z", "2026-11-21T01:51:47.123Z"},
      {"2026-11-21T01:51:47,123Z", "2026-11-21T01:51:47.123Z"},
      {"2026-11-21T01:51:47.123456789Z", "2026-11-21T01:51:47.123Z"},
      {"2026-11-21T01:51:47.000+0000", "2026-11-21T01:51:47.000Z"},
      {"2026-11-21T01:51:47+02:00", "2026-11-20T23:51:47.000Z"},
      {"2026-11-21T01:51:47.5-0230", "2026-11-21T04:21:47.500Z"},
      {"2026-11-21T01:51:47+02", "2026-11-20T23:51:47.000Z"},
      {"2024-02-29T23:59:60Z", "2024-03-01T00:00:00.000Z"},
      {"1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"},
      {"0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"},
      {"", ""},
      {"yesterday", ""},
      {"2026-11-21", ""},
      {"2026-11-21T01:51Z", ""},
      {"2026-11-21T01:51:47", ""},
      {"2026-11-21T01:51:47.Z", ""},
      {"2026-11-21T01:51:47Zx", ""},
      {" 2026-11-21T01:51:47Z", ""},
      {"2026-11-21T01:51:47+", ""},
      {"2026-11-21T01:51:47+2", ""},
      {"2026-11-21T01:51:47+24:00", ""},
      {"2026-11-21T01:51:47+02:60", ""},
      {"2026-1-21T01:51:47Z", ""},
      {"2026-13-21T01:51:47Z", ""},
      {"2026-02-29T01:51:47Z", ""},
      {"2026-11-21T24:51:47Z", ""},
      {"2026-11-21T01:60:47Z", ""},
      {"2026-11-21T01:51:61Z", ""},
      {"-026-11-21T01:51:47Z", ""},
      {"1763690000", ""},
  };
  for (const Case& c : cases) {
    CAPTURE(c.text);
    CHECK(Formatted(ParseIso8601(c.text)) == c.time);
  }
}

TEST_CASE("microseconds are kept when read and cut when written") {
  const auto time = ParseIso8601("2026-11-21T01:51:47.123987Z");
  REQUIRE(time);
  CHECK(time->time_since_epoch() % 1s == 123987us);
  CHECK(FormatIso8601(*time) == "2026-11-21T01:51:47.123Z");
  CHECK(FormatIso8601(TimePoint(-1us)) == "1969-12-31T23:59:59.999Z");
}

TEST_CASE("an HTTP-date is read in its preferred form") {
  const std::vector<Case> cases = {
      {"Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37.000Z"},
      {"Sat, 21 Nov 2026 01:51:47 GMT", "2026-11-21T01:51:47.000Z"},
      {"Sun, 06 Nov 1994 08:49:37", ""},
      {"Sun, 06 Foo 1994 08:49:37 GMT", ""},
      {"Sun, 36 Nov 1994 08:49:37 GMT", ""},
      {"Sun, 06 Nov 1994 08:49:37 GMT and more", ""},
      {"1994-11-06T08:49:37Z", ""},
      {"120", ""},
      {"", ""},
  };
  for (const Case& c : cases) {
    CAPTURE(c.text);
    CHECK(Formatted(ParseHttpDate(c.text)) == c.time);
  }
}

TEST_CASE("the system's clock waits, and does not go back") {
  Clock& clock = Clock::System();
  const Duration before = clock.Elapsed();
  CHECK(clock.SleepFor(2ms, {}));
  CHECK(clock.Elapsed() - before >= 2ms);
  CHECK(clock.SleepFor(0ms, {}));
  CHECK(clock.SleepFor(-5ms, {}));
  CHECK(clock.Now() > *ParseIso8601("2026-01-01T00:00:00Z"));
}

TEST_CASE("a requested stop ends any wait") {
  std::stop_source stop;
  bool waited_whole = true;
  {
    const std::jthread waiter(
        [&] { waited_whole = Clock::System().SleepFor(Duration::max(), stop.get_token()); });
    stop.request_stop();
  }
  CHECK_FALSE(waited_whole);
  CHECK_FALSE(Clock::System().SleepFor(1h, stop.get_token()));
}

}  // namespace
}  // namespace ocean
