#include "ocean/sync/report.hpp"

#include <algorithm>

#include "ocean/base/json.hpp"
#include "ocean/sync/progress.hpp"

namespace ocean::sync {

namespace {

Json BlockJson(const BlockReport& block) {
  return {{"kind", block.kind},
          {"index", block.index},
          {"outcome", ToString(block.outcome)},
          {"reason", block.reason.empty() ? Json() : Json(block.reason)},
          {"pages", block.pages},
          {"extracted", block.extracted},
          {"mapped", block.mapped},
          {"filtered", block.filtered},
          {"failed", block.failed},
          {"upserted", {{"created", block.created}, {"updated", block.updated}}},
          {"unchanged", block.unchanged},
          {"rejected", block.rejected}};
}

Json BlueprintJson(const BlueprintReport& blueprint) {
  return {{"blueprint", blueprint.blueprint},
          {"seen", blueprint.seen},
          {"stale", blueprint.stale},
          {"deleted", blueprint.deleted},
          {"held_back", blueprint.held_back},
          {"reason", blueprint.reason.empty() ? Json() : Json(blueprint.reason)}};
}

}  // namespace

std::string_view ToString(Outcome outcome) {
  switch (outcome) {
    case Outcome::kComplete:
      return "complete";
    case Outcome::kIncomplete:
      return "incomplete";
    case Outcome::kFailed:
      return "failed";
  }
  return "failed";
}

Json ToJson(const RunReport& report) {
  Json json = {
      {"run_id", report.run_id},
      {"resumed", report.resumed},
      {"outcome", ToString(report.outcome)},
      {"error", report.error.empty() ? Json() : Json(report.error)},
      {"hook_error", report.hook_error.empty() ? Json() : Json(report.hook_error)},
      {"started_at", FormatIso8601(report.started_at)},
      {"duration_ms", report.duration_ms},
      {"blocks", Json::array()},
      {"blueprints", Json::array()},
      {"requests", {{"source", report.source_requests}, {"catalog", report.catalog_requests}}},
      {"peak_rss_bytes", report.peak_rss_bytes}};
  for (const BlockReport& block : report.blocks) json["blocks"].push_back(BlockJson(block));
  for (const BlueprintReport& blueprint : report.blueprints) {
    json["blueprints"].push_back(BlueprintJson(blueprint));
  }
  for (const RefusedChange& refused : report.refused) {
    json["refused"].push_back({{"action", refused.action},
                               {"blueprint", refused.blueprint},
                               {"identifier", refused.identifier},
                               {"why", refused.why}});
  }
  return json;
}

int ExitCode(const RunReport& report) {
  switch (report.outcome) {
    case Outcome::kComplete:
      return 0;
    case Outcome::kIncomplete:
      return 2;
    case Outcome::kFailed:
      return 1;
  }
  return 1;
}

ProgressSnapshot Progress::Snapshot() const {
  std::lock_guard lock(mutex_);
  return snapshot_;
}

void Progress::Replace(ProgressSnapshot snapshot) {
  std::lock_guard lock(mutex_);
  snapshot_ = std::move(snapshot);
}

}  // namespace ocean::sync
