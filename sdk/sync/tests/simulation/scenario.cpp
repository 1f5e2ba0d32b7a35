#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "disturbances.hpp"
#include "plan_judge.hpp"
#include "program.hpp"
#include "simulated_world.hpp"
#include "simulation.hpp"

namespace ocean::sync::simulation {

namespace {

/// A world, the program in it, and what happens to both.
class Scenario {
 public:
  Scenario(std::uint64_t seed, Tally& tally)
      : dice_(seed),
        world_(std::make_shared<SimulatedWorld>(dice_, tally)),
        program_(world_, tally),
        disturbances_(*world_, dice_, tally) {
    EngineOptions& options = program_.options;
    options.send_examples = false;
    options.transform_workers = 1 + static_cast<int>(dice_.Roll(2));
    options.upserts_in_flight = 1 + static_cast<int>(dice_.Roll(3));
    options.block_concurrency = 1 + static_cast<int>(dice_.Roll(3));
    if (seed % 2 == 0) options.seen_in_memory = 3;
    ChooseDetection();
    options.deletion_free_count = static_cast<std::int64_t>(dice_.Roll(11));
    disturbances_.AddForeign();
  }

  std::vector<std::string> Play() {
    const std::size_t runs = 2 + dice_.Roll(4);
    for (std::size_t run = 0; run < runs; ++run) {
      if (run > 0) Disturb();
      program_.Resync(dice_.OneIn(4) ? FaultPlan() : FaultPlan(dice_));
    }
    world_->source.Heal();
    world_->spoiled = false;
    if (const auto clean = ResyncHealed()) program_.judge().CheckEnd(*clean);
    const std::int64_t writes = world_->catalog.writes;
    const std::optional<RunReport> again = program_.Resync(FaultPlan());
    if (again) program_.judge().CheckNothingToDo(*again, world_->catalog.writes - writes);
    return std::move(world_->violations);
  }

  std::vector<std::string> PlayPlan() {
    for (std::size_t runs = dice_.Roll(3); runs > 0; --runs) {
      program_.Resync(dice_.OneIn(2) ? FaultPlan() : FaultPlan(dice_));
      Disturb();
    }
    if (const std::optional<Plan> plan = program_.MakePlan()) CarryOut(*plan);
    return std::move(world_->violations);
  }

 private:
  /// The world moves on before the plan is carried out, and a clean run makes good what the plan left.
  void CarryOut(const Plan& plan) {
    const std::map<Key, Json> planned_for = world_->source.Expected();
    std::set<Key> moved;
    if (dice_.OneIn(2)) moved = disturbances_.MoveByHand(plan);
    if (dice_.OneIn(2)) disturbances_.MoveSource(planned_for, moved);
    const PlanJudge plan_judge(*world_);
    if (const auto report =
            program_.CarryOut(plan, dice_.OneIn(2) ? FaultPlan() : FaultPlan(dice_)))
      plan_judge.CheckEffect(plan, moved, *report);
    world_->source.Heal();
    if (const auto clean = ResyncHealed()) program_.judge().CheckEnd(*clean);
  }

  /// What hands wrote over is compared, too.
  std::optional<RunReport> ResyncHealed() {
    if (world_->edited_by_hand) disturbances_.CallForFullComparison();
    std::optional<RunReport> clean = program_.Resync(FaultPlan());
    // Half of it may be from before the source was healed.
    if (clean && clean->resumed) clean = program_.Resync(FaultPlan());
    return clean;
  }

  void Disturb() {
    disturbances_.Strike();
    if (dice_.OneIn(4)) {
      if (auto event = disturbances_.LostReturn()) program_.Apply(std::move(*event));
    }
    if (dice_.OneIn(4)) ChooseDetection();
  }

  void ChooseDetection() {
    program_.options.change_detection = dice_.OneIn(4) ? config::ChangeDetectionMode::kCatalog
                                                       : config::ChangeDetectionMode::kIndex;
  }

  Dice dice_;
  std::shared_ptr<SimulatedWorld> world_;
  Program program_;
  Disturbances disturbances_;
};

}  // namespace

std::vector<std::string> Play(std::uint64_t seed, Tally& tally) {
  ++tally.scenarios;
  return Scenario(seed, tally).Play();
}

std::vector<std::string> PlayPlan(std::uint64_t seed, Tally& tally) {
  ++tally.scenarios;
  return Scenario(seed, tally).PlayPlan();
}

}  // namespace ocean::sync::simulation
