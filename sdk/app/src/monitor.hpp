#pragma once
/// @file What a running integration shows of itself over HTTP.

#include <mutex>
#include <optional>
#include <string>

#include "live_events.hpp"
#include "ocean/base/json.hpp"
#include "ocean/sync/progress.hpp"
#include "ocean/sync/report.hpp"
#include "run_meter.hpp"

namespace ocean::app {

/// Whether the process does its work, and how the last run ended.
///
/// Threads   all operations may overlap
class Monitor {
 public:
  /// Port is set up: from now on readiness depends on the contact with it.
  void MarkInitialised();
  /// How the last contact with Port went; an empty `problem` is a good one.
  void NotePortContact(std::string problem);
  void NoteRun(sync::RunReport report);

  /// Empty when ready, else why not.
  std::string NotReadyBecause() const;
  std::optional<sync::RunReport> LastRun() const;

 private:
  mutable std::mutex mutex_;
  bool initialised_ = false;
  std::string port_problem_;
  std::optional<sync::RunReport> last_run_;
};

/// The metrics in Prometheus' text form: the last run, or the one that is under way, and what it costs.
std::string MetricsText(const sync::ProgressSnapshot& progress,
                        const std::optional<sync::RunReport>& last_run,
                        const std::optional<RunCosts>& costs = std::nullopt,
                        const std::optional<LiveFigures>& live = std::nullopt);

/// A run under way, for /status.
Json ToJson(const sync::ProgressSnapshot& progress);

std::string_view ToString(sync::BlockState state);

/// "issue", or "issue-2" where the mapping has the kind more than once.
std::string BlockName(const std::vector<sync::BlockReport>& blocks, std::size_t position);

}  // namespace ocean::app
