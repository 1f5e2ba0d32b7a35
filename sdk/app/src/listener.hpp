#pragma once
/// @file What triggers resyncs: the start, requests made in Port, a schedule.

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "ocean/base/clock.hpp"
#include "ocean/base/log.hpp"
#include "ocean/config/settings.hpp"

namespace ocean::app {

/// What a listener drives; its calls never overlap.
struct ListenerHooks {
  /// Runs one resync to its end, or until `stop`. It tells about its own failures and throws nothing.
  std::function<void(std::string_view trigger, const std::stop_token& stop)> resync;
  /// When a resync was last asked for in Port; empty when never. Throws what Port's client throws.
  std::function<std::optional<TimePoint>()> resync_request;
  /// When Port last heard of a resync of ours, from an earlier process; empty when never.
  std::function<std::optional<TimePoint>()> last_resync;
};

/// Throws Error{kConfig} for a type that this program cannot serve.
void RequireSupported(config::EventListenerType type);

/// Requests for resyncs that come in from outside. Those that nobody has taken yet are one: they ask for the same.
///
/// Threads   Ask may be called from any thread; the others by one at a time
class ResyncRequests {
 public:
  void Ask(std::string trigger);
  /// Waits for a request and takes it. Empty when none came within `duration`, or when `stop` was requested.
  std::optional<std::string> Await(Duration duration, Clock& clock, const std::stop_token& stop);
  /// Waits likewise and leaves the request where it is. True when there is one.
  bool AwaitArrival(Duration duration, Clock& clock, const std::stop_token& stop);

 private:
  std::optional<std::string> Take();
  /// Both give what ends the wait that is under way.
  std::stop_source Put(std::string trigger);
  std::stop_source Arrival();

  std::mutex mutex_;
  std::optional<std::string> pending_;
  /// Ends the wait that is under way.
  std::stop_source arrival_;
};

/// Decides when resyncs run, one after the other: on start, for each request made in Port (when it polls) or handed in by
/// ResyncRequests, and every `scheduled` minutes.
///
/// Rule      a request polled from Port calls for a resync when it is newer than the last one handled or, before any, newer than
///           what Port last heard of a resync; requests made while a resync runs call for one more,
///           which with `abort_running` begins at once and else after it. A schedule ends nothing
/// Errors    none: what fails is logged, and tried again at the next poll
class Listener {
 public:
  struct Options {
    /// Empty: Port is not asked.
    std::optional<std::chrono::seconds> poll_interval = std::chrono::seconds(60);
    bool resync_on_start = true;
    std::optional<std::chrono::minutes> scheduled = std::nullopt;
    bool abort_running = false;
  };

  Listener(Options options, ListenerHooks hooks, ResyncRequests& requests, Clock& clock,
           Logger logger);

  /// Returns when `stop` is requested.
  void Run(const std::stop_token& stop);

 private:
  void Start(const std::stop_token& stop);
  void TakeTurn();
  void Poll();
  void RunScheduled();
  /// What is asked for in Port until now is answered by the resync that this starts.
  void Resync(std::string_view trigger);
  void Drive(std::string_view trigger);
  /// True once something calls for another resync; false when `over` was requested first.
  bool AwaitAnother(const std::stop_token& over);
  bool IsNew(std::optional<TimePoint> request) const;
  void PlanNextPoll();
  Duration UntilNextTurn() const;
  /// The request, or empty when there is none, when Port is not asked, or when it cannot be read, which is logged.
  std::optional<TimePoint> ReadRequest();
  void MarkHandled(std::optional<TimePoint> request);

  Options options_;
  ListenerHooks hooks_;
  ResyncRequests& requests_;
  Clock& clock_;
  Logger logger_;
  std::stop_token stop_;
  std::optional<TimePoint> baseline_;
  bool port_answers_ = true;
  std::optional<Duration> next_poll_;
  std::optional<Duration> next_scheduled_;
};

}  // namespace ocean::app
