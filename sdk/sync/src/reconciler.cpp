#include "reconciler.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "ocean/base/error.hpp"

namespace ocean::sync {

namespace {

/// Port's largest listing page.
constexpr std::size_t kListingPage = 5000;

bool EndsTheRun(const Error& error) {
  return error.kind() == ErrorKind::kCancelled || error.kind() == ErrorKind::kAuth;
}

}  // namespace

std::vector<BlueprintReport> Reconciler::Reconcile() {
  run_.progress.Update([](ProgressSnapshot& snapshot) { snapshot.phase = "reconciling"; });
  std::map<std::string, BlueprintReport, std::less<>> reports;
  for (const auto& [blueprint, seen] : run_.seen.Counts()) reports[blueprint].seen = seen;

  std::string listing_error;
  Stale stale;
  try {
    stale = ListStale();
  } catch (const Error& error) {
    if (EndsTheRun(error)) throw;
    listing_error = std::string("what is in the catalog could not be listed: ") + error.what();
    run_.parts.logger.Error(listing_error);
  }
  for (const auto& [blueprint, count] : referenced_) {
    reports[blueprint].reason =
        fmt::format("{} more stay: entities that the source has still refer to them", count);
  }
  for (const auto& [blueprint, identifiers] : stale) {
    reports[blueprint].stale = static_cast<std::int64_t>(identifiers.size());
  }
  std::vector<BlueprintReport> result;
  for (auto& [blueprint, report] : reports) {
    report.blueprint = blueprint;
    report.listed = listing_error.empty();
    if (!report.listed) report.reason = listing_error;
    if (report.stale > 0) Delete(stale[blueprint], report);
    result.push_back(std::move(report));
  }
  return result;
}

Reconciler::Stale Reconciler::ListStale() {
  Stale stale;
  run_.parts.port.ForEachOwned(
      run_.started_by_port, kListingPage,
      [&](std::vector<port::OwnedEntity>&& page) {
        std::int64_t found = 0;
        for (port::OwnedEntity& entity : page) {
          if (run_.seen.Has(entity.blueprint, entity.identifier)) continue;
          // Deleted, it would be created again by the next upsert of what refers to it.
          if (run_.seen.IsReferenced(entity.blueprint, entity.identifier)) {
            ++referenced_[entity.blueprint];
            continue;
          }
          stale[entity.blueprint].push_back(std::move(entity.identifier));
          ++found;
        }
        run_.progress.Update([&](ProgressSnapshot& snapshot) { snapshot.stale += found; });
        return true;
      },
      run_.stop_source.Token());
  return stale;
}

std::string Reconciler::IncompleteProducer(const std::string& blueprint) const {
  for (const Block& block : run_.blocks) {
    const auto constant = block.resource().entity.ConstantBlueprint();
    const bool can_produce = !constant || *constant == blueprint;
    if (can_produce && !block.complete()) {
      return fmt::format("resource {} ({}) was not read completely", block.resource().index,
                         block.resource().kind);
    }
  }
  return {};
}

std::string Reconciler::HeldBackBecause(const std::string& blueprint, std::int64_t stale,
                                        std::int64_t seen) const {
  if (std::string incomplete = IncompleteProducer(blueprint); !incomplete.empty())
    return incomplete;
  if (run_.options.allow_delete.contains(blueprint)) return {};
  const double threshold = run_.mapping.flags.entity_deletion_threshold;
  if (threshold == 0)
    return "entityDeletionThreshold is 0: nothing is deleted unless --allow-delete " + blueprint +
           " confirms it";
  if (stale <= run_.options.deletion_free_count) return {};
  const double ratio = static_cast<double>(stale) / static_cast<double>(stale + seen);
  if (ratio <= threshold) return {};
  return fmt::format(
      "{} of {} entities would go ({:.1f} %, entityDeletionThreshold {:.1f} %); confirm it with "
      "--allow-delete {}",
      stale, stale + seen, ratio * 100, threshold * 100, blueprint);
}

void Reconciler::Delete(const std::vector<std::string>& identifiers, BlueprintReport& report) {
  if (std::string held_back = HeldBackBecause(report.blueprint, report.stale, report.seen);
      !held_back.empty()) {
    report.reason = std::move(held_back);
    report.held_back = report.stale;
    run_.parts.logger.Warning(fmt::format("{} stale entities of {} are kept: {}", report.stale,
                                          report.blueprint, report.reason));
    return;
  }
  try {
    const auto deleted = run_.parts.port.Delete(report.blueprint, identifiers,
                                                run_.mapping.flags.delete_dependent_entities,
                                                run_.Event(), run_.stop_source.Token());
    report.deleted = std::min(report.stale, static_cast<std::int64_t>(deleted.size()));
    if (deleted.size() < identifiers.size()) {
      report.reason =
          fmt::format("the catalog deleted {} of {}", deleted.size(), identifiers.size());
    }
  } catch (const Error& error) {
    if (EndsTheRun(error)) throw;
    report.reason = std::string("deleting failed: ") + error.what();
    run_.parts.logger.Error(report.blueprint + ": " + report.reason);
  }
  report.held_back = report.stale - report.deleted;
  run_.progress.Update([&](ProgressSnapshot& snapshot) { snapshot.deleted += report.deleted; });
}

}  // namespace ocean::sync
