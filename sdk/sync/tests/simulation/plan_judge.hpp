#pragma once
/// @file Whether a plan changed nothing when it was made, and what it said when it was carried out.

#include <map>
#include <set>
#include <string>

#include "ocean/base/json.hpp"
#include "ocean/sync/plan.hpp"
#include "ocean/sync/report.hpp"
#include "simulated_world.hpp"

namespace ocean::sync::simulation {

/// Compares the catalog with what it held when the judge was made.
class PlanJudge {
 public:
  explicit PlanJudge(SimulatedWorld& world) : world_(world), before_(world.catalog.entities) {}

  /// Of a plan that was made.
  void CheckMaking() const;
  /// Of a plan that was carried out: what changed is what it has, less what `moved` since, which is refused.
  void CheckEffect(const Plan& plan, const std::set<Key>& moved, const RunReport& report) const;

 private:
  /// What is other than before, but for relations to what was deleted.
  std::set<Key> Changed(const std::set<Key>& deleted) const;
  void BlameTouched(const Key& key) const;
  void CheckEntry(const Key& key, const PlannedChange& change, const std::set<Key>& moved,
                  const std::map<Key, std::string>& refused, const RunReport& report) const;
  /// What was deleted is in no relation any more.
  Json WithoutGone(Json body, const std::string& blueprint) const;

  SimulatedWorld& world_;
  const std::map<Key, StoredEntity> before_;
};

}  // namespace ocean::sync::simulation
