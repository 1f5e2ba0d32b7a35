#include "ocean/sync/direct.hpp"

#include <memory>
#include <utility>

#include "ocean/sync/live.hpp"

namespace ocean::sync {

namespace {

class LiveDirectOperations final : public DirectOperations {
 public:
  LiveDirectOperations(LiveSync& live, std::stop_token stop)
      : live_(live), stop_(std::move(stop)) {}

  DirectResult UpdateDiff(const std::vector<Json>& before,
                          const std::vector<Json>& after) override {
    return live_.Replace(live_.CurrentMapping(), {}, {before, after}, stop_);
  }

  DirectResult UpdateDiffRaw(const std::string& kind, const std::vector<Json>& before,
                             const std::vector<Json>& after) override {
    const LiveMapping mapping = live_.CurrentMapping();
    std::vector<LiveChange> changes;
    for (const LiveResource& resource : mapping.ResourcesOf(kind))
      changes.push_back({.resource = resource.index, .updated = after, .deleted = before});
    return live_.Replace(mapping, changes, {}, stop_);
  }

 private:
  LiveSync& live_;
  const std::stop_token stop_;
};

}  // namespace

std::unique_ptr<DirectOperations> MakeDirectOperations(LiveSync& live, std::stop_token stop) {
  return std::make_unique<LiveDirectOperations>(live, std::move(stop));
}

}  // namespace ocean::sync
