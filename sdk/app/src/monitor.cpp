#include "monitor.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace ocean::app {

namespace {

constexpr auto kRuntimeKind = "__runtime__";
constexpr auto kReconciliationKind = "__reconciliation__";

using Labels = std::vector<prometheus::ClientMetric::Label>;

/// The gauges of one page of metrics, one family per name.
class Gauges {
 public:
  void Set(const std::string& name, const std::string& help, Labels labels, double value) {
    const auto known =
        std::find_if(families_.begin(), families_.end(),
                     [&](const prometheus::MetricFamily& family) { return family.name == name; });
    prometheus::MetricFamily& family = known != families_.end() ? *known : Add(name, help);
    prometheus::ClientMetric metric;
    metric.label = std::move(labels);
    metric.gauge.value = value;
    family.metric.push_back(std::move(metric));
  }
  std::string Text() const { return prometheus::TextSerializer().Serialize(families_); }

 private:
  prometheus::MetricFamily& Add(const std::string& name, const std::string& help) {
    prometheus::MetricFamily& family = families_.emplace_back();
    family.name = name;
    family.help = help;
    family.type = prometheus::MetricType::Gauge;
    return family;
  }

  std::vector<prometheus::MetricFamily> families_;
};

void AddCount(Gauges& gauges, const std::string& kind, const std::string& phase,
              const std::string& type, std::int64_t count) {
  gauges.Set("object_count", "Objects of the last run, by kind, phase and what became of them.",
             {{"kind", kind}, {"phase", phase}, {"object_count_type", type}},
             static_cast<double>(count));
}

void AddSuccess(Gauges& gauges, const std::string& kind, bool success) {
  gauges.Set("success", "1 when the last run of the kind was complete.",
             {{"kind", kind}, {"phase", "resync"}}, success ? 1 : 0);
}

void AddDuration(Gauges& gauges, const std::string& kind, const std::string& phase,
                 Duration duration) {
  gauges.Set("duration_seconds",
             "How long the phases of the last run took; transform and load are the work of all "
             "workers together.",
             {{"kind", kind}, {"phase", phase}}, Seconds(duration));
}

void AddBlock(Gauges& gauges, const sync::BlockReport& block) {
  const std::string kind = block.kind + "-" + std::to_string(block.index);
  AddCount(gauges, kind, "extract", "raw_extracted", block.extracted);
  AddCount(gauges, kind, "transform", "transformed", block.mapped);
  AddCount(gauges, kind, "transform", "filtered_out", block.filtered);
  AddCount(gauges, kind, "transform", "failed", block.failed);
  AddCount(gauges, kind, "load", "loaded", block.created + block.updated);
  AddCount(gauges, kind, "load", "skipped", block.unchanged);
  AddCount(gauges, kind, "load", "failed", block.rejected);
  AddDuration(gauges, kind, "extract", block.times.extract);
  AddDuration(gauges, kind, "transform", block.times.transform);
  AddDuration(gauges, kind, "load", block.times.load);
  AddDuration(gauges, kind, "resync", block.times.resync);
}

void AddRun(Gauges& gauges, const sync::RunReport& run) {
  for (const sync::BlockReport& block : run.blocks) {
    AddBlock(gauges, block);
    AddSuccess(gauges, block.kind + "-" + std::to_string(block.index),
               block.outcome == sync::Outcome::kComplete);
  }
  std::int64_t deleted = 0;
  for (const sync::BlueprintReport& blueprint : run.blueprints) deleted += blueprint.deleted;
  AddCount(gauges, kReconciliationKind, "delete", "deleted", deleted);
  AddSuccess(gauges, kRuntimeKind, run.outcome == sync::Outcome::kComplete);
  AddDuration(gauges, kReconciliationKind, "delete", std::chrono::milliseconds(run.delete_ms));
  AddDuration(gauges, kRuntimeKind, "resync", std::chrono::milliseconds(run.duration_ms));
}

void AddSpread(Gauges& gauges, const std::string& name, const std::string& unit,
               const std::string& what, const Spread& spread) {
  const auto add = [&](const std::string& figure, double value) {
    gauges.Set(name + "_" + figure + "_" + unit, what + " during the last run.",
               {{"kind", kRuntimeKind}}, value);
  };
  add("max", spread.max);
  add("median", spread.median);
  add("avg", spread.average);
}

void AddWaits(Gauges& gauges, const std::string& phase,
              const std::map<std::string, Duration>& waits) {
  for (const auto& [target, wait] : waits) {
    gauges.Set("rate_limit_wait_seconds",
               "How long requests of the last run waited because a rate limit was used up.",
               {{"kind", kRuntimeKind}, {"phase", phase}, {"endpoint", target}}, Seconds(wait));
  }
}

void AddCosts(Gauges& gauges, const RunCosts& costs) {
  AddWaits(gauges, "extract", costs.source_waits);
  AddWaits(gauges, "load", costs.port_waits);
  AddSpread(gauges, "cpu", "percent", "Use of processors, of which each is 100,",
            costs.cpu_percent);
  AddSpread(gauges, "memory", "bytes", "Resident memory", costs.memory_bytes);
  const auto add_response_size = [&](const std::string& figure, double bytes) {
    gauges.Set("response_size_" + figure + "_bytes",
               "Bodies that the third party answered with during the last run, decompressed.",
               {{"kind", kRuntimeKind}}, bytes);
  };
  add_response_size("total", static_cast<double>(costs.response_bytes));
  add_response_size("median", costs.response_bytes_median);
  add_response_size("avg", costs.response_bytes_average);
}

void AddLive(Gauges& gauges, const LiveFigures& live) {
  for (const LiveFigures::Path& path : live.paths) {
    const auto add_count = [&](const char* state, std::int64_t count) {
      gauges.Set("live_events", "Stored live events, by path and state.",
                 {{"path", path.path}, {"state", state}}, static_cast<double>(count));
    };
    add_count("pending", path.pending);
    add_count("dead", path.dead);
    gauges.Set("live_events_lag_seconds", "How long the oldest pending live event has waited.",
               {{"path", path.path}}, path.lag_seconds);
  }
  for (const auto& [outcome, count] : live.counts) {
    gauges.Set("live_events_since_start", "Live events since the start, by what became of them.",
               {{"outcome", std::string(outcome)}}, static_cast<double>(count));
  }
  gauges.Set("live_events_stored", "1 while live events can be stored.", {},
             live.problem.empty() ? 1 : 0);
}

bool IsRunning(const sync::ProgressSnapshot& progress) {
  return !progress.phase.empty() && progress.phase != "done";
}

}  // namespace

void Monitor::MarkInitialised() {
  std::lock_guard lock(mutex_);
  initialised_ = true;
}

void Monitor::NotePortContact(std::string problem) {
  std::lock_guard lock(mutex_);
  port_problem_ = std::move(problem);
}

void Monitor::NoteRun(sync::RunReport report) {
  std::lock_guard lock(mutex_);
  last_run_ = std::move(report);
}

std::string Monitor::NotReadyBecause() const {
  std::lock_guard lock(mutex_);
  if (!initialised_) return "starting";
  return port_problem_;
}

std::optional<sync::RunReport> Monitor::LastRun() const {
  std::lock_guard lock(mutex_);
  return last_run_;
}

std::string MetricsText(const sync::ProgressSnapshot& progress,
                        const std::optional<sync::RunReport>& last_run,
                        const std::optional<RunCosts>& costs,
                        const std::optional<LiveFigures>& live) {
  Gauges gauges;
  if (IsRunning(progress)) {
    for (const sync::BlockSnapshot& block : progress.blocks) AddBlock(gauges, block.figures);
    AddCount(gauges, kReconciliationKind, "delete", "deleted", progress.deleted);
    AddDuration(gauges, kRuntimeKind, "resync", std::chrono::milliseconds(progress.elapsed_ms));
  } else if (last_run) {
    AddRun(gauges, *last_run);
  }
  if (costs) AddCosts(gauges, *costs);
  gauges.Set("running", "1 while a resync runs.", {}, IsRunning(progress) ? 1 : 0);
  if (live) AddLive(gauges, *live);
  return gauges.Text();
}

std::string_view ToString(sync::BlockState state) {
  switch (state) {
    case sync::BlockState::kPending:
      return "pending";
    case sync::BlockState::kRunning:
      return "running";
    case sync::BlockState::kComplete:
      return "complete";
    case sync::BlockState::kIncomplete:
      return "incomplete";
  }
  return "pending";
}

Json ToJson(const sync::ProgressSnapshot& progress) {
  sync::RunReport run;
  for (const sync::BlockSnapshot& block : progress.blocks) run.blocks.push_back(block.figures);
  Json blocks = Get(sync::ToJson(run), "blocks");
  for (std::size_t i = 0; i < progress.blocks.size(); ++i) {
    blocks[i]["state"] = ToString(progress.blocks[i].state);
  }
  return {{"phase", progress.phase},
          {"elapsed_ms", progress.elapsed_ms},
          {"blocks", std::move(blocks)},
          {"stale", progress.stale},
          {"deleted", progress.deleted}};
}

std::string BlockName(const std::vector<sync::BlockReport>& blocks, std::size_t position) {
  const std::string& kind = blocks[position].kind;
  const auto same = std::count_if(blocks.begin(), blocks.end(),
                                  [&](const sync::BlockReport& b) { return b.kind == kind; });
  return same > 1 ? kind + "-" + std::to_string(blocks[position].index) : kind;
}

}  // namespace ocean::app
