#include "planned_run.hpp"

#include <algorithm>
#include <map>

#include "deletion.hpp"
#include "ocean/base/for_each.hpp"
#include "pipeline.hpp"
#include "second_try.hpp"

namespace ocean::sync {

namespace {

/// Entities that are sent together.
constexpr std::size_t kChunkEntities = 100;

/// False when the run is over.
bool ReadEverything(Run& run, Planner& planner) {
  Pipeline(
      run, [&](LoadChunk&& chunk) { planner.Compare(std::move(chunk)); }, Pipeline::Pass::kAll)
      .Drive();
  return !run.stop_source.Token().stop_requested() && !NothingWasRead(run.blocks);
}

/// One that is found by a query is known by what it would become.
Hash128 KeyOf(const PlannedChange& change) {
  return HashPair(change.blueprint,
                  change.identifier.empty() ? change.mapped_hash : change.identifier);
}

/// Created by the catalog for the sake of others.
bool IsMissingTarget(const PlannedChange& change) {
  return change.action == PlannedAction::kCreate && change.mapped_hash.empty();
}

bool IsSent(const PlannedChange& change) {
  return change.action != PlannedAction::kDelete && !IsMissingTarget(change);
}

std::string Waiting(const Run& run) {
  return run.id + "/planned";
}

}  // namespace

std::vector<PlannedChange> MakePlan(Run& run, RunReport& report) {
  std::vector<PlannedChange> changes;
  Planner planner(run, [&](Block& block, port::Entity&&, PlannedChange&& change) {
    const bool created = change.action == PlannedAction::kCreate;
    block.Add({.created = created ? 1 : 0, .updated = created ? 0 : 1});
    changes.push_back(std::move(change));
  });
  if (!ReadEverything(run, planner)) return {};
  for (PlannedChange& target : planner.MissingTargets()) changes.push_back(std::move(target));
  Reconciler reconciler(run,
                        [&](const std::vector<std::string>& stale, BlueprintReport& blueprint) {
                          for (const std::string& identifier : stale)
                            changes.push_back(planner.DeletionOf(blueprint.blueprint, identifier));
                          blueprint.deleted = blueprint.stale;
                        });
  reconciler.List();
  planner.LookAtStale(reconciler.stale());
  reconciler.Reconcile(report);
  return changes;
}

PlanApplication::PlanApplication(Run& run, const Plan& plan) : run_(run) {
  entries_.reserve(plan.changes.size());
  for (const PlannedChange& change : plan.changes)
    by_key_.emplace(KeyOf(change), &entries_.emplace_back(Entry{&change}));
}

void PlanApplication::Execute(RunReport& report) {
  Planner planner(run_, [&](Block& block, port::Entity&& entity, PlannedChange&& now) {
    Take(block, entity, now);
  });
  if (!ReadEverything(run_, planner)) return;
  Reconciler reconciler(run_,
                        [&](const std::vector<std::string>& stale, BlueprintReport& blueprint) {
                          Delete(planner, stale, blueprint);
                        });
  reconciler.List();
  planner.LookAtStale(reconciler.stale());
  for (const auto& [blueprint, identifiers] : reconciler.stale()) {
    for (const std::string& identifier : identifiers)
      stale_.insert(HashPair(blueprint, identifier));
  }
  SecondTry second_try(run_);
  Loader loader(run_, second_try);
  SendApproved(planner, loader);
  second_try.TryAgain();
  run_.rejected_blueprints.insert(left_.begin(), left_.end());
  reconciler.Reconcile(report);
  NameRefused(report);
}

void PlanApplication::Take(Block& block, const port::Entity& entity, const PlannedChange& now) {
  Entry* moved = nullptr;
  const auto [first, last] = by_key_.equal_range(KeyOf(now));
  for (auto candidate = first; candidate != last; ++candidate) {
    Entry& entry = *candidate->second;
    if (entry.taken || !IsSent(*entry.change)) continue;
    if (entry.change->mapped_hash == now.mapped_hash &&
        entry.change->stored_hash == now.stored_hash && entry.change->action == now.action) {
      entry.taken = true;
      run_.parts.store.SpillEntity(Waiting(run_), "planned",
                                   {{"block", block.resource().index},
                                    {"entry", &entry - entries_.data()},
                                    {"identifier", entity.identifier},
                                    {"entity", entity.body}});
      return;
    }
    moved = &entry;
  }
  if (moved != nullptr) {
    moved->refused = moved->change->mapped_hash != now.mapped_hash
                         ? "the source has it otherwise since the plan was made"
                         : "the catalog has it otherwise since the plan was made";
  }
  if (now.action == PlannedAction::kCreate && run_.mapping.flags.create_missing_related_entities)
    unplanned_.insert(KeyOf(now));
  Leave(block, entity.blueprint);
}

void PlanApplication::Leave(Block& block, const std::string& blueprint) {
  block.Add({.unchanged = 1});
  left_.insert(blueprint);
}

void PlanApplication::SendApproved(Planner& planner, Loader& loader) {
  for (const PlannedChange& target : planner.MissingTargets()) {
    const auto [first, last] = by_key_.equal_range(KeyOf(target));
    const bool planned = std::any_of(
        first, last, [](const auto& entry) { return IsMissingTarget(*entry.second->change); });
    if (!planned) unplanned_.insert(KeyOf(target));
  }
  RefuseMakersOfUnplanned();
  std::map<std::pair<Block*, std::string>, LoadChunk> collected;
  std::vector<LoadChunk> full;
  std::map<Block*, Account> accounts;
  const auto send = [&] {
    ForEach(full, run_.options.upserts_in_flight, run_.stop_source.Token(),
            [&](LoadChunk& chunk) { loader.SendAll(std::move(chunk)); });
    full.clear();
  };
  VisitWaiting([&](Block& block, const port::Entity& entity, const Entry& entry) {
    if (!entry.taken) return Leave(block, entity.blueprint);
    TakeMissingTargets(entity);
    LoadChunk& chunk = collected[{&block, entity.blueprint}];
    chunk.account = &accounts.try_emplace(&block, block).first->second;
    chunk.blueprint = entity.blueprint;
    chunk.entities.push_back(entity);
    if (chunk.entities.size() < kChunkEntities) return;
    full.push_back(std::exchange(chunk, {}));
    if (full.size() >= static_cast<std::size_t>(run_.options.upserts_in_flight)) send();
  });
  for (auto& [key, chunk] : collected) {
    if (!chunk.entities.empty()) full.push_back(std::move(chunk));
  }
  send();
  run_.parts.store.ForgetSpilled(Waiting(run_));
}

void PlanApplication::VisitWaiting(
    const std::function<void(Block& block, const port::Entity& entity, Entry& entry)>& visit) {
  run_.parts.store.VisitSpilled(
      Waiting(run_), [&](std::int64_t, const std::string&, const Json& waiting) {
        const Json& body = Get(waiting, "entity");
        visit(BlockOf(run_, Get(waiting, "block").get<std::size_t>()),
              {GetString(body, "blueprint"), GetString(waiting, "identifier"), body},
              entries_[Get(waiting, "entry").get<std::size_t>()]);
      });
}

/// What is refused here is not created, and who relates to it would make the catalog create it: again, until none is left.
void PlanApplication::RefuseMakersOfUnplanned() {
  for (bool again = !unplanned_.empty(); again;) {
    again = false;
    VisitWaiting([&](Block&, const port::Entity& entity, Entry& entry) {
      const std::string unplanned = entry.taken ? UnplannedTarget(entity) : "";
      if (unplanned.empty()) return;
      entry.taken = false;
      entry.refused =
          "it relates to " + unplanned + ", which is not there and would be created unplanned";
      if (entry.change->action != PlannedAction::kCreate) return;
      unplanned_.insert(KeyOf(*entry.change));
      again = true;
    });
  }
}

std::string PlanApplication::UnplannedTarget(const port::Entity& entity) {
  std::string unplanned;
  ForEachTarget(entity.body, run_.relations.Of(entity.blueprint),
                [&](const Relation& relation, const std::string& identifier) {
                  if (unplanned_.contains(HashPair(relation.target, identifier)))
                    unplanned = relation.target + " \"" + identifier + "\"";
                });
  return unplanned;
}

void PlanApplication::TakeMissingTargets(const port::Entity& entity) {
  ForEachTarget(entity.body, run_.relations.Of(entity.blueprint),
                [&](const Relation& relation, const std::string& identifier) {
                  const auto [first, last] =
                      by_key_.equal_range(HashPair(relation.target, identifier));
                  for (auto target = first; target != last; ++target) {
                    if (IsMissingTarget(*target->second->change)) target->second->taken = true;
                  }
                });
}

void PlanApplication::Delete(const Planner& planner, const std::vector<std::string>& identifiers,
                             BlueprintReport& report) {
  std::vector<Entry*> entries;
  std::vector<std::string> approved;
  for (const std::string& identifier : identifiers) {
    const auto [first, last] = by_key_.equal_range(HashPair(report.blueprint, identifier));
    const auto planned = std::find_if(first, last, [](const auto& entry) {
      return entry.second->change->action == PlannedAction::kDelete;
    });
    if (planned == last) continue;
    if (planner.DeletionOf(report.blueprint, identifier).stored_hash !=
        planned->second->change->stored_hash) {
      planned->second->refused = "the catalog has it otherwise since the plan was made";
      continue;
    }
    entries.push_back(planned->second);
    approved.push_back(identifier);
  }
  if (approved.size() < identifiers.size()) {
    report.reason = std::to_string(identifiers.size() - approved.size()) +
                    " are not in the plan, or have changed since";
  }
  const std::vector<std::string> left = DeleteStale(run_, approved, report);
  const std::unordered_set<std::string> kept(left.begin(), left.end());
  for (Entry* entry : entries) entry->taken = !kept.contains(entry->change->identifier);
}

void PlanApplication::NameRefused(RunReport& report) {
  for (const Entry& entry : entries_) {
    if (entry.taken) continue;
    const PlannedChange& change = *entry.change;
    report.refused.push_back({std::string(ToString(change.action)), change.blueprint,
                              change.identifier,
                              entry.refused.empty() ? WhyLeftOver(change, report) : entry.refused});
  }
}

std::string PlanApplication::WhyLeftOver(const PlannedChange& change,
                                         const RunReport& report) const {
  if (IsMissingTarget(change)) return "no entity that was sent relates to it, or it is there";
  if (change.action != PlannedAction::kDelete) {
    return run_.seen.Has(change.blueprint, change.identifier)
               ? "the catalog has it as the source does: nothing is left to do"
               : "the source no longer gives it, or it could not be read";
  }
  if (!stale_.contains(HashPair(change.blueprint, change.identifier)))
    return "the catalog does not have it any more, or the source has it again";
  const auto blueprint =
      std::find_if(report.blueprints.begin(), report.blueprints.end(),
                   [&](const BlueprintReport& one) { return one.blueprint == change.blueprint; });
  return blueprint == report.blueprints.end() ? "it was held back" : blueprint->reason;
}

}  // namespace ocean::sync
