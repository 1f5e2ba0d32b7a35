#pragma once
/// @file What a run did, said so that the figures add up.

#include <cstdint>
#include <string>
#include <vector>

#include "ocean/base/clock.hpp"
#include "ocean/base/json_fwd.hpp"

namespace ocean::sync {

enum class Outcome { kComplete, kIncomplete, kFailed };
std::string_view ToString(Outcome outcome);

/// Time that a block took. In a run that went on with another, what it took since.
struct BlockTimes {
  /// From the first moment of its reading to the last, waits for the later phases included.
  Duration extract{};
  /// Work of all workers together.
  Duration transform{};
  Duration load{};
  /// From the beginning of its reading until all of it was loaded.
  Duration resync{};
};

/// One mapping resource. extracted = mapped + filtered + failed; mapped = created + updated +
/// unchanged + rejected.
struct BlockReport {
  std::string kind = {};
  std::size_t index = 0;
  /// The mapping's expression for the blueprint.
  std::string blueprint = {};
  Outcome outcome = Outcome::kComplete;
  /// Why it is not complete; empty otherwise.
  std::string reason = {};
  std::int64_t pages = 0;
  std::int64_t extracted = 0;
  std::int64_t mapped = 0;
  std::int64_t filtered = 0;
  std::int64_t failed = 0;
  std::int64_t created = 0;
  std::int64_t updated = 0;
  std::int64_t unchanged = 0;
  std::int64_t rejected = 0;
  BlockTimes times = {};
};

/// One blueprint in the delete phase.
struct BlueprintReport {
  std::string blueprint = {};
  std::int64_t seen = 0;
  std::int64_t stale = 0;
  std::int64_t deleted = 0;
  std::int64_t held_back = 0;
  /// False when what is owned could not be listed: what is stale is unknown then, and nothing was deleted.
  bool listed = true;
  /// Why something was held back, and what else stays and why; empty otherwise.
  std::string reason = {};
};

/// An entry of a plan that was not carried out.
struct RefusedChange {
  /// "create", "update" or "delete".
  std::string action = {};
  std::string blueprint = {};
  std::string identifier = {};
  std::string why = {};
};

struct RunReport {
  std::string run_id = {};
  /// It went on with a run that was interrupted. The figures are of both.
  bool resumed = false;
  Outcome outcome = Outcome::kComplete;
  /// Why the run failed as a whole; empty otherwise.
  std::string error = {};
  /// What a hook of the integration failed with, where the run went on; empty otherwise.
  std::string hook_error = {};
  TimePoint started_at{};
  std::int64_t duration_ms = 0;
  /// Of it, what deleting took.
  std::int64_t delete_ms = 0;
  std::vector<BlockReport> blocks = {};
  std::vector<BlueprintReport> blueprints = {};
  /// Of a run that carried out a plan.
  std::vector<RefusedChange> refused = {};
  std::uint64_t source_requests = 0;
  std::uint64_t catalog_requests = 0;
  std::uint64_t peak_rss_bytes = 0;
};

/// The report file's form. `refused` is there when something of a plan was.
Json ToJson(const RunReport& report);

/// 0 complete, 1 failed, 2 incomplete or something held back.
int ExitCode(const RunReport& report);

}  // namespace ocean::sync
