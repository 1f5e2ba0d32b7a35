#include "reconciler.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <functional>
#include <span>

#include "ocean/base/error.hpp"

namespace ocean::sync {

namespace {

/// Port's largest listing page.
constexpr std::size_t kListingPage = 5000;

}  // namespace

void Reconciler::List() {
  run_.progress.Update([](ProgressSnapshot& snapshot) { snapshot.phase = "reconciling"; });
  for (const auto& [blueprint, seen] : run_.seen.Counts()) ours_.insert(blueprint);
  try {
    ListStale();
    ConfirmUnsent();
    LearnRequirements();
  } catch (const Error& error) {
    if (EndsTheRun(error)) throw;
    stale_.clear();
    referenced_.clear();
    listing_error_ = std::string("what is in the catalog could not be listed: ") + error.what();
    logger_.Error(listing_error_);
  }
}

void Reconciler::Reconcile(RunReport& report) {
  run_.progress.Update([](ProgressSnapshot& snapshot) { snapshot.phase = "reconciling"; });
  const Duration start = run_.parts.clock.Elapsed();
  KeepWhatCame();
  report.blueprints = Findings();
  try {
    DeleteStale(report.blueprints);
  } catch (const Error& error) {
    // What went until then is told, and may have been named by what stays.
    for (BlueprintReport& blueprint : report.blueprints) KeepRest(error.what(), blueprint);
    run_.known.DoubtAll();
    throw;
  }
  report.delete_ms = (run_.parts.clock.Elapsed() - start).count() / 1000;
}

std::vector<BlueprintReport> Reconciler::Findings() const {
  std::map<std::string, BlueprintReport, std::less<>> reports;
  for (const auto& [blueprint, seen] : run_.seen.Counts()) reports[blueprint].seen = seen;
  for (const auto& [blueprint, count] : referenced_) {
    reports[blueprint].reason =
        fmt::format("{} more stay: entities that the source has still refer to them", count);
  }
  for (const auto& [blueprint, identifiers] : stale_) {
    reports[blueprint].stale = static_cast<std::int64_t>(identifiers.size());
  }
  std::vector<BlueprintReport> findings;
  for (auto& [blueprint, report] : reports) {
    report.blueprint = blueprint;
    report.listed = listing_error_.empty();
    if (!report.listed) report.reason = listing_error_;
    findings.push_back(std::move(report));
  }
  return findings;
}

void Reconciler::DeleteStale(std::vector<BlueprintReport>& reports) {
  for (const std::string& blueprint : InOrder()) {
    const auto report = std::find_if(
        reports.begin(), reports.end(),
        [&](const BlueprintReport& candidate) { return candidate.blueprint == blueprint; });
    if (report != reports.end() && report->stale > 0) Delete(stale_[blueprint], *report);
  }
  const bool deleted =
      std::any_of(reports.begin(), reports.end(),
                  [](const BlueprintReport& report) { return report.deleted > 0; });
  // What stays for another reason may have named what went.
  if (deleted && !kept_.empty()) run_.known.DoubtAll();
}

void Reconciler::KeepRest(const std::string& why, BlueprintReport& report) {
  const std::int64_t rest = report.stale - report.deleted - report.held_back;
  if (rest == 0) return;
  report.held_back += rest;
  report.reason += (report.reason.empty() ? "" : "; ") + ("the run ended: " + why);
}

void Reconciler::ListStale() {
  run_.parts.port.ForEachOwned(
      run_.started_by_port, kListingPage,
      [&](std::vector<port::OwnedEntity>&& page) {
        std::int64_t found = 0;
        for (port::OwnedEntity& entity : page) {
          if (!ours_.contains(entity.blueprint)) ours_.insert(entity.blueprint);
          if (run_.seen.Confirm(entity.blueprint, entity.identifier)) continue;
          const LiveWrites* live = run_.parts.live_writes;
          if (live != nullptr && live->Has(entity.blueprint, entity.identifier)) continue;
          // Deleted, it would be created again by the next upsert of what refers to it.
          if (run_.seen.IsReferenced(entity.blueprint, entity.identifier)) {
            ++referenced_[entity.blueprint];
            continue;
          }
          stale_[entity.blueprint].push_back(std::move(entity.identifier));
          ++found;
        }
        run_.progress.Update([&](ProgressSnapshot& snapshot) { snapshot.stale += found; });
        return true;
      },
      run_.stop_source.Token());
}

void Reconciler::KeepWhatCame() {
  for (auto& [blueprint, identifiers] : stale_) {
    std::erase_if(identifiers, [&, &name = blueprint](const std::string& identifier) {
      if (run_.seen.Has(name, identifier)) return true;
      const bool is_referenced = run_.seen.IsReferenced(name, identifier);
      if (is_referenced) ++referenced_[name];
      return is_referenced;
    });
  }
}

void Reconciler::ConfirmUnsent() {
  if (run_.seen.Unsent().empty()) return;
  // What others wrote since the run began is not in the first listing. It is there, but what it holds is not known.
  run_.parts.port.ForEachOwned(
      std::nullopt, kListingPage,
      [&](std::vector<port::OwnedEntity>&& page) {
        for (const port::OwnedEntity& entity : page) {
          if (!run_.seen.IsUnsent(entity.blueprint, entity.identifier)) continue;
          run_.known.Forget(entity.blueprint, std::span(&entity.identifier, 1));
          run_.seen.Confirm(entity.blueprint, entity.identifier);
        }
        return true;
      },
      run_.stop_source.Token());
  something_missing_ = !run_.seen.Unsent().empty();
}

void Reconciler::LearnRequirements() {
  for (const std::string& blueprint : ours_) {
    for (const auto& [name, relation] : run_.relations.Of(blueprint)) {
      if (relation.required) required_by_[relation.target].insert(blueprint);
    }
  }
}

std::vector<std::string> Reconciler::InOrder() const {
  std::vector<std::string> order;
  Names visited;
  const std::function<void(const std::string&)> visit = [&](const std::string& blueprint) {
    if (!visited.insert(blueprint).second) return;
    const auto dependents = required_by_.find(blueprint);
    if (dependents != required_by_.end()) {
      for (const std::string& dependent : dependents->second) visit(dependent);
    }
    order.push_back(blueprint);
  };
  for (const std::string& blueprint : ours_) visit(blueprint);
  return order;
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

std::string Reconciler::EndangeredDependents(const std::string& blueprint) const {
  const auto dependents = required_by_.find(blueprint);
  if (!run_.mapping.flags.delete_dependent_entities || dependents == required_by_.end()) return {};
  for (const std::string& dependent : dependents->second) {
    // What the source has of them may require what would go: what the catalog holds of these entities is not known.
    const bool uncertain = kept_.contains(dependent) || referenced_.contains(dependent) ||
                           run_.rejected_blueprints.contains(dependent) ||
                           !IncompleteProducer(dependent).empty();
    if (uncertain) {
      return fmt::format("entities of {} would go along, and not all of them are known to be gone",
                         dependent);
    }
  }
  return {};
}

std::string Reconciler::HeldBackBecause(const std::string& blueprint, std::int64_t stale,
                                        std::int64_t seen) const {
  // What others wrote since then could not be told from what is gone.
  if (!run_.started_by_port && !run_.changes_nothing)
    return "Port did not say when the resync began";
  if (!run_.hook_error.empty()) return run_.hook_error;
  if (std::string incomplete = IncompleteProducer(blueprint); !incomplete.empty())
    return incomplete;
  if (std::string endangered = EndangeredDependents(blueprint); !endangered.empty())
    return endangered;
  if (run_.options.allow_delete.contains(blueprint)) return {};
  const double threshold = run_.mapping.flags.entity_deletion_threshold;
  if (threshold == 0) {
    return "entityDeletionThreshold is 0: nothing is deleted unless --allow-delete " + blueprint +
           " confirms it";
  }
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
    kept_.insert(report.blueprint);
    logger_.Warning(fmt::format("{} stale entities of {} are kept: {}", report.stale,
                                report.blueprint, report.reason));
    return;
  }
  try {
    run_.known.Forget(report.blueprint, identifiers);
    if (ChangesOthers(report.blueprint, identifiers)) run_.known.DoubtAll();
    remove_(identifiers, report);
  } catch (const Error& error) {
    if (EndsTheRun(error)) throw;
    report.reason = std::string("deleting failed: ") + error.what();
    logger_.Error(report.blueprint + ": " + report.reason);
  }
  report.held_back = report.stale - report.deleted;
  if (report.held_back > 0) kept_.insert(report.blueprint);
  run_.progress.Update([&](ProgressSnapshot& snapshot) { snapshot.deleted += report.deleted; });
}

/// The catalog takes what goes out of the relations of what stays: of that which names it, or of which it is not known what it names.
bool Reconciler::ChangesOthers(const std::string& blueprint,
                               const std::vector<std::string>& identifiers) const {
  const bool all_known = kept_.empty() && referenced_.empty() && run_.rejected_blueprints.empty() &&
                         std::all_of(run_.blocks.begin(), run_.blocks.end(),
                                     [](const Block& block) { return block.complete(); });
  return !all_known ||
         std::any_of(identifiers.begin(), identifiers.end(), [&](const std::string& identifier) {
           return run_.seen.IsNamed(blueprint, identifier);
         });
}

}  // namespace ocean::sync
