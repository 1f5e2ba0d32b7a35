#include "judge.hpp"

#include <algorithm>
#include <string>

namespace ocean::sync::simulation {

std::int64_t Rejected(const RunReport& report) {
  std::int64_t rejected = 0;
  for (const BlockReport& block : report.blocks) rejected += block.rejected;
  return rejected;
}

bool Agrees(const Json& mapped, const Json& stored) {
  for (const auto& [name, value] : mapped.items()) {
    const Json& other = Get(stored, name);
    if (value.is_object() ? !Agrees(value, other) : value != other) return false;
  }
  return true;
}

void Judge::CheckReport(const RunReport& report) const {
  CheckFigures(report);
  for (const BlueprintReport& blueprint : report.blueprints) CheckShare(blueprint);
}

void Judge::CheckFigures(const RunReport& report) const {
  for (const BlockReport& block : report.blocks) {
    if (block.extracted != block.mapped + block.filtered + block.failed ||
        block.mapped != block.created + block.updated + block.unchanged + block.rejected)
      world_.Blame("the figures of block " + block.kind + " do not add up");
  }
  for (const BlueprintReport& blueprint : report.blueprints) {
    tally_.held_back += blueprint.held_back;
    if (blueprint.stale != blueprint.deleted + blueprint.held_back)
      world_.Blame("the figures of blueprint " + blueprint.blueprint + " do not add up");
    if (blueprint.held_back > 0 && blueprint.reason.empty())
      world_.Blame("held back without a reason: " + blueprint.blueprint);
  }
  for (const auto& [blueprint, count] : world_.deleted) CheckTold(report, blueprint, count);
}

/// What went by a request whose answer was lost for good counts among what is stale, and is not known to be gone.
void Judge::CheckTold(const RunReport& report, const std::string& blueprint,
                      std::int64_t deleted) const {
  const bool certain = world_.harmless() && report.outcome != Outcome::kFailed;
  const bool is_told = std::any_of(
      report.blueprints.begin(), report.blueprints.end(), [&](const BlueprintReport& told) {
        return told.blueprint == blueprint &&
               (certain ? deleted == told.deleted : deleted <= told.stale);
      });
  if (!is_told)
    world_.Blame(std::to_string(deleted) + " of " + blueprint + " were deleted, and not told");
}

void Judge::CheckHarmless(const RunReport& report) const {
  if (report.outcome == Outcome::kFailed && !world_.spoiled)
    world_.Blame("a run failed that could have gone on: " + report.error);
  for (const BlockReport& block : report.blocks) {
    if (block.outcome != Outcome::kComplete && block.rejected == 0 && !world_.spoiled)
      world_.Blame("incomplete without need: " + block.kind + ", " + block.reason);
  }
}

void Judge::CheckShare(const BlueprintReport& report) const {
  const auto all = static_cast<double>(report.deleted + report.seen);
  const bool few = report.deleted <= options_.deletion_free_count;
  if (report.deleted == 0 || (few && world_.source.threshold > 0)) return;
  if (static_cast<double>(report.deleted) > world_.source.threshold * all) {
    world_.Blame("beyond the threshold: " + std::to_string(report.deleted) + " of " +
                 report.blueprint);
  }
}

std::set<Key> Judge::Named(const std::map<Key, Json>& expected) const {
  std::set<Key> named;
  for (const auto& [key, body] : expected) {
    named.merge(TargetsOf(body, world_.catalog.blueprints.at(key.first)));
  }
  return named;
}

std::set<Key> Judge::Storable(const std::map<Key, Json>& expected) const {
  std::set<Key> storable;
  for (const auto& [key, body] : expected) storable.insert(key);
  const auto blocked = [&](const Key& key) {
    const auto& relations = world_.catalog.blueprints.at(key.first);
    const Json& body = expected.at(key);
    for (const auto& [name, relation] : relations) {
      if (relation.required && !Get(Get(body, "relations"), name).is_string()) return true;
    }
    const std::set<Key> targets = TargetsOf(body, relations);
    return !world_.source.create_missing &&
           std::any_of(targets.begin(), targets.end(), [&](const Key& target) {
             return !world_.catalog.entities.contains(target) && !storable.contains(target);
           });
  };
  while (std::erase_if(storable, blocked) > 0) {
  }
  return storable;
}

void Judge::CheckEnd(const RunReport& report) const {
  if (report.outcome == Outcome::kFailed)
    return world_.Blame("the clean run failed: " + report.error);
  const std::map<Key, Json> expected = world_.source.Expected();
  const std::set<Key> storable = Storable(expected);
  for (const auto& [key, body] : expected) {
    const std::string name = key.first + " " + key.second;
    const auto stored = world_.catalog.entities.find(key);
    if (!storable.contains(key) || IsMadeAnew(key)) continue;
    if (stored == world_.catalog.entities.end()) {
      world_.Blame("missing after a clean run: " + name);
    } else if (!Agrees(body, stored->second.body)) {
      world_.Blame("other than the source after a clean run: " + name + ", " + DumpJson(body) +
                   " / " + DumpJson(stored->second.body));
    }
  }
  CheckLeftovers(report, expected);
}

bool Judge::IsMadeAnew(const Key& key) const {
  const auto stored = world_.catalog.entities.find(key);
  return world_.removed_by_hand && world_.source.create_missing &&
         stored != world_.catalog.entities.end() && stored->second.body["properties"].empty() &&
         stored->second.body["title"] == Json(key.second);
}

void Judge::CheckLeftovers(const RunReport& report, const std::map<Key, Json>& expected) const {
  const std::set<Key> named = Named(expected);
  std::map<std::string, std::int64_t> left;
  for (const auto& [key, entity] : world_.catalog.entities) {
    if (entity.ours && !expected.contains(key) && !named.contains(key)) ++left[key.first];
  }
  for (const BlueprintReport& blueprint : report.blueprints)
    left[blueprint.blueprint] -= blueprint.held_back;
  for (const auto& [blueprint, count] : left) {
    if (count > 0) {
      world_.Blame("stale after a clean run and not held back: " + std::to_string(count) + " of " +
                   blueprint);
    }
  }
}

void Judge::CheckNothingToDo(const RunReport& report, std::int64_t writes) const {
  if (writes > 0 && Rejected(report) == 0 && !world_.removed_by_hand)
    world_.Blame(std::to_string(writes) + " writes although nothing changed");
}

}  // namespace ocean::sync::simulation
