#pragma once
/// @file The engine: full resyncs, plans of them, and plans carried out.

#include <cstddef>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "ocean/base/clock.hpp"
#include "ocean/base/log.hpp"
#include "ocean/config/settings.hpp"
#include "ocean/http/client.hpp"
#include "ocean/port/client.hpp"
#include "ocean/state/store.hpp"
#include "ocean/sync/kind.hpp"
#include "ocean/sync/live_writes.hpp"
#include "ocean/sync/plan.hpp"
#include "ocean/sync/progress.hpp"
#include "ocean/sync/report.hpp"
#include "ocean/sync/resync_hooks.hpp"

namespace ocean::sync {

struct EngineOptions {
  std::size_t memory_limit_bytes = std::size_t{8} * 1024 * 1024;  ///< data in flight
  /// Of the entities that the source has so many are known in memory, in 16 bytes each; the others in a file of the state folder.
  std::size_t seen_in_memory = 100'000;
  int block_concurrency = 4;
  int transform_workers = 0;  ///< 0: one per processor
  int upserts_in_flight = 5;
  std::size_t items_to_parse_batch = 200;
  config::ChangeDetectionMode change_detection = config::ChangeDetectionMode::kIndex;
  /// So often all entities are compared with the catalog, whatever the index says.
  std::chrono::seconds full_comparison_interval{std::chrono::hours(24)};
  std::int64_t deletion_free_count =
      10;  ///< so many stale entities of a blueprint go without a look at the ratio
  double null_identifier_share =
      0.01;  ///< more than this of a block's items without identifier: incomplete
  std::chrono::seconds item_time_limit{120};  ///< of mapping one item
  bool allow_environment_in_jq = false;
  bool send_examples = true;
  /// Tells the source and how it is read from others: an interrupted resync is gone on with while it stays the same.
  std::string source = {};
  /// Blueprints whose deletions the operator has confirmed (--allow-delete).
  std::set<std::string> allow_delete;
  /// Told to Port with each run.
  std::optional<port::ResyncSchedule> schedule;
};

/// Keeps the catalog in step with the source.
///
/// Lifetime  borrows everything it is given
/// Threads   one Resync, MakePlan or CarryOut at a time; of all engines and processes with one state folder, one Resync or CarryOut
class Engine {
 public:
  struct Parts {
    port::Client& port;
    state::Store& store;
    const Kinds& kinds;
    Clock& clock;
    Logger logger;
    /// Counts the requests to the source, for the report.
    std::shared_ptr<const http::ClientStats> source_stats;
    /// Shared with LiveSync, where there are live events.
    LiveWrites* live_writes = nullptr;
    /// Called by Resync; those of the start by MakePlan and CarryOut as well.
    const ResyncHooks* hooks = nullptr;
  };

  Engine(Parts parts, EngineOptions options);
  ~Engine();

  /// One full resync with the mapping that Port holds: read, map, load, reconcile. When the last one was killed or cancelled less
  /// than a day ago, and mapping, source and catalog are the same, it goes on with that one. It reports to
  /// Port (running, then completed, failed or aborted), keeps the report in the store and returns
  /// it. Errors    Error{kConfig} for a mapping that is empty or wrong, with every problem and its
  /// path; Error{kCancelled} when `stop` was
  ///           requested (nothing is deleted then); Error{kAuth} and such when Port cannot be
  ///           talked to at the start, or another run is at work in the state folder. What goes wrong in a block is in the
  ///           report and not thrown.
  RunReport Resync(Progress& progress, const std::stop_token& stop);

  /// Reads and compares everything, and tells what a resync would change; changes nothing, neither in the catalog nor here.
  ///
  /// Limits    which entities queries find shows only when they are sent: what such blocks may produce is not deleted.
  ///           What the catalog would refuse is not foreseen
  /// Errors    as Resync; what could not be compared fails the plan, which is in its report
  Plan MakePlan(Progress& progress, const std::stop_token& stop);
  /// Does of `plan` what is still as it was when the plan was made, and nothing else; what is not is named in the report and left. The
  /// plan confirms its deletions: their share is not looked at again, all else of the guard holds. The next resync compares everything.
  ///
  /// Errors    as Resync; Error{kConfig} for another installation's plan
  RunReport CarryOut(const Plan& plan, Progress& progress, const std::stop_token& stop);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Checks a mapping as Resync would. Error{kConfig} with every problem and its path.
void CheckMapping(const Json& mapping, const Kinds& kinds, bool allow_environment_in_jq);

}  // namespace ocean::sync
