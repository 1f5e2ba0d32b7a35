#include "deletion.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <unordered_set>

#include "ocean/base/error.hpp"

namespace ocean::sync {

namespace {

/// Different errors that the report tells; the log has every one.
constexpr std::size_t kToldErrors = 3;

/// The deletion of stale entities of one blueprint, batch by batch.
class StaleDeletion {
 public:
  StaleDeletion(Run& run, BlueprintReport& report) : run_(run), report_(report) {}

  std::vector<std::string> Delete(const std::vector<std::string>& identifiers) {
    std::vector<std::string> left = identifiers;
    // What others require goes after these; when nothing went, nothing will.
    for (bool something_went = true; something_went && !left.empty();) {
      const std::int64_t before = report_.deleted;
      left = DeleteEach(left);
      something_went = report_.deleted > before;
    }
    if (!left.empty()) {
      Tell(fmt::format("the catalog kept {} of {}: other entities require them", left.size(),
                       identifiers.size()));
    }
    TellFailures(identifiers.size());
    left.insert(left.end(), failed_.begin(), failed_.end());
    return left;
  }

 private:
  /// Those that the catalog has kept, without those whose deletion failed.
  std::vector<std::string> DeleteEach(const std::vector<std::string>& identifiers) {
    std::vector<std::string> kept;
    // One request each, so that one that fails is known by its entities.
    const std::size_t most = run_.parts.port.options().delete_batch_entities;
    for (std::size_t first = 0; first < identifiers.size(); first += most) {
      const auto from = identifiers.begin() + static_cast<std::ptrdiff_t>(first);
      const auto count = std::min(most, identifiers.size() - first);
      for (std::string& identifier :
           DeleteBatch({from, from + static_cast<std::ptrdiff_t>(count)})) {
        kept.push_back(std::move(identifier));
      }
    }
    return kept;
  }

  std::vector<std::string> DeleteBatch(std::vector<std::string> batch) {
    // What a live event has written since the listing stays; one that comes now waits, and creates it anew.
    const LiveWrites::Claim claim(run_.parts.live_writes, report_.blueprint, batch);
    report_.stale -= static_cast<std::int64_t>(claim.left_alone());
    if (batch.empty()) return {};
    try {
      const auto deleted = run_.parts.port.Delete(report_.blueprint, batch,
                                                  run_.mapping.flags.delete_dependent_entities,
                                                  run_.Event(), run_.stop_source.Token());
      const std::unordered_set<std::string> gone(deleted.begin(), deleted.end());
      report_.deleted += static_cast<std::int64_t>(std::erase_if(
          batch, [&](const std::string& identifier) { return gone.contains(identifier); }));
      if (batch.empty()) return {};
      // What went along with others, or with a request whose answer was lost, is gone as well.
      std::vector<std::string> remaining = Remaining(batch);
      report_.deleted += static_cast<std::int64_t>(batch.size() - remaining.size());
      return remaining;
    } catch (const Error& error) {
      if (EndsTheRun(error)) throw;
      if (const std::vector<std::string> left = Left(batch); !left.empty()) Fail(left, error);
      return {};
    }
  }

  /// Of a request that failed: its answer may have been lost behind what it did. Those of which that is not known, too.
  std::vector<std::string> Left(const std::vector<std::string>& batch) {
    try {
      std::vector<std::string> left = Remaining(batch);
      report_.deleted += static_cast<std::int64_t>(batch.size() - left.size());
      return left;
    } catch (const Error& error) {
      if (EndsTheRun(error)) throw;
      return batch;
    }
  }

  /// Those that the catalog still has.
  std::vector<std::string> Remaining(const std::vector<std::string>& batch) {
    std::vector<std::string> remaining;
    for (const Json& entity : run_.parts.port.FindOwned(
             report_.blueprint, batch, {"blueprint", "identifier"}, run_.stop_source.Token())) {
      remaining.push_back(GetString(entity, "identifier"));
    }
    return remaining;
  }

  void Fail(const std::vector<std::string>& batch, const Error& error) {
    run_.logger.Error(fmt::format("deleting {} entities of {} failed: {}", batch.size(),
                                  report_.blueprint, error.what()),
                      {{kPhaseField, "reconciliation"}});
    failures_[error.what()] += batch.size();
    failed_.insert(failed_.end(), batch.begin(), batch.end());
  }

  void TellFailures(std::size_t wanted) {
    std::size_t told = 0;
    for (const auto& [error, count] : failures_) {
      if (told++ == kToldErrors) {
        Tell(fmt::format("{} more errors are in the log", failures_.size() - kToldErrors));
        break;
      }
      Tell(fmt::format("deleting {} of {} failed: {}", count, wanted, error));
    }
  }

  void Tell(const std::string& why) {
    if (!report_.reason.empty()) report_.reason += "; ";
    report_.reason += why;
  }

  Run& run_;
  BlueprintReport& report_;
  std::vector<std::string> failed_;
  /// How many identifiers each error kept.
  std::map<std::string, std::size_t> failures_;
};

}  // namespace

std::vector<std::string> DeleteStale(Run& run, const std::vector<std::string>& identifiers,
                                     BlueprintReport& report) {
  return StaleDeletion(run, report).Delete(identifiers);
}

}  // namespace ocean::sync
