#pragma once
/// @file What happens between runs: at the source, in the mapping, and by hand in the catalog.

#include <map>
#include <optional>
#include <set>

#include "ocean/base/json.hpp"
#include "ocean/sync/plan.hpp"
#include "program.hpp"
#include "simulated_world.hpp"

namespace ocean::sync::simulation {

/// Changes the world as the dice say.
class Disturbances {
 public:
  Disturbances(SimulatedWorld& world, Dice& dice, Tally& tally)
      : world_(world), dice_(dice), tally_(tally) {}

  /// Somebody else's entities, in the same blueprints.
  void AddForeign();
  /// Hours go by, the source changes, and perhaps the mapping and the catalog too.
  void Strike();
  /// An event of an object that changed and changed back, of which the second event was lost. Nothing where there is no object.
  std::optional<LiveEvent> LostReturn();
  /// What hands did is found by the next one: when a day is over, and with another mapping.
  void CallForFullComparison();
  /// Somebody writes into the catalog what is planned to change. Returns what.
  std::set<Key> MoveByHand(const Plan& plan);
  /// The source changes; adds what is other than it was planned for.
  void MoveSource(const std::map<Key, Json>& planned_for, std::set<Key>& moved);

 private:
  /// Somebody deletes one of our entities in the catalog.
  void RemoveByHand();
  /// Somebody writes over one of our entities in the catalog: a full comparison finds it.
  void ChangeByHand();

  SimulatedWorld& world_;
  Dice& dice_;
  Tally& tally_;
};

}  // namespace ocean::sync::simulation
