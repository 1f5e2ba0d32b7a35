#pragma once
/// @file Which request goes wrong, and how.

#include <array>
#include <optional>
#include <vector>

#include "simulation.hpp"
#include "source_model.hpp"

namespace ocean::sync::simulation {

struct PlannedFault {
  Phase phase = Phase::kSource;
  Fault fault = Fault::kTimeout;
  /// The request of that phase with which it begins, and how many it hits.
  int first = 0;
  int times = 1;
};

/// The faults of one run.
class FaultPlan {
 public:
  FaultPlan() = default;
  explicit FaultPlan(Dice& dice);

  /// The fault of the next request of a phase.
  std::optional<Fault> Next(Phase phase);
  /// Whether all faults so far are such that a run gets over them: tried again, or with a new token.
  bool harmless() const { return harmless_; }

 private:
  std::vector<PlannedFault> faults_;
  std::array<int, kPhases> requests_{};
  /// The request of each phase that met with an expired token last.
  std::array<std::optional<int>, kPhases> expired_{};
  bool harmless_ = true;
};

}  // namespace ocean::sync::simulation
