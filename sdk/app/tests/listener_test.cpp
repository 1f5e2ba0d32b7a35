#include "listener.hpp"

#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "ocean/base/error.hpp"
#include "ocean/catch.hpp"
#include "ocean/testing/manual_clock.hpp"
#include "support.hpp"

namespace ocean::app {

namespace {

using std::chrono::minutes;
using std::chrono::seconds;

TimePoint At(int second) {
  return TimePoint(seconds(1'000'000 + second));
}

/// Port as the listener sees it, and a diary of what the listener did.
struct Scene {
  LeapingClock clock;
  std::stop_source stop;
  std::optional<TimePoint> request;
  std::optional<TimePoint> last_resync;
  bool port_down = false;
  Duration run_takes{};
  int polls_left = 3;
  std::vector<std::string> diary;
  std::vector<std::string> log;
  std::function<void()> during_run = [] {};
  ResyncRequests requests;

  ListenerHooks Hooks() {
    return {.resync =
                [this](std::string_view trigger, const std::stop_token&) {
                  diary.push_back(std::string(trigger) + "@" + Now());
                  clock.Pass(run_takes);
                  during_run();
                },
            .resync_request =
                [this] {
                  if (polls_left-- == 0) stop.request_stop();
                  if (port_down) throw Error(ErrorKind::kTransient, "Port is down");
                  return request;
                },
            .last_resync = [this] { return last_resync; }};
  }
  std::string Now() const {
    return std::to_string(std::chrono::duration_cast<seconds>(clock.Elapsed()).count());
  }
  void Run(Listener::Options options) {
    const Logger logger = Logger::ToSink(
        LogLevel::kInfo, [this](const LogRecord& record) { log.push_back(record.message); });
    Listener(options, Hooks(), requests, clock, logger).Run(stop.get_token());
  }
};

using Diary = std::vector<std::string>;

}  // namespace

TEST_CASE("The start resyncs once, and a request from before it is answered by it") {
  Scene scene;
  scene.request = At(5);
  scene.Run({});
  CHECK(scene.diary == Diary{"start@0"});
}

TEST_CASE(
    "W-04: without resync_on_start, requests are what counts; with it the start resyncs once") {
  Scene scene;
  const Listener::Options options{.resync_on_start = false};
  SECTION("there is none") {
    scene.Run(options);
    CHECK(scene.diary.empty());
  }
  SECTION("one that nobody handled") {
    scene.request = At(5);
    scene.Run(options);
    CHECK(scene.diary == Diary{"request@0"});
  }
  SECTION("one from before the last resync of an earlier process") {
    scene.request = At(5);
    scene.last_resync = At(6);
    scene.Run(options);
    CHECK(scene.diary.empty());
  }
  SECTION("one from after it") {
    scene.request = At(7);
    scene.last_resync = At(6);
    scene.Run(options);
    CHECK(scene.diary == Diary{"request@0"});
  }
}

TEST_CASE("A request made while a resync runs triggers one more") {
  Scene scene;
  scene.run_takes = seconds(90);
  scene.during_run = [&] {
    if (scene.diary.size() == 1) scene.request = At(50);
  };
  scene.Run({.poll_interval = seconds(60)});
  CHECK(scene.diary == Diary{"start@0", "request@150"});
}

TEST_CASE("A schedule runs beside the polls and does not make up for long runs") {
  Scene scene;
  scene.polls_left = 5;
  scene.run_takes = minutes(25);
  scene.Run({.poll_interval = minutes(7), .resync_on_start = false, .scheduled = minutes(10)});
  REQUIRE(scene.diary.size() >= 2);
  CHECK(scene.diary[0] == "schedule@600");
  CHECK(scene.diary[1] == "schedule@2400");
}

TEST_CASE("A scheduled run answers the request that was made before it") {
  Scene scene;
  scene.polls_left = 4;
  scene.during_run = [&] { scene.request = At(30); };
  scene.Run({.poll_interval = minutes(60), .resync_on_start = true, .scheduled = minutes(10)});
  REQUIRE(scene.diary.size() >= 2);
  CHECK(scene.diary[1] == "schedule@600");
  for (const std::string& entry : scene.diary) CHECK(entry.find("request") == std::string::npos);
}

TEST_CASE("The listener outlives an unreachable Port and says so once") {
  Scene scene;
  scene.port_down = true;
  scene.polls_left = 6;
  scene.Run({});
  CHECK(scene.diary == Diary{"start@0"});
  CHECK(scene.log.size() == 1);
}

TEST_CASE("A stop that is requested before the start runs nothing") {
  Scene scene;
  scene.stop.request_stop();
  scene.Run({});
  CHECK(scene.diary.empty());
}

TEST_CASE(
    "Without polls, requests from outside are what counts; those made during a run are one more") {
  Scene scene;
  scene.during_run = [&] {
    if (scene.diary.size() == 1) {
      scene.requests.Ask("request");
      scene.requests.Ask("request");
    } else {
      scene.stop.request_stop();
    }
  };
  scene.Run({.poll_interval = std::nullopt});
  CHECK(scene.diary == Diary{"start@0", "request@0"});
  CHECK(scene.polls_left == 3);
}

TEST_CASE("A request ends the wait for the next turn") {
  ResyncRequests requests;
  std::jthread caller([&] { requests.Ask("request"); });
  CHECK(requests.Await(std::chrono::hours(1), Clock::System(), {}) == "request");
  caller.join();
  CHECK_FALSE(requests.Await(Duration::zero(), Clock::System(), {}));
  std::stop_source stop;
  stop.request_stop();
  requests.Ask("request");
  CHECK_FALSE(requests.Await(std::chrono::hours(1), Clock::System(), stop.get_token()));
  CHECK(requests.Await(Duration::zero(), Clock::System(), {}) == "request");
}

namespace {

/// A listener whose first resync lasts until it is told to stop, and whose second ends the scene.
struct LongRun {
  testing::ManualClock clock{testing::ManualClock::Mode::kManual};
  std::stop_source stop;
  ResyncRequests requests;
  std::optional<TimePoint> request;
  std::vector<std::string> diary;
  std::mutex mutex;

  void Run(Listener::Options options, const std::function<void()>& during_first) {
    const auto resync = [&](std::string_view trigger, const std::stop_token& run_stop) {
      diary.emplace_back(trigger);
      if (diary.size() > 1) {
        stop.request_stop();
        return;
      }
      during_first();
      if (!options.abort_running) return;
      clock.SleepFor(std::chrono::hours(1000), run_stop);
      if (run_stop.stop_requested()) diary.back() += " aborted";
    };
    const auto ask = [&] {
      const std::lock_guard lock(mutex);
      return request;
    };
    Listener(options,
             {.resync = resync, .resync_request = ask, .last_resync = [] { return std::nullopt; }},
             requests, clock, Logger::Null())
        .Run(stop.get_token());
  }
  void AskInPort(int second) {
    const std::lock_guard lock(mutex);
    request = At(second);
  }
};

}  // namespace

TEST_CASE(
    "W-03: a request that comes while a resync runs aborts it where that is set, and the listener "
    "goes on") {
  LongRun scene;
  SECTION("handed in") {
    scene.Run({.poll_interval = std::nullopt, .abort_running = true},
              [&] { scene.requests.Ask("request"); });
  }
  SECTION("made in Port") {
    std::jthread time;
    scene.Run({.poll_interval = seconds(60), .abort_running = true}, [&] {
      scene.AskInPort(5);
      time = std::jthread([&] {
        scene.clock.WaitForSleepers(2);
        scene.clock.Advance(seconds(60));
      });
    });
  }
  CHECK(scene.diary == Diary{"start aborted", "request"});
}

TEST_CASE("A request that comes while a resync runs waits for its end, unless that is set") {
  LongRun scene;
  scene.Run({.poll_interval = std::nullopt}, [&] { scene.requests.Ask("request"); });
  CHECK(scene.diary == Diary{"start", "request"});
}

TEST_CASE("A listener that this program cannot serve is refused with those it can") {
  using enum config::EventListenerType;
  for (const auto type : {kPolling, kOnce, kWebhook, kKafka, kWebhooksOnly}) RequireSupported(type);
  CHECK_THROWS_WITH(RequireSupported(kActionsOnly), Catch::Matchers::Contains("ACTIONS_ONLY") &&
                                                        Catch::Matchers::Contains("use POLLING"));
}

}  // namespace ocean::app
