#include "disturbances.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <string>
#include <utility>

namespace ocean::sync::simulation {

void Disturbances::AddForeign() {
  for (std::size_t i = 0; i < dice_.Roll(3); ++i) {
    world_.catalog.Put({{"identifier", "foreign-" + std::to_string(i)},
                        {"blueprint", "b0"},
                        {"properties", Json::object()},
                        {"relations", Json::object()}},
                       false, world_.CatalogTime());
  }
}

void Disturbances::Strike() {
  world_.clock.Advance(std::chrono::hours(static_cast<int>(dice_.Roll(15))));
  if (dice_.OneIn(3)) {
    world_.source.Revert();
  } else {
    world_.source.Change(dice_);
  }
  if (dice_.OneIn(4)) {
    world_.source.ChangeMapping(dice_);
    ++tally_.faults[{Fault::kMappingChange, Phase::kMapping}];
  }
  if (dice_.OneIn(4)) {
    world_.source.Spoil(dice_);
    world_.spoiled = true;
    ++tally_.faults[{Fault::kBadItem, Phase::kSource}];
  }
  if (dice_.OneIn(5)) RemoveByHand();
  if (dice_.OneIn(8)) ChangeByHand();
}

void Disturbances::RemoveByHand() {
  auto& entities = world_.catalog.entities;
  if (entities.empty()) return;
  const auto victim =
      std::next(entities.begin(), static_cast<std::ptrdiff_t>(dice_.Roll(entities.size())));
  if (!victim->second.ours) return;
  entities.erase(victim);
  world_.removed_by_hand = true;
  ++tally_.faults[{Fault::kHandEdit, Phase::kListing}];
}

void Disturbances::ChangeByHand() {
  auto& entities = world_.catalog.entities;
  if (entities.empty()) return;
  const auto victim =
      std::next(entities.begin(), static_cast<std::ptrdiff_t>(dice_.Roll(entities.size())));
  if (!victim->second.ours) return;
  victim->second.body["title"] = "changed by hand";
  victim->second.updated_at = world_.CatalogTime();
  ++tally_.faults[{Fault::kHandEdit, Phase::kCompare}];
  world_.edited_by_hand = true;
}

std::optional<LiveEvent> Disturbances::LostReturn() {
  const SourceModel& source = world_.source;
  const Collection& collection = dice_.Pick(source.collections);
  const Json mapping = source.Mapping();
  const Json& resources = mapping["resources"];
  const auto resource = std::find_if(resources.begin(), resources.end(), [&](const Json& one) {
    return one["kind"] == Json(collection.kind());
  });
  if (resource == resources.end() || collection.items.empty()) return std::nullopt;
  LiveEvent event{static_cast<std::size_t>(resource - resources.begin()),
                  dice_.Pick(collection.items).json,
                  {}};
  Json& object = event.object;
  object["name"] = "for a moment";
  const bool removes = collection.selects && object["keep"] == Json(true) && dice_.OneIn(2);
  if (removes) object["keep"] = false;
  ++tally_.faults[{Fault::kLiveEvent, removes ? Phase::kDelete : Phase::kUpsert}];
  if (collection.selects && object["keep"] == Json(false) && object["id"].is_string()) {
    const Json blueprint =
        collection.dynamic_blueprint ? object["bp"] : Json(collection.blueprint());
    event.removes = {blueprint.get<std::string>(), object["id"].get<std::string>()};
  }
  return event;
}

void Disturbances::CallForFullComparison() {
  if (dice_.OneIn(2)) {
    world_.clock.Advance(std::chrono::hours(25));
    return;
  }
  // Not every change makes it another.
  SourceModel& source = world_.source;
  for (const Json before = source.Mapping(); source.Mapping() == before;)
    source.ChangeMapping(dice_);
}

std::set<Key> Disturbances::MoveByHand(const Plan& plan) {
  std::set<Key> moved;
  for (const PlannedChange& change : plan.changes) {
    if (!dice_.OneIn(4)) continue;
    const Key key{change.blueprint, change.identifier};
    const auto stored = world_.catalog.entities.find(key);
    if (stored != world_.catalog.entities.end()) {
      stored->second.body["title"] = "moved by hand";
    } else if (!change.mapped_hash.empty()) {
      world_.catalog.Put({{"identifier", key.second},
                          {"blueprint", key.first},
                          {"title", "moved by hand"},
                          {"properties", Json::object()},
                          {"relations", Json::object()}},
                         true, world_.CatalogTime());
    } else {
      continue;
    }
    moved.insert(key);
    world_.edited_by_hand = true;
  }
  return moved;
}

void Disturbances::MoveSource(const std::map<Key, Json>& planned_for, std::set<Key>& moved) {
  world_.source.Change(dice_);
  const std::map<Key, Json> now = world_.source.Expected();
  for (const auto& [key, body] : planned_for) {
    const auto found = now.find(key);
    if (found == now.end() || found->second != body) moved.insert(key);
  }
  for (const auto& [key, body] : now) {
    if (!planned_for.contains(key)) moved.insert(key);
  }
}

}  // namespace ocean::sync::simulation
