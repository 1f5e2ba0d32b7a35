#include "program.hpp"

#include <string>
#include <utility>
#include <vector>

#include "ocean/base/error.hpp"
#include "ocean/http/client.hpp"
#include "ocean/port/client.hpp"
#include "ocean/sync/kind.hpp"
#include "ocean/sync/live.hpp"
#include "plan_judge.hpp"

namespace ocean::sync::simulation {

/// The clients of both sides, as a process has them.
struct Program::Sides {
  explicit Sides(Program& program)
      : http{.transport = program.world_,
             .clock = program.world_->clock,
             .logger = program.log_.logger(),
             .stop = {}},
        port({.base_url = "http://port",
              .client_id = "id",
              .client_secret = Secret("secret"),
              .identity = {"sim", "1.0.0", "sim"}},
             http),
        kinds(program.world_->source.MakeKinds(http.Make({.base_url = "http://source"}))) {}
  Engine::Parts Parts(Program& program) {
    return {port,    program.store_,       kinds, program.world_->clock, program.log_.logger(),
            nullptr, &program.live_writes_};
  }

  http::ClientFactory http;
  port::Client port;
  Kinds kinds;
};

std::optional<RunReport> Program::Resync(FaultPlan faults) {
  ++tally_.runs;
  world_->clock.Advance(std::chrono::minutes(1));
  std::stop_source stop;
  world_->Begin(std::move(faults), stop, interrupted_);
  Sides sides(*this);
  Progress progress;
  try {
    Engine engine(sides.Parts(*this), options);
    RunReport report = engine.Resync(progress, stop.get_token());
    interrupted_ = false;
    if (report.resumed) ++tally_.resumed;
    judge_.CheckReport(report);
    if (world_->harmless() && !report.resumed) judge_.CheckHarmless(report);
    return report;
  } catch (const Error& error) {
    interrupted_ = true;
    if (error.kind() == ErrorKind::kBug || world_->harmless())
      world_->Blame(std::string("a run ended that could have gone on: ") + error.what());
    return std::nullopt;
  }
}

std::optional<Plan> Program::MakePlan() {
  const PlanJudge plan_judge(*world_);
  world_->Begin(FaultPlan(), std::stop_source());
  Sides sides(*this);
  Progress progress;
  Plan plan = Engine(sides.Parts(*this), options).MakePlan(progress, {});
  judge_.CheckReport(plan.report);
  plan_judge.CheckMaking();
  if (plan.report.outcome == Outcome::kFailed) return std::nullopt;
  tally_.planned += static_cast<std::int64_t>(plan.changes.size());
  return ReadPlan(ParseJson(DumpJson(ToJson(plan))));
}

std::optional<RunReport> Program::CarryOut(const Plan& plan, FaultPlan faults) {
  world_->clock.Advance(std::chrono::minutes(1));
  std::stop_source stop;
  world_->Begin(std::move(faults), stop);
  Sides sides(*this);
  Progress progress;
  try {
    RunReport report =
        Engine(sides.Parts(*this), options).CarryOut(plan, progress, stop.get_token());
    tally_.refused += static_cast<std::int64_t>(report.refused.size());
    judge_.CheckFigures(report);
    return report;
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kBug || world_->harmless())
      world_->Blame(std::string("a plan was not carried out: ") + error.what());
    return std::nullopt;
  }
}

void Program::Apply(LiveEvent event) {
  world_->Begin(FaultPlan(), std::stop_source(), interrupted_);
  if (event.removes) world_->ExpectRemoval(*event.removes);
  Sides sides(*this);
  LiveSync live(sides.Parts(*this), {});
  live.Apply(live.CurrentMapping(),
             {{.resource = event.resource, .updated = {std::move(event.object)}}}, {});
}

}  // namespace ocean::sync::simulation
