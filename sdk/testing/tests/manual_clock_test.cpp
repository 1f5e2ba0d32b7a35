#include "ocean/testing/manual_clock.hpp"

#include <thread>
#include <vector>

#include "ocean/catch.hpp"

namespace ocean::testing {
namespace {

using namespace std::chrono_literals;

TEST_CASE("time stands still until a wait moves it") {
  ManualClock clock;
  CHECK(FormatIso8601(clock.Now()) == "2026-01-01T00:00:00.000Z");
  CHECK(clock.SleepFor(90s, {}));
  CHECK(clock.SleepFor(-5s, {}));
  CHECK(clock.Elapsed() == 90s);
  CHECK(FormatIso8601(clock.Now()) == "2026-01-01T00:01:30.000Z");
  CHECK(clock.Waits() == std::vector<Duration>{90s, -5s});
}

TEST_CASE("a sleeper wakes when its time has come") {
  ManualClock clock(ManualClock::Mode::kManual);
  bool slept = false;
  std::jthread sleeper([&] { slept = clock.SleepFor(10s, {}); });
  clock.WaitForSleepers(1);
  clock.Advance(9s);
  CHECK_FALSE(slept);
  clock.Advance(1s);
  sleeper.join();
  CHECK(slept);
}

TEST_CASE("a stop wakes a sleeper") {
  ManualClock clock(ManualClock::Mode::kManual);
  std::stop_source stop;
  bool slept = true;
  std::jthread sleeper([&] { slept = clock.SleepFor(10s, stop.get_token()); });
  clock.WaitForSleepers(1);
  stop.request_stop();
  sleeper.join();
  CHECK_FALSE(slept);
  CHECK_FALSE(clock.SleepFor(1s, stop.get_token()));
}

}  // namespace
}  // namespace ocean::testing
