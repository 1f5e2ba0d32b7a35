#include "deletion.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace ocean::sync {

namespace {

/// Identifiers per question whether they are still there.
constexpr std::size_t kRemainingBatch = 100;

/// Those that the catalog still has.
std::vector<std::string> Remaining(const Run& run, const std::string& blueprint,
                                   const std::vector<std::string>& identifiers) {
  std::vector<std::string> remaining;
  for (std::size_t first = 0; first < identifiers.size(); first += kRemainingBatch) {
    const auto from = identifiers.begin() + static_cast<std::ptrdiff_t>(first);
    const auto count = std::min(kRemainingBatch, identifiers.size() - first);
    for (const Json& entity : run.parts.port.FindOwned(
             blueprint, std::vector<std::string>(from, from + static_cast<std::ptrdiff_t>(count)),
             {"blueprint", "identifier"}, run.stop_source.Token())) {
      remaining.push_back(GetString(entity, "identifier"));
    }
  }
  return remaining;
}

}  // namespace

std::vector<std::string> DeleteStale(Run& run, const std::vector<std::string>& identifiers,
                                     BlueprintReport& report) {
  std::vector<std::string> left = identifiers;
  auto wanted = static_cast<std::int64_t>(identifiers.size());
  while (!left.empty()) {
    // What a live event has written since the listing stays; one that comes now waits, and creates it anew.
    const LiveWrites::Claim claim(run.parts.live_writes, report.blueprint, left);
    wanted -= static_cast<std::int64_t>(claim.left_alone());
    report.stale -= static_cast<std::int64_t>(claim.left_alone());
    if (left.empty()) break;
    const auto deleted =
        run.parts.port.Delete(report.blueprint, left, run.mapping.flags.delete_dependent_entities,
                              run.Event(), run.stop_source.Token());
    // What went along with others, or with a request whose answer was lost, is gone as well.
    const std::size_t before = left.size();
    left = deleted.size() < before ? Remaining(run, report.blueprint, left)
                                   : std::vector<std::string>();
    report.deleted = wanted - static_cast<std::int64_t>(left.size());
    // What others require goes after these; when nothing went, nothing will.
    if (left.size() == before) break;
  }
  if (!left.empty()) {
    report.reason = fmt::format("the catalog kept {} of {}: other entities require them",
                                left.size(), identifiers.size());
  }
  return left;
}

}  // namespace ocean::sync
