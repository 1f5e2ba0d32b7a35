#pragma once
/// @file Whether a run that has ended did what it had to.

#include <cstdint>
#include <map>
#include <set>

#include "ocean/base/json.hpp"
#include "ocean/sync/engine.hpp"
#include "ocean/sync/report.hpp"
#include "simulated_world.hpp"

namespace ocean::sync::simulation {

/// Entities that were rejected, of all blocks.
std::int64_t Rejected(const RunReport& report);

/// True when what is stored has all that was mapped.
bool Agrees(const Json& mapped, const Json& stored);

/// Checks runs by their reports and by what the catalog holds. What is wrong becomes a violation of the world.
class Judge {
 public:
  Judge(SimulatedWorld& world, Tally& tally, const EngineOptions& options)
      : world_(world), tally_(tally), options_(options) {}

  /// Of any run: its figures, and that no more was deleted than the threshold allows.
  void CheckReport(const RunReport& report) const;
  /// Of a plan that is carried out too, which confirms its deletions whatever their share has become.
  void CheckFigures(const RunReport& report) const;
  /// What passes when it is tried again must not keep anything from being read.
  void CheckHarmless(const RunReport& report) const;
  /// Of a run without faults: the catalog holds what the source says, and what it holds besides is named as held back.
  void CheckEnd(const RunReport& report) const;
  /// Of a run behind which nothing changed, with so many writes.
  void CheckNothingToDo(const RunReport& report, std::int64_t writes) const;

 private:
  void CheckTold(const RunReport& report, const std::string& blueprint, std::int64_t deleted) const;
  /// No more of a blueprint goes than the threshold allows.
  void CheckShare(const BlueprintReport& report) const;
  void CheckLeftovers(const RunReport& report, const std::map<Key, Json>& expected) const;
  /// What stays although the source no longer has it, because others still name it.
  std::set<Key> Named(const std::map<Key, Json>& expected) const;
  /// What the catalog can take of `expected`: what it requires is there, or can be taken too.
  std::set<Key> Storable(const std::map<Key, Json>& expected) const;
  /// What hands removed may come back empty, because another entity names it; the next run fills it.
  bool IsMadeAnew(const Key& key) const;

  SimulatedWorld& world_;
  Tally& tally_;
  const EngineOptions& options_;
};

}  // namespace ocean::sync::simulation
