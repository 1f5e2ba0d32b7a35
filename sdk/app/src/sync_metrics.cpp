#include "sync_metrics.hpp"

#include <utility>

#include "ocean/base/error.hpp"
#include "ocean/base/version.hpp"

namespace ocean::app {

namespace {

constexpr auto kRuntimeKind = "__runtime__";
constexpr auto kReconciliationKind = "__reconciliation__";
/// The kinds are known soon after the start: the first look comes earlier than the others.
constexpr std::chrono::seconds kFirstLook{1};

Json Count(std::int64_t count) {
  return {{"object_count", static_cast<double>(count)}};
}

Json Success(bool success) {
  return {{"success", success ? 1.0 : 0.0}};
}

Json Figures(const sync::BlockReport& block) {
  Json phases = {{"extract", {{"object_count_type", {{"raw_extracted", Count(block.extracted)}}}}},
                 {"transform",
                  {{"object_count_type",
                    {{"transformed", Count(block.mapped)},
                     {"filtered_out", Count(block.filtered)},
                     {"failed", Count(block.failed)}}}}},
                 {"load",
                  {{"object_count_type",
                    {{"loaded", Count(block.created + block.updated)},
                     {"skipped", Count(block.unchanged)},
                     {"failed", Count(block.rejected)}}}}},
                 {"resync", Success(block.outcome == sync::Outcome::kComplete)}};
  const sync::BlockTimes& times = block.times;
  for (const auto& [phase, time] :
       {std::pair{"extract", times.extract}, std::pair{"transform", times.transform},
        std::pair{"load", times.load}, std::pair{"resync", times.resync}}) {
    phases[phase]["duration_seconds"] = Seconds(time);
  }
  return {{"phase", std::move(phases)}};
}

void AddSpread(Json& figures, const std::string& name, const std::string& unit,
               const Spread& spread) {
  figures[name + "_max_" + unit] = spread.max;
  figures[name + "_median_" + unit] = spread.median;
  figures[name + "_avg_" + unit] = spread.average;
}

void AddCosts(Json& figures, const RunCosts& costs) {
  for (const auto& [phase, waits] :
       {std::pair{"extract", costs.source_waits}, std::pair{"load", costs.port_waits}}) {
    for (const auto& [target, wait] : waits)
      figures["phase"][phase]["endpoint"][target]["rate_limit_wait_seconds"] = Seconds(wait);
  }
  AddSpread(figures, "cpu", "percent", costs.cpu_percent);
  AddSpread(figures, "memory", "bytes", costs.memory_bytes);
  figures["response_size_total_bytes"] = static_cast<double>(costs.response_bytes);
  figures["response_size_median_bytes"] = costs.response_bytes_median;
  figures["response_size_avg_bytes"] = costs.response_bytes_average;
}

std::string_view StateName(sync::BlockState state, std::string_view end) {
  if (state == sync::BlockState::kComplete) return "completed";
  if (end == "aborted") return end;
  if (!end.empty() || state == sync::BlockState::kIncomplete) return "failed";
  return state == sync::BlockState::kRunning ? "syncing" : "pending";
}

}  // namespace

SyncMetrics::SyncMetrics(MetricsTarget target, Parts parts)
    : target_(std::move(target)), parts_(std::move(parts)) {
  if (target_.url.empty()) return;
  thread_ = std::jthread([this](const std::stop_token& stop) { Drive(stop); });
}

SyncMetrics::~SyncMetrics() = default;

void SyncMetrics::Drive(const std::stop_token& stop) {
  parts_.clock.SleepFor(kFirstLook, stop);
  while (!stop.stop_requested()) {
    Look();
    parts_.clock.SleepFor(parts_.interval, stop);
  }
}

void SyncMetrics::Look() {
  const sync::ProgressSnapshot snapshot = parts_.progress.Snapshot();
  if (snapshot.run_id.empty() || !Introduce(snapshot)) return;
  if (Try([&] { parts_.port.PostHeartbeat(target_.url, run_id_); }))
    SendChanges(KindsOf(snapshot, ""));
}

bool SyncMetrics::Introduce(const sync::ProgressSnapshot& snapshot) {
  if (!sent_.empty()) return true;
  run_id_ = snapshot.run_id;
  sync::ProgressSnapshot untouched;
  for (const sync::BlockSnapshot& block : snapshot.blocks) {
    sync::BlockReport figures;
    figures.kind = block.figures.kind;
    figures.index = block.figures.index;
    figures.blueprint = block.figures.blueprint;
    untouched.blocks.push_back({sync::BlockState::kPending, std::move(figures)});
  }
  const std::vector<Json> kinds = KindsOf(untouched, "");
  const Json runtime = Metric(kRuntimeKind, "syncing", Json::object());
  const bool told = Try([&] { parts_.port.PostSyncMetrics(target_.url, kinds); }) &&
                    Try([&] { parts_.port.PostSyncMetrics(target_.url, Json::array({runtime})); });
  if (told) sent_ = kinds;
  return told;
}

bool SyncMetrics::SendChanges(const std::vector<Json>& kinds) {
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    if (kinds[i] == sent_[i]) continue;
    if (!Try([&] { parts_.port.PutKindMetrics(target_.url, kinds[i]); })) return false;
    sent_[i] = kinds[i];
  }
  return true;
}

void SyncMetrics::Finish(const sync::RunReport& report) {
  const bool complete = report.outcome == sync::Outcome::kComplete;
  Json runtime = {{"phase", {{"resync", Success(complete)}}}};
  runtime["phase"]["resync"]["duration_seconds"] =
      Seconds(std::chrono::milliseconds(report.duration_ms));
  const Json deletion = {
      {"duration_seconds", Seconds(std::chrono::milliseconds(report.delete_ms))}};
  SendEnd(complete ? "completed" : "failed", std::move(runtime), deletion);
}

void SyncMetrics::Abort() {
  SendEnd("aborted", {{"phase", {{"resync", Success(false)}}}}, Json::object());
}

void SyncMetrics::SendEnd(std::string_view state, Json runtime, Json deletion) {
  thread_ = {};
  const sync::ProgressSnapshot snapshot = parts_.progress.Snapshot();
  if (target_.url.empty() || snapshot.run_id.empty()) return;
  if (!Introduce(snapshot) || !SendChanges(KindsOf(snapshot, state))) return;
  if (const auto costs = parts_.meter.Costs()) AddCosts(runtime, *costs);
  deletion["object_count_type"]["deleted"] = Count(snapshot.deleted);
  const Json last = Json::array(
      {Metric(kReconciliationKind, state, {{"phase", {{"delete", std::move(deletion)}}}}),
       Metric(kRuntimeKind, state, std::move(runtime))});
  Try([&] { parts_.port.PostSyncMetrics(target_.url, last); });
}

bool SyncMetrics::Try(const std::function<void()>& send) {
  try {
    send();
    return true;
  } catch (const Error& error) {
    if (!failed_ && error.kind() != ErrorKind::kCancelled) {
      parts_.logger.Warning("figures of the resync cannot be sent to Port: " +
                            std::string(error.what()));
    }
    failed_ = true;
    return false;
  }
}

std::vector<Json> SyncMetrics::KindsOf(const sync::ProgressSnapshot& snapshot,
                                       std::string_view end) const {
  std::vector<Json> kinds;
  for (const sync::BlockSnapshot& block : snapshot.blocks) {
    const sync::BlockReport& figures = block.figures;
    Json metric = Metric(figures.kind, StateName(block.state, end), Figures(figures));
    metric["kindIdentifier"] = figures.kind + "-" + std::to_string(figures.index);
    metric["kindIndex"] = figures.index;
    metric["blueprint"] = figures.blueprint;
    kinds.push_back(std::move(metric));
  }
  return kinds;
}

Json SyncMetrics::Metric(std::string_view kind, std::string_view state, Json figures) const {
  const port::Identity& identity = parts_.port.options().identity;
  return {{"integrationType", identity.type},
          {"installationType", target_.installation_type},
          {"executionMode", "single_process"},
          {"integrationIdentifier", identity.identifier},
          {"integrationVersion", identity.version},
          {"oceanVersion", SdkVersion()},
          {"kindIdentifier", kind},
          {"kind", kind},
          {"kindIndex", 0},
          {"eventId", run_id_},
          {"syncState", state},
          {"blueprint", ""},
          {"metrics", std::move(figures)}};
}

}  // namespace ocean::app
