#pragma once
/// @file Scenarios: a source that changes, faults, and resyncs by the real engine, judged by a model.

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ocean::sync::simulation {

/// What a request is for.
enum class Phase {
  kSource,
  kToken,
  kMapping,
  kRunState,
  kBlueprint,
  kCompare,
  kUpsert,
  kListing,
  kDelete,
};
constexpr std::size_t kPhases = 9;
std::string_view NameOf(Phase phase);

enum class Fault {
  kForbidden,
  kNotFound,
  kRateLimited,
  kServerError,
  kUnavailable,
  kTimeout,
  kTruncated,
  kRepeated,
  kShrink,
  kGrow,
  kRefused,
  kTokenExpired,
  kRejected,
  kTooLarge,
  kAnswerLost,
  kCancel,
  kClockSkew,
  kMappingChange,
  kBadItem,
  kHandEdit,
  kLiveEvent,
};
constexpr std::size_t kFaults = 21;
std::string_view NameOf(Fault fault);

/// How often each fault struck in each phase.
using FaultCounts = std::map<std::pair<Fault, Phase>, std::int64_t>;

/// What scenarios came to.
struct Tally {
  FaultCounts faults;
  std::int64_t scenarios = 0;
  std::int64_t runs = 0;
  std::int64_t resumed = 0;
  std::int64_t deletes = 0;
  std::int64_t held_back = 0;
  std::int64_t planned = 0;
  std::int64_t refused = 0;
};

/// Plays one scenario. Returns what the engine did wrong, one text each; the same seed gives the same scenario.
std::vector<std::string> Play(std::uint64_t seed, Tally& tally);

/// The same, with a plan that is made and carried out while source and catalog move.
std::vector<std::string> PlayPlan(std::uint64_t seed, Tally& tally);

/// The counts as a table.
std::string TableOf(const Tally& tally);

}  // namespace ocean::sync::simulation
