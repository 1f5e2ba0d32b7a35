#pragma once
/// @file The delete phase, behind the guard.

#include <functional>
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
///           operator allowed it). Entities that others still refer to stay while missing related entities would be created again,
///           or while what requires them would be deleted along with them
/// Order     what requires others goes before these
class Reconciler {
 public:
  using Stale = std::map<std::string, std::vector<std::string>, std::less<>>;
  /// Deletes what may go, and counts it in the report; what it leaves it gives a reason for.
  using Remove =
      std::function<void(const std::vector<std::string>& identifiers, BlueprintReport& report)>;

  Reconciler(Run& run, Remove remove)
      : run_(run),
        logger_(run.logger.With({{kPhaseField, "reconciliation"}})),
        remove_(std::move(remove)) {}

  /// Reads what we own in the catalog. Throws Error{kCancelled} and Error{kAuth} only, as Reconcile.
  void List();
  /// True when the catalog lacks entities that were not sent because it was believed to have them: SeenEntities::Unsent counts them.
  bool something_missing() const { return something_missing_; }
  /// By blueprint. After List.
  const Stale& stale() const { return stale_; }
  /// Has `remove` delete what may go, and reports on each blueprint that was seen or is owned, also when an error ends it. After
  /// List.
  void Reconcile(RunReport& report);

 private:
  using Names = std::set<std::string, std::less<>>;

  /// Of each blueprint, before anything is deleted.
  std::vector<BlueprintReport> Findings() const;
  void DeleteStale(std::vector<BlueprintReport>& reports);
  /// Of an ended run.
  static void KeepRest(const std::string& why, BlueprintReport& report);
  void ListStale();
  /// Takes out of the stale what was seen, or named, since they were listed.
  void KeepWhatCame();
  /// Finds out which of those that were not sent the catalog lacks.
  void ConfirmUnsent();
  /// Learns which of our blueprints require which.
  void LearnRequirements();
  /// The blueprints, those that require others before these.
  std::vector<std::string> InOrder() const;
  /// Why nothing of this blueprint may go; empty when it may.
  std::string HeldBackBecause(const std::string& blueprint, std::int64_t stale,
                              std::int64_t seen) const;
  std::string IncompleteProducer(const std::string& blueprint) const;
  /// Why something that is still there could go along with what is deleted; empty when nothing can.
  std::string EndangeredDependents(const std::string& blueprint) const;
  void Delete(const std::vector<std::string>& identifiers, BlueprintReport& report);
  bool ChangesOthers(const std::string& blueprint,
                     const std::vector<std::string>& identifiers) const;

  Run& run_;
  const Logger logger_;
  const Remove remove_;
  Stale stale_;
  /// Why there is no listing; empty when there is.
  std::string listing_error_;
  bool something_missing_ = false;
  /// Blueprints of which we have entities.
  Names ours_;
  /// By blueprint, the blueprints whose entities require one of it.
  std::map<std::string, Names, std::less<>> required_by_;
  /// Gone at the source, and named by a relation of what is not, by blueprint.
  std::map<std::string, std::int64_t, std::less<>> referenced_;
  /// Blueprints of which stale entities stay.
  Names kept_;
};

}  // namespace ocean::sync
