#include "plan_judge.hpp"

#include "judge.hpp"

namespace ocean::sync::simulation {

void PlanJudge::CheckMaking() const {
  if (!Changed({}).empty()) world_.Blame("making a plan changed the catalog");
}

std::set<Key> PlanJudge::Changed(const std::set<Key>& deleted) const {
  const std::map<Key, StoredEntity>& after = world_.catalog.entities;
  std::set<Key> changed;
  for (const auto& [key, entity] : after) {
    const auto former = before_.find(key);
    if (former == before_.end()) {
      changed.insert(key);
      continue;
    }
    Json expected = former->second.body;
    for (const Key& target : TargetsOf(expected, world_.catalog.blueprints.at(key.first))) {
      for (const auto& [name, relation] : world_.catalog.blueprints.at(key.first)) {
        if (deleted.contains(target) && Get(expected["relations"], name) == Json(target.second))
          expected["relations"][name] = nullptr;
      }
    }
    if (expected != entity.body) changed.insert(key);
  }
  for (const auto& [key, entity] : before_) {
    if (!after.contains(key)) changed.insert(key);
  }
  return changed;
}

void PlanJudge::CheckEffect(const Plan& plan, const std::set<Key>& moved,
                            const RunReport& report) const {
  std::map<Key, const PlannedChange*> planned;
  for (const PlannedChange& change : plan.changes)
    planned[{change.blueprint, change.identifier}] = &change;
  std::map<Key, std::string> refused;
  for (const RefusedChange& one : report.refused) {
    refused[{one.blueprint, one.identifier}] = one.action + ": " + one.why;
    if (one.why.empty()) world_.Blame("refused without a reason: " + one.identifier);
  }
  std::set<Key> gone;
  for (const auto& [key, entity] : before_) {
    if (!world_.catalog.entities.contains(key)) gone.insert(key);
  }
  // What a request did whose answer was lost for good is not known to have been done.
  const bool certain = world_.harmless();
  const std::set<Key> changed = Changed(gone);
  for (const Key& key : changed) {
    if (world_.written_live(key)) continue;
    if (!planned.contains(key)) BlameTouched(key);
    if (certain && refused.contains(key))
      world_.Blame("refused and done: " + key.second + ", " + refused.at(key));
  }
  if (report.outcome == Outcome::kFailed || !certain) return;
  for (const auto& [key, change] : planned) CheckEntry(key, *change, moved, refused, report);
  if (!refused.empty() && ExitCode(report) != 2)
    world_.Blame("refused, and the exit code is not 2");
}

void PlanJudge::BlameTouched(const Key& key) const {
  const auto text = [&](const std::map<Key, StoredEntity>& entities) {
    const auto found = entities.find(key);
    return found == entities.end() ? "nothing" : DumpJson(found->second.body);
  };
  world_.Blame("touched outside the plan: " + key.first + " " + key.second + ", from " +
               text(before_) + " to " + text(world_.catalog.entities));
}

void PlanJudge::CheckEntry(const Key& key, const PlannedChange& change, const std::set<Key>& moved,
                           const std::map<Key, std::string>& refused,
                           const RunReport& report) const {
  if (refused.contains(key)) return;
  if (moved.contains(key)) return world_.Blame("carried out although it moved: " + key.second);
  const auto stored = world_.catalog.entities.find(key);
  const bool there = stored != world_.catalog.entities.end();
  if (there != (change.action != PlannedAction::kDelete) && Rejected(report) == 0) {
    return world_.Blame("planned and not done: " + std::string(ToString(change.action)) + " " +
                        key.second);
  }
  if (change.action == PlannedAction::kDelete || change.mapped_hash.empty()) return;
  const std::map<Key, Json> expected = world_.source.Expected();
  const auto wanted = expected.find(key);
  if (!there || Rejected(report) > 0 || wanted == expected.end()) return;
  if (!Agrees(WithoutGone(wanted->second, key.first), stored->second.body)) {
    world_.Blame("done otherwise than planned: " + key.second + ", " + DumpJson(wanted->second) +
                 " / " + DumpJson(stored->second.body));
  }
}

Json PlanJudge::WithoutGone(Json body, const std::string& blueprint) const {
  for (const auto& [name, relation] : world_.catalog.blueprints.at(blueprint)) {
    const Json& value = Get(Get(body, "relations"), name);
    if (value.is_string() &&
        !world_.catalog.entities.contains({relation.target, value.get<std::string>()}))
      body["relations"][name] = nullptr;
  }
  return body;
}

}  // namespace ocean::sync::simulation
