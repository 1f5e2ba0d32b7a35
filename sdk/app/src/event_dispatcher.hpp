#pragma once
/// @file Stored events to the workers: each key in its order, keys side by side.

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "event_runner.hpp"
#include "ocean/base/stop.hpp"
#include "ocean/state/event_queue.hpp"

namespace ocean::app {

/// What became of events since the start.
struct DispatchCounts {
  std::atomic<std::int64_t> done{0};
  std::atomic<std::int64_t> coalesced{0};
  std::atomic<std::int64_t> failed_attempts{0};
  std::atomic<std::int64_t> dead{0};
};

/// Works off what the queue holds.
///
/// A lane is what shares path, processor and key: one event of it at a time, the oldest first, and while that waits for its next
/// attempt the lane waits, too. Other lanes go on. Of the events in a lane whose processor fetches anew only the newest is run.
/// Only rows without content are kept in memory.
/// Lifetime  borrows its parts
class EventDispatcher {
 public:
  struct Parts {
    state::EventQueue& queue;
    const EventRunner& runner;
    Clock& clock;
    Logger logger;
  };
  struct Options {
    int workers = 4;
    Duration max_processing{std::chrono::seconds(90)};
    /// Ends all work, like the destructor.
    std::stop_token stop = {};
  };
  EventDispatcher(Parts parts, Options options);
  /// Cancels what runs: it stays in the queue.
  ~EventDispatcher();

  void Start();
  const DispatchCounts& counts() const { return counts_; }

 private:
  struct Lane {
    std::deque<state::EventRow> rows;
    /// Attempts in a row that ended because of Port.
    int waits = 0;
  };
  /// Events that one run settles: the last is run, those before it are older and say nothing more.
  struct Task {
    std::string lane;
    std::vector<state::EventRow> rows;
    const state::EventRow& newest() const { return rows.back(); }
  };
  struct Running {
    Duration deadline{};
    LinkedStopSource* stop = nullptr;
  };

  class TimeLimit;

  void Feed();
  void Wake();
  void LoadNew();
  void CheckTime();
  Duration UntilNextTurn() const;

  void Work();
  Task Take();
  void RunTask(const Task& task);
  EventVerdict RunEvent(const state::EventRow& row);
  void Settle(const Task& task, EventVerdict verdict);
  void GiveUp(const Task& task, const std::string& error);
  Duration TryLater(const Task& task, const EventVerdict& verdict);
  /// Takes rows from the front of a lane that is away.
  void Forget(const std::string& lane, std::size_t count);
  /// Puts a lane back among those that can go on, after a while.
  void Release(const std::string& lane, Duration delay);

  Parts parts_;
  Options options_;
  LinkedStopSource stop_;
  DispatchCounts counts_;

  mutable std::mutex mutex_;
  std::condition_variable_any has_ready_;
  std::map<std::string, Lane> lanes_;
  std::deque<std::string> ready_;
  std::multimap<Duration, std::string> delayed_;
  std::list<Running> running_;
  bool queue_reads_ = true;
  std::stop_source wake_;

  std::vector<std::jthread> threads_;
};

}  // namespace ocean::app
