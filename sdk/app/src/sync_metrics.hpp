#pragma once
/// @file Tells Port how a resync goes, kind by kind.

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "ocean/base/clock.hpp"
#include "ocean/base/json.hpp"
#include "ocean/base/log.hpp"
#include "ocean/port/client.hpp"
#include "ocean/sync/progress.hpp"
#include "run_meter.hpp"

namespace ocean::app {

/// Where Port wants figures, and what it calls this installation.
struct MetricsTarget {
  /// Empty: nothing is sent.
  std::string url;
  std::string installation_type = "OnPrem";
};

/// Reports one resync from a thread of its own: the kinds at the start, a sign of life and the figures that changed at each
/// interval, and all of them at the end. What cannot be sent changes nothing; it is logged once a run.
///
/// Lifetime  borrows client, progress, meter and clock
class SyncMetrics {
 public:
  struct Parts {
    port::Client& port;
    const sync::Progress& progress;
    const RunMeter& meter;
    Clock& clock;
    Logger logger;
    std::chrono::seconds interval;
  };
  SyncMetrics(MetricsTarget target, Parts parts);
  ~SyncMetrics();

  /// The run is over: its last figures are sent before this returns.
  void Finish(const sync::RunReport& report);
  /// The run was cut off.
  void Abort();

 private:
  void Drive(const std::stop_token& stop);
  void Look();
  /// Before anything else Port is told which kinds there are. Like all below, false when that could not be sent.
  bool Introduce(const sync::ProgressSnapshot& snapshot);
  bool SendChanges(const std::vector<Json>& kinds);
  /// `runtime` and `deletion` are the figures of the run as a whole and of its delete phase.
  void SendEnd(std::string_view state, Json runtime, Json deletion);
  bool Try(const std::function<void()>& send);

  /// `end` is how the run ended; empty while it goes on.
  std::vector<Json> KindsOf(const sync::ProgressSnapshot& snapshot, std::string_view end) const;
  Json Metric(std::string_view kind, std::string_view state, Json figures) const;

  MetricsTarget target_;
  Parts parts_;
  /// Of the run that Port was told of.
  std::string run_id_;
  /// What was sent of each kind last.
  std::vector<Json> sent_;
  bool failed_ = false;
  std::jthread thread_;
};

}  // namespace ocean::app
