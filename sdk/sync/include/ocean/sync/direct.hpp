#pragma once
/// @file Writing to the catalog of an integration's own accord, outside resyncs and live events.

#include <cstdint>
#include <string>
#include <vector>

#include "ocean/base/json.hpp"

namespace ocean {

/// What became of what was handed over.
struct DirectResult {
  std::int64_t upserted = 0;
  std::int64_t deleted = 0;
  /// Each says what could not be done, and why.
  std::vector<std::string> failures = {};
};

/// Brings entities, or objects of a kind, into the catalog or out of it.
///
/// Entities  as the catalog has them: {"identifier", "blueprint", "title"?, "icon"?, "team"?, "properties"?, "relations"?}
/// Objects   are mapped by each resource of their kind in the mapping that Port holds, as those of a live event
/// Rule      as of live events: what is there now is upserted where a selector takes it; removed is only what this integration owns
///           and what is there. What is there now may relate to what is no longer there: that stays while it would be created again, or
///           would take along what requires it. After a failure nothing is removed
/// Errors    what Port's client throws, and Error{kConfig} for a mapping that is wrong
/// Threads   all operations may overlap; what concerns one entity must be kept in order by the caller
class DirectOperations {
 public:
  virtual ~DirectOperations() = default;

  /// What was there, and what is there now: upserts what is new or has changed, and removes what is no longer there.
  virtual DirectResult UpdateDiff(const std::vector<Json>& before,
                                  const std::vector<Json>& after) = 0;
  virtual DirectResult UpdateDiffRaw(const std::string& kind, const std::vector<Json>& before,
                                     const std::vector<Json>& after) = 0;

  DirectResult Register(const std::vector<Json>& entities) { return UpdateDiff({}, entities); }
  DirectResult Unregister(const std::vector<Json>& entities) { return UpdateDiff(entities, {}); }
  DirectResult RegisterRaw(const std::string& kind, const std::vector<Json>& objects) {
    return UpdateDiffRaw(kind, {}, objects);
  }
  DirectResult UnregisterRaw(const std::string& kind, const std::vector<Json>& objects) {
    return UpdateDiffRaw(kind, objects, {});
  }
};

}  // namespace ocean
