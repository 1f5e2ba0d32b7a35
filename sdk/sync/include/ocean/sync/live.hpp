#pragma once
/// @file Live events: single objects that changed, mapped and loaded as a resync would.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "ocean/base/json.hpp"
#include "ocean/sync/direct.hpp"
#include "ocean/sync/engine.hpp"

namespace ocean::sync {

struct Mapping;

/// A resource of the mapping, as the processor of an event sees it.
struct LiveResource {
  std::size_t index = 0;
  std::string kind;
  /// Its own fields, checked.
  Json selector;
};

/// The mapping at one time. Immutable; copies share it.
class LiveMapping {
 public:
  explicit LiveMapping(std::shared_ptr<const Mapping> mapping) : mapping_(std::move(mapping)) {}
  std::vector<LiveResource> ResourcesOf(const std::string& kind) const;
  const Mapping& mapping() const { return *mapping_; }

 private:
  std::shared_ptr<const Mapping> mapping_;
};

/// Raw objects of one resource, of which an event says that they are so now, or are gone.
struct LiveChange {
  std::size_t resource = 0;
  std::vector<Json> updated = {};
  std::vector<Json> deleted = {};
};

/// What became of an event's objects.
struct LiveResult {
  std::int64_t upserted = 0;
  std::int64_t deleted = 0;
  /// Why something could not be applied, and never will be as it is; empty when all was.
  std::string rejection = {};
  /// Why something could not be applied yet: an entity that it relates to is missing.
  std::string waits_for = {};
};

/// Entities that were there, and those that are there now.
struct EntityChange {
  std::vector<Json> before = {};
  std::vector<Json> after = {};
};

struct LiveOptions {
  std::chrono::seconds mapping_ttl{60};
  std::chrono::seconds item_time_limit{120};
  bool allow_environment_in_jq = false;
};

/// Applies live events to the catalog.
///
/// Rule      an updated object is upserted where the selector takes it and removed where it does not; what any resource upserts stays;
///           removed is only what this integration owns and what is there
/// Errors    what Port's client throws, and Error{kConfig} for a mapping that is wrong: the event is not applied, and can be later
/// Lifetime  borrows its parts
/// Threads   all operations may overlap; what concerns one entity must be kept in order by the caller
class LiveSync {
 public:
  LiveSync(Engine::Parts parts, LiveOptions options);
  ~LiveSync();

  /// The mapping that Port holds, at most `mapping_ttl` old.
  LiveMapping CurrentMapping();
  LiveResult Apply(const LiveMapping& mapping, const std::vector<LiveChange>& changes,
                   const std::stop_token& stop);
  /// What DirectOperations does: `deleted` objects were there before, `updated` ones are there now.
  DirectResult Replace(const LiveMapping& mapping, const std::vector<LiveChange>& changes,
                       const EntityChange& entities, const std::stop_token& stop);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Lifetime  borrows `live`
std::unique_ptr<DirectOperations> MakeDirectOperations(LiveSync& live, std::stop_token stop);

}  // namespace ocean::sync
