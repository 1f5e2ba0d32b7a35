// Processes that take live events are killed at every point of an event's way, on a disk that forgets what was not synced.
// What was answered 200 must have its effect after the next start.
//
// CRASH_POINTS and CRASH_SEED say how often and where; a failure prints the command that repeats it.
#include <algorithm>
#include <atomic>
#include <csignal>
#include <map>
#include <optional>
#include <random>
#include <thread>

#include "child_process.hpp"
#include "event_runner.hpp"
#include "ocean/base/error.hpp"
#include "ocean/base/json.hpp"
#include "ocean/catalog/catalog.hpp"
#include "ocean/catch.hpp"
#include "ocean/http/transport.hpp"
#include "ocean/port/client.hpp"
#include "ocean/state/journal.hpp"
#include "ocean/testing/process.hpp"
#include "ocean/testing/temp_dir.hpp"
#include "ocean/testing/test_run.hpp"
#include "sweep_plan.hpp"
#include "thing_mapping.hpp"

namespace ocean::app {
namespace {

constexpr int kSenders = 4;
/// A point that was not reached by then is never reached.
constexpr int kMostEvents = 500;
/// The process dies when its parent says so.
constexpr auto kRandom = "random";

/// Where a process dies: all points that there are, and anywhere.
std::vector<std::string> Points() {
  std::vector<std::string> points(std::begin(state::kJournalPoints),
                                  std::end(state::kJournalPoints));
  points.insert(points.end(), std::begin(kRunnerPoints), std::end(kRunnerPoints));
  points.emplace_back(kRandom);
  return points;
}

struct Scenario {
  int number = 0;
  std::string point;
  int count = 1;
  bool unsynced = false;
};

/// What one sender knows of its key.
struct Sent {
  int answered = 0;
  int sent = 0;
};

class Sweep {
 public:
  Sweep() {
    catalog_.Start();
    port::Client port({.base_url = catalog_.url(),
                       .client_id = "id",
                       .client_secret = Secret("secret"),
                       .identity = {"sweep", "1.0.0", "sweep"}},
                      crash::Factory());
    InstallThings(port);
  }

  /// What is wrong after the process was killed and started again; empty when nothing is.
  std::string Run(const Scenario& scenario) {
    std::map<std::string, Sent> sent;
    {
      crash::Child child(ArgumentsOf(scenario));
      sent = Load(child, scenario);
      const bool reached = scenario.point == kRandom || AllEnded(sent);
      if (!reached) return "the point was never reached";
      child.AwaitEnd();
    }
    if (std::string problem = Recover(scenario); !problem.empty()) return problem;
    return Compare(scenario, sent);
  }

  /// What is wrong when the process is asked to end while a handler does not come back.
  std::string Stop() {
    const Scenario scenario{.number = 0, .point = crash::kHang};
    {
      crash::Child child(ArgumentsOf(scenario));
      if (child.Post(crash::Event("0", 1)) != 200) return "the event was not taken";
      if (!child.AwaitHang()) return "the event was not handled";
      child.Terminate();
      const auto result = child.AwaitEnd();
      if (!result) return "the process did not end";
      if (result->exit_code != 1) return "it ended with " + std::to_string(result->exit_code);
    }
    if (std::string problem = Recover(scenario); !problem.empty()) return problem;
    return Compare(scenario, {{"0", {1, 1}}});
  }

 private:
  std::vector<std::string> ArgumentsOf(const Scenario& scenario) const {
    return {StateOf(scenario).string(), catalog_.url(), scenario.point,
            std::to_string(scenario.count), scenario.unsynced ? "unsynced" : "synced"};
  }
  std::filesystem::path StateOf(const Scenario& scenario) const {
    return folder_ / ("state-" + std::to_string(scenario.number));
  }

  /// Starts the process again, and lets it do what is left.
  std::string Recover(const Scenario& scenario) const {
    crash::Child child(ArgumentsOf({scenario.number, "never", 1, false}));
    const auto end = std::chrono::steady_clock::now() + crash::kPatience;
    while (child.Pending() != 0) {
      if (std::chrono::steady_clock::now() > end) return "events are still pending";
      std::this_thread::yield();
    }
    return {};
  }

  /// Senders that each wait for one answer before they send the next, until the process is gone.
  static std::map<std::string, Sent> Load(crash::Child& child, const Scenario& scenario) {
    std::map<std::string, Sent> sent;
    std::atomic<int> answers = 0;
    std::vector<std::jthread> senders;
    for (int i = 0; i < kSenders; ++i) {
      const std::string key = std::to_string(scenario.number) + "-" + std::to_string(i);
      senders.emplace_back([&child, &answers, &scenario, key, &mine = sent[key]] {
        // A single event that is lost cannot be mistaken for one that was deleted.
        const int most = scenario.unsynced ? 1 : kMostEvents;
        for (int n = 1; n <= most; ++n) {
          mine.sent = n;
          if (child.Post(crash::Event(key, n)) != 200) return;
          mine.answered = n;
          if (++answers == scenario.count && scenario.point == kRandom) child.Kill();
        }
      });
    }
    return (senders.clear(), sent);
  }

  static bool AllEnded(const std::map<std::string, Sent>& sent) {
    return std::all_of(sent.begin(), sent.end(),
                       [](const auto& one) { return one.second.answered < kMostEvents; });
  }

  std::string Compare(const Scenario& scenario, const std::map<std::string, Sent>& sent) const {
    const catalog::CatalogReader reader(folder_ / "catalog.db");
    for (const auto& [key, knows] : sent) {
      const auto entity = reader.Entity("thing", key);
      const int n = entity ? Get(Get(*entity, "properties"), "n").get<int>() : 0;
      // An event without an answer may have been stored or not.
      if (n != crash::StateAfter(knows.answered) && n != crash::StateAfter(knows.sent)) {
        return key + " is " + std::to_string(n) + ": " + std::to_string(knows.answered) +
               " was answered, " + std::to_string(knows.sent) + " was sent";
      }
    }
    return CompareDead(scenario, sent);
  }

  /// What never succeeds is kept, each once.
  std::string CompareDead(const Scenario& scenario, const std::map<std::string, Sent>& sent) const {
    std::map<std::string, int> dead;
    const state::JournalDesk desk(StateOf(scenario) / state::kJournalFile);
    for (const state::EventRow& row : desk.List()) dead[row.key] += row.dead ? 1 : 0;
    for (const auto& [key, knows] : sent) {
      const auto poisoned = [](int events) {
        int count = 0;
        for (int n = 1; n <= events; ++n) count += crash::IsPoison(n) ? 1 : 0;
        return count;
      };
      if (dead[key] < poisoned(knows.answered) || dead[key] > poisoned(knows.sent)) {
        return key + " has " + std::to_string(dead[key]) + " dead events after " +
               std::to_string(knows.answered) + " answers";
      }
    }
    return {};
  }

  testing::TempDir folder_;
  catalog::CatalogServer catalog_{
      {.file = folder_ / "catalog.db"}, Clock::System(), Logger::Null()};
};

/// The scenario of a seed; the first of the next seed is the second of this one.
Scenario Nth(int number, int seed) {
  const std::vector<std::string> points = Points();
  const auto mixed = static_cast<unsigned>(seed + number);
  std::mt19937 random(mixed);
  return {number, points[mixed % points.size()], 1 + static_cast<int>(random() % 15), false};
}

TEST_CASE("W-11: what was answered survives a crash at any point", "[crash]") {
  const int points = testing::FromEnvironment("CRASH_POINTS", 20);
  const int seed = testing::FromEnvironment("CRASH_SEED", 1);
  Sweep sweep;
  for (int number = 0; number < points; ++number) {
    const Scenario scenario = Nth(number, seed);
    INFO("killed at " << scenario.point << " " << scenario.count << "; again: make test-crash"
                      << " CRASH_POINTS=1 CRASH_SEED=" << seed + number);
    CHECK_THAT(sweep.Run(scenario), Catch::Equals(""));
  }
}

TEST_CASE("a handler that does not come back keeps no process, and its event is done later",
          "[crash]") {
  Sweep sweep;
  CHECK_THAT(sweep.Stop(), Catch::Equals(""));
}

TEST_CASE("the sweep notices a journal that does not wait for the disk", "[crash]") {
  Sweep sweep;
  CHECK_THAT(sweep.Run({0, kRandom, 1, true}), Catch::Contains("was answered"));
}

}  // namespace
}  // namespace ocean::app
