#pragma once
/// @file The program under test: the engine with its folder and its clients, run by run.

#include <cstddef>
#include <memory>
#include <optional>

#include "judge.hpp"
#include "ocean/state/store.hpp"
#include "ocean/sync/engine.hpp"
#include "ocean/sync/live_writes.hpp"
#include "ocean/sync/plan.hpp"
#include "ocean/testing/capture_log.hpp"
#include "ocean/testing/temp_dir.hpp"
#include "simulated_world.hpp"

namespace ocean::sync::simulation {

/// An object of one resource of the mapping, as an event has it.
struct LiveEvent {
  std::size_t resource = 0;
  Json object;
  /// The entity that goes with it.
  std::optional<Key> removes;
};

/// What a process and its folder are. Each run is judged by its report.
class Program {
 public:
  Program(std::shared_ptr<SimulatedWorld> world, Tally& tally)
      : world_(std::move(world)), tally_(tally) {}

  EngineOptions options;

  /// Nothing when the run was cancelled or could not begin.
  std::optional<RunReport> Resync(FaultPlan faults);
  /// Nothing when the plan failed.
  std::optional<Plan> MakePlan();
  /// Nothing when the run was cancelled or could not begin.
  std::optional<RunReport> CarryOut(const Plan& plan, FaultPlan faults);
  void Apply(LiveEvent event);

  const Judge& judge() const { return judge_; }

 private:
  struct Sides;

  std::shared_ptr<SimulatedWorld> world_;
  Tally& tally_;
  Judge judge_{*world_, tally_, options};
  testing::TempDir folder_;
  testing::CaptureLog log_{LogLevel::kCritical};
  state::Store store_{folder_.path()};
  LiveWrites live_writes_;
  /// The last run did not come to its end: the next may go on with it.
  bool interrupted_ = false;
};

}  // namespace ocean::sync::simulation
