#pragma once
/// @file The delete phase, behind the guard.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "ocean/sync/report.hpp"
#include "run.hpp"

namespace ocean::sync {

/// Deletes what the source no longer has, where that is sure.
///
/// Guard     stale entities of a blueprint go only when every block that can produce the blueprint is complete, the listing of
///           what we own was complete, and their share is at most the mapping's entityDeletionThreshold (or they are few, or the
///           operator allowed it). Entities that others still refer to stay while missing related entities would be created again
class Reconciler {
 public:
  explicit Reconciler(Run& run) : run_(run) {}

  /// One report per blueprint that was seen or is owned. Throws Error{kCancelled} and Error{kAuth} only.
  std::vector<BlueprintReport> Reconcile();

 private:
  using Stale = std::map<std::string, std::vector<std::string>, std::less<>>;

  Stale ListStale();
  /// Why nothing of this blueprint may go; empty when it may.
  std::string HeldBackBecause(const std::string& blueprint, std::int64_t stale,
                              std::int64_t seen) const;
  std::string IncompleteProducer(const std::string& blueprint) const;
  void Delete(const std::vector<std::string>& identifiers, BlueprintReport& report);

  Run& run_;
  /// Gone at the source, and named by a relation of what is not, by blueprint.
  std::map<std::string, std::int64_t, std::less<>> referenced_;
};

}  // namespace ocean::sync
