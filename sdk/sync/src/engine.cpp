#include "ocean/sync/engine.hpp"

#include <sys/resource.h>

#include <algorithm>

#include "deletion.hpp"
#include "fetch_mapping.hpp"
#include "hooks.hpp"
#include "loader.hpp"
#include "mapping.hpp"
#include "ocean/base/error.hpp"
#include "ocean/base/hash.hpp"
#include "pipeline.hpp"
#include "planned_run.hpp"
#include "reconciler.hpp"
#include "run.hpp"

namespace ocean::sync {

namespace {

std::uint64_t PeakRss() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

bool SomethingIsMissing(const RunReport& report) {
  return !report.refused.empty() || !report.hook_error.empty() ||
         std::any_of(
             report.blocks.begin(), report.blocks.end(),
             [](const BlockReport& block) { return block.outcome != Outcome::kComplete; }) ||
         std::any_of(report.blueprints.begin(), report.blueprints.end(),
                     [](const BlueprintReport& blueprint) {
                       return blueprint.held_back > 0 || !blueprint.listed;
                     });
}

std::string WhatWasDeleted(const RunReport& report) {
  std::string deleted;
  for (const BlueprintReport& blueprint : report.blueprints) {
    if (blueprint.deleted == 0) continue;
    deleted += (deleted.empty() ? "" : ", ") + std::to_string(blueprint.deleted) + " of " +
               blueprint.blueprint;
  }
  return deleted.empty() ? "nothing was deleted" : "deleted were " + deleted;
}

}  // namespace

struct Engine::Impl {
  Parts parts;
  EngineOptions options;

  bool OwnsNothing(Run& run);
  std::string IndexContext(const Json& integration) const;
  void OpenIndex(Run& run, const Json& integration) const;
  void OpenCheckpoint(Run& run, const Json& integration) const;
  void GoOn(Run& run, const state::Checkpoint::Head& head) const;
  void Restore(Run& run) const;
  using Work = std::function<void(RunReport& report)>;

  /// A run from its first to its last step, of which `work` is the middle. What it ends with is not kept yet.
  RunReport Drive(Run& run, const std::stop_token& stop, const Work& work);
  void Prepare(Run& run);
  void Execute(Run& run, RunReport& report);
  void Conclude(Run& run, RunReport& report);
  void Leave(Run& run, const RunReport& report);
  void KeepReport(const RunReport& report);
  std::optional<TimePoint> ReportStart(const Run& run);
  void ReportEnd(const Run& run, std::string_view status, const std::stop_token& stop);
  std::string Installation() const;
};

Engine::Engine(Parts parts, EngineOptions options)
    : impl_(std::make_unique<Impl>(Impl{std::move(parts), std::move(options)})) {}

Engine::~Engine() = default;

/// What the index of sent contents is valid for: another catalog, organisation, installation or mapping begins another.
std::string Engine::Impl::IndexContext(const Json& integration) const {
  const port::ClientOptions& port = parts.port.options();
  const Json context = {port.base_url,
                        port.identity.type,
                        port.identity.identifier,
                        Get(integration, "_orgId"),
                        Get(integration, "_id"),
                        Get(integration, "createdAt"),
                        Get(integration, "config")};
  return HashBytes(DumpJson(context)).Hex();
}

void Engine::Impl::OpenIndex(Run& run, const Json& integration) const {
  if (run.changes_nothing) return;
  if (run.carries_out_plan || options.change_detection != config::ChangeDetectionMode::kIndex) {
    run.known.Disable();
    return;
  }
  const TimePoint now = parts.clock.Now();
  // An empty catalog was emptied: what was sent to it before says nothing.
  const TimePoint oldest =
      run.owns_nothing ? TimePoint::max() : now - options.full_comparison_interval;
  run.known.Open(IndexContext(integration), oldest, now);
}

/// Goes on with the last run when that was interrupted.
void Engine::Impl::OpenCheckpoint(Run& run, const Json& integration) const {
  if (run.changes_nothing) return;
  // What a plan does, pages that were read before it would undo.
  if (run.carries_out_plan) return parts.store.checkpoint().Discard();
  const Json about = {IndexContext(integration), parts.port.options().identity.version,
                      options.source};
  const std::string context = HashBytes(DumpJson(about)).Hex();
  const TimePoint now = parts.clock.Now();
  const auto head = run.checkpoint.Find(context, now);
  // An empty catalog was emptied.
  if (head && !(run.owns_nothing && run.checkpoint.ReliesOnCatalog())) return GoOn(run, *head);
  run.checkpoint.Begin({run.id, context, now, run.started_by_port});
}

void Engine::Impl::GoOn(Run& run, const state::Checkpoint::Head& head) const {
  run.checkpoint.GoOn();
  run.resumed = true;
  run.id = head.run_id;
  run.logger = parts.logger.With({{"run_id", run.id}});
  run.started_by_port = head.started_by_catalog;
  run.logger.Info("going on with the resync that was interrupted, begun at " +
                  FormatIso8601(head.started_at));
}

/// What came of it.
void Engine::Impl::Restore(Run& run) const {
  const state::Checkpoint& kept = parts.store.checkpoint();
  kept.VisitPortions(
      [&](std::size_t block, const Json& figures) { BlockOf(run, block).Add(FiguresOf(figures)); });
  kept.VisitKeys([&](const state::Checkpoint::Keys& keys) { run.seen.Restore(keys); });
  for (auto& [block, reason] : kept.Incomplete()) BlockOf(run, block).RestoreIncomplete(reason);
  if (parts.live_writes == nullptr) return;
  for (const auto& [blueprint, identifier] : kept.Live())
    parts.live_writes->Remember(blueprint, identifier);
}

/// When it cannot be told, everything is compared.
bool Engine::Impl::OwnsNothing(Run& run) {
  bool nothing = true;
  try {
    parts.port.ForEachOwned(
        std::nullopt, 1,
        [&](std::vector<port::OwnedEntity>&& page) {
          nothing = page.empty();
          return false;
        },
        run.stop_source.Token());
  } catch (const Error& error) {
    if (EndsTheRun(error)) throw;
    run.logger.Warning("what is in the catalog could not be listed: " + std::string(error.what()));
    return false;
  }
  return nothing;
}

void Engine::Impl::Prepare(Run& run) {
  const Json integration = FetchIntegration(parts.port, run.stop_source.Token());
  run.mapping = ReadMapping(parts, integration, options.allow_environment_in_jq);
  run.owns_nothing = OwnsNothing(run);
  OpenIndex(run, integration);

  jq::Limits limits;
  limits.time = options.item_time_limit;
  ProgressSnapshot snapshot;
  OpenCheckpoint(run, integration);
  snapshot.phase = "extracting";
  snapshot.run_id = run.id;
  snapshot.blocks.resize(run.mapping.resources.size());
  for (const ResourceMapping& resource : run.mapping.resources) {
    Block& block = run.blocks.emplace_back(resource, limits, run.progress, run.logger);
    block.OnIncomplete([&run, index = resource.index](std::string_view reason) {
      run.checkpoint.MarkIncomplete(index, reason);
    });
  }
  if (run.resumed) Restore(run);
  for (const Block& block : run.blocks)
    snapshot.blocks[block.resource().index].figures = block.Report();
  run.progress.Replace(std::move(snapshot));
}

void Engine::Impl::Execute(Run& run, RunReport& report) {
  SecondTry second_try(run);
  Loader loader(run, second_try);
  Pipeline(
      run, [&](LoadChunk&& chunk) { loader.Load(std::move(chunk)); }, Pipeline::Pass::kAll)
      .Drive();
  if (run.stop_source.Token().stop_requested()) return;
  loader.Finish();
  if (NothingWasRead(run.blocks)) return;
  Reconciler reconciler(run,
                        [&](const std::vector<std::string>& stale, BlueprintReport& blueprint) {
                          DeleteStale(run, stale, blueprint);
                        });
  reconciler.List();
  if (reconciler.something_missing()) {
    run.logger.Warning(
        "entities that were sent earlier are no longer in the catalog; their sources are read "
        "again");
    Pipeline(
        run, [&](LoadChunk&& chunk) { loader.LoadMissing(std::move(chunk)); },
        Pipeline::Pass::kMissing)
        .Drive();
    if (run.stop_source.Token().stop_requested()) return;
  }
  // Behind what was missing: others may relate to it.
  second_try.TryAgain();
  reconciler.Reconcile(report);
  RunCompleteHooks(run);
}

void Engine::Impl::Conclude(Run& run, RunReport& report) {
  report.error = run.error();
  report.hook_error = run.hook_error;
  for (Block& block : run.blocks) {
    if (!report.error.empty()) block.Abandon();
    report.blocks.push_back(block.Report());
  }
  if (report.error.empty() && NothingWasRead(run.blocks)) {
    const auto failed =
        std::find_if(report.blocks.begin(), report.blocks.end(),
                     [](const BlockReport& block) { return !block.reason.empty(); });
    report.error = failed == report.blocks.end() ? "nothing could be read" : failed->reason;
  }
  report.outcome = !report.error.empty()        ? Outcome::kFailed
                   : SomethingIsMissing(report) ? Outcome::kIncomplete
                                                : Outcome::kComplete;
}

/// Brings what was kept to its end. When it cannot be written any more, the run is no worse, and has to be told of.
void Engine::Impl::Leave(Run& run, const RunReport& report) {
  try {
    parts.store.ForgetSpilled(run.id);
    run.checkpoint.Close();
    run.known.Close(report.outcome == Outcome::kFailed, report.started_at);
  } catch (const Error& error) {
    run.logger.Error("what the resync kept for the next one cannot be brought to its end: " +
                     std::string(error.what()));
  }
}

void Engine::Impl::KeepReport(const RunReport& report) {
  try {
    parts.store.SaveReport(report.run_id, ToJson(report));
  } catch (const Error& error) {
    parts.logger.Error("the run's report cannot be kept: " + std::string(error.what()));
  }
}

/// The start by Port's own clock.
std::optional<TimePoint> Engine::Impl::ReportStart(const Run& run) {
  if (run.changes_nothing) return std::nullopt;
  try {
    return parts.port.ReportResyncStarted(parts.clock.Now(), options.schedule,
                                          run.stop_source.Token());
  } catch (const Error& error) {
    if (EndsTheRun(error)) throw;
    // That Port does not know the integration is said better when its mapping is asked for.
    if (error.kind() != ErrorKind::kNotFound) {
      run.logger.Warning(
          "Port could not be told that the resync begins; without its answer "
          "nothing is deleted: " +
          std::string(error.what()));
    }
    return std::nullopt;
  }
}

/// Port's record of the run is for people: when it cannot be written, the run is no worse.
void Engine::Impl::ReportEnd(const Run& run, std::string_view status, const std::stop_token& stop) {
  if (run.changes_nothing) return;
  try {
    parts.port.ReportResyncEnded(status, parts.clock.Now(), options.schedule, stop);
  } catch (const Error& error) {
    run.logger.Warning("Port could not be told that the resync is " + std::string(status) + ": " +
                       error.what());
  }
}

RunReport Engine::Impl::Drive(Run& run, const std::stop_token& stop, const Work& work) {
  RunReport report;
  report.run_id = RandomUuid();
  report.started_at = parts.clock.Now();
  const Duration start = parts.clock.Elapsed();
  const std::uint64_t source_requests =
      parts.source_stats ? parts.source_stats->requests.load() : 0;
  const std::uint64_t catalog_requests = parts.port.stats().requests.load();

  const LiveWrites::Resync remembered(parts.live_writes);
  run.id = report.run_id;
  run.logger = parts.logger.With({{"run_id", run.id}});
  bool is_told = false;
  try {
    run.started_by_port = ReportStart(run);
    is_told = true;
    Prepare(run);
  } catch (const Error&) {
    // What was cut off by a stop may have arrived all the same.
    if (is_told || stop.stop_requested())
      ReportEnd(run, stop.stop_requested() ? "aborted" : "failed", stop);
    throw;
  }
  report.run_id = run.id;
  report.resumed = run.resumed;
  try {
    RunStartHooks(run);
    work(report);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kCancelled) run.Fail(error.what());
  }
  if (stop.stop_requested()) {
    ReportEnd(run, "aborted", stop);
    ThrowCancelled("syncing; " + WhatWasDeleted(report));
  }
  Conclude(run, report);
  Leave(run, report);
  ReportEnd(run, report.outcome == Outcome::kComplete ? "completed" : "failed", stop);

  report.duration_ms = (parts.clock.Elapsed() - start).count() / 1000;
  report.source_requests =
      (parts.source_stats ? parts.source_stats->requests.load() : 0) - source_requests;
  report.catalog_requests = parts.port.stats().requests.load() - catalog_requests;
  report.peak_rss_bytes = PeakRss();
  run.progress.Update([](ProgressSnapshot& snapshot) { snapshot.phase = "done"; });
  return report;
}

RunReport Engine::Resync(Progress& progress, const std::stop_token& stop) {
  const auto turn = impl_->parts.store.TakeTurn();
  Run run(impl_->parts, impl_->options, progress, stop);
  RunReport report =
      impl_->Drive(run, stop, [&](RunReport& filled) { impl_->Execute(run, filled); });
  impl_->KeepReport(report);
  return report;
}

/// A plan's hashes tell what moved; this tells that it is another catalog's.
std::string Engine::Impl::Installation() const {
  const port::Identity& identity = parts.port.options().identity;
  return identity.type + "/" + identity.identifier;
}

Plan Engine::MakePlan(Progress& progress, const std::stop_token& stop) {
  Run run(impl_->parts, impl_->options, progress, stop);
  run.changes_nothing = true;
  Plan plan;
  plan.installation = impl_->Installation();
  plan.report = impl_->Drive(
      run, stop, [&](RunReport& filled) { plan.changes = sync::MakePlan(run, filled); });
  return plan;
}

RunReport Engine::CarryOut(const Plan& plan, Progress& progress, const std::stop_token& stop) {
  if (plan.installation != impl_->Installation()) {
    throw Error(ErrorKind::kConfig, "the plan is for " + plan.installation +
                                        ", and this installation is " + impl_->Installation());
  }
  const auto turn = impl_->parts.store.TakeTurn();
  EngineOptions options = impl_->options;
  // Who applies a plan has seen what it deletes.
  for (const PlannedChange& change : plan.changes) {
    if (change.action == PlannedAction::kDelete) options.allow_delete.insert(change.blueprint);
  }
  Run run(impl_->parts, options, progress, stop);
  run.carries_out_plan = true;
  RunReport report = impl_->Drive(
      run, stop, [&](RunReport& filled) { PlanApplication(run, plan).Execute(filled); });
  impl_->KeepReport(report);
  return report;
}

}  // namespace ocean::sync
