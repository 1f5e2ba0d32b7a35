#pragma once
/// @file What a run would change, found out without changing it.

#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "loader.hpp"
#include "ocean/sync/plan.hpp"
#include "reconciler.hpp"
#include "run.hpp"

namespace ocean::sync {

/// Compares every entity with the catalog's, whatever the index says, and tells what differs.
///
/// Threads   Compare may overlap; the others run when it does not
class Planner {
 public:
  /// Gets an entity that a resync would send; called by one thread at a time.
  using Take = std::function<void(Block& block, port::Entity&& entity, PlannedChange&& change)>;
  Planner(Run& run, Take take) : run_(run), take_(std::move(take)) {}

  /// Errors    what the catalog's search throws: a plan over entities that could not be compared would be none
  void Compare(LoadChunk chunk);
  /// What the catalog would create because entities that would be sent relate to it.
  std::vector<PlannedChange> MissingTargets();
  /// What would be deleted if all of `stale` were. Before the first deletion, which changes what others relate to.
  void LookAtStale(const Reconciler::Stale& stale);
  /// The deletion of one that LookAtStale saw; its hash is empty when the catalog does not have it any more.
  PlannedChange DeletionOf(const std::string& blueprint, const std::string& identifier) const;

 private:
  PlannedChange ChangeOf(const Block& block, const port::Entity& entity, const Json* stored,
                         bool exists) const;
  void NoteTargets(const port::Entity& entity);
  std::set<std::string> Existing(const std::string& blueprint,
                                 const std::vector<std::string>& identifiers);

  Run& run_;
  const Take take_;
  std::mutex mutex_;
  /// Named by relations of what would be sent, by blueprint.
  std::map<std::string, std::set<std::string>> targets_;
  std::unordered_map<Hash128, std::string> stale_hashes_;
};

}  // namespace ocean::sync
