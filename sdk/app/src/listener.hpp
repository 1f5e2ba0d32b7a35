#pragma once
/// @file What triggers resyncs: the start, requests made in Port, a schedule.

#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <string_view>

#include "ocean/base/clock.hpp"
#include "ocean/base/log.hpp"
#include "ocean/config/settings.hpp"

namespace ocean::app {

/// What a listener drives; its calls never overlap.
struct ListenerHooks {
  /// Runs one resync to its end. It tells about its own failures and throws nothing.
  std::function<void(std::string_view trigger)> resync;
  /// When a resync was last asked for in Port; empty when never. Throws what Port's client throws.
  std::function<std::optional<TimePoint>()> resync_request;
  /// When Port last heard of a resync of ours, from an earlier process; empty when never.
  std::function<std::optional<TimePoint>()> last_resync;
};

/// Throws Error{kConfig} for a type that this program cannot serve.
void RequireSupported(config::EventListenerType type);

/// The POLLING listener: a resync on start, one for each request made in Port, and one every
/// `scheduled` minutes.
///
/// Rule      a request calls for a resync when it is newer than the last one handled or, before
///           any, newer than what Port last heard of a resync; a request made while a resync runs
///           calls for one more
/// Errors    none: what fails is logged, and tried again at the next poll
class PollingListener {
 public:
  struct Options {
    std::chrono::seconds interval{60};
    bool resync_on_start = true;
    std::optional<std::chrono::minutes> scheduled = std::nullopt;
  };

  PollingListener(Options options, ListenerHooks hooks, Clock& clock, Logger logger);

  /// Returns when `stop` is requested.
  void Run(const std::stop_token& stop);

 private:
  void Start(const std::stop_token& stop);
  void Poll();
  void RunScheduled();
  Duration UntilNextTurn() const;
  /// The request, or empty when there is none or it cannot be read, which is logged.
  std::optional<TimePoint> ReadRequest();
  /// What is asked for until now is answered by the resync that starts now.
  void MarkHandled(std::optional<TimePoint> request);

  Options options_;
  ListenerHooks hooks_;
  Clock& clock_;
  Logger logger_;
  std::optional<TimePoint> baseline_;
  bool port_answers_ = true;
  Duration next_poll_{};
  std::optional<Duration> next_scheduled_;
};

}  // namespace ocean::app
