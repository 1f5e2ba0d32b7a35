#pragma once
/// @file Runs that make a plan, and runs that carry one out.

#include <cstddef>
#include <functional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "loader.hpp"
#include "ocean/sync/plan.hpp"
#include "planner.hpp"
#include "run.hpp"

namespace ocean::sync {

/// Reads everything as a resync does and tells what that would change; fills the blueprints of `report`.
///
/// Errors    Error{kCancelled}, Error{kAuth}; what else ends the run is in Run::error
std::vector<PlannedChange> MakePlan(Run& run, RunReport& report);

/// Carries out a plan: reads and compares everything once more, and does of it what the plan has and what still is as the plan has it.
///
/// Memory    entities that are to be sent wait in the state store
/// Threads   one Execute
class PlanApplication {
 public:
  PlanApplication(Run& run, const Plan& plan);

  /// Fills the blueprints of `report`, and names in it what was refused and why. Errors as MakePlan.
  void Execute(RunReport& report);

 private:
  struct Entry {
    const PlannedChange* change = nullptr;
    /// Approved or done: it is not left over.
    bool taken = false;
    /// Why it is not done; empty when nothing is known against it.
    std::string refused = {};
  };

  void Take(Block& block, const port::Entity& entity, const PlannedChange& now);
  void Leave(Block& block, const std::string& blueprint);
  void SendApproved(Planner& planner, Loader& loader);
  void VisitWaiting(
      const std::function<void(Block& block, const port::Entity& entity, Entry& entry)>& visit);
  void RefuseMakersOfUnplanned();
  /// What the catalog would create for its sake although the plan does not have that; empty when nothing.
  std::string UnplannedTarget(const port::Entity& entity);
  void TakeMissingTargets(const port::Entity& entity);
  void Delete(const Planner& planner, const std::vector<std::string>& identifiers,
              BlueprintReport& report);
  void NameRefused(RunReport& report);
  std::string WhyLeftOver(const PlannedChange& change, const RunReport& report) const;

  Run& run_;
  std::vector<Entry> entries_;
  std::unordered_multimap<Hash128, Entry*> by_key_;
  /// Not in the catalog, and not to be created by what is carried out: nothing that is sent may relate to it.
  std::unordered_set<Hash128> unplanned_;
  /// Stale in this run.
  std::unordered_set<Hash128> stale_;
  /// Blueprints with entities that stay other than the source has them.
  std::set<std::string> left_;
};

}  // namespace ocean::sync
