#pragma once
/// @file One raw item to one entity.

#include <chrono>
#include <functional>
#include <stop_token>
#include <string>

#include "mapping.hpp"
#include "ocean/base/json.hpp"
#include "ocean/jq/program.hpp"
#include "ocean/port/entity.hpp"

namespace ocean::sync {

enum class MapOutcome {
  kMapped,
  kFiltered,      ///< the selector says no
  kNoIdentifier,  ///< identifier or blueprint came out empty
  kFailed,  ///< the selector gave no boolean, a limit was exceeded, or the entity has an impossible shape
};

struct MapResult {
  MapOutcome outcome = MapOutcome::kFailed;
  port::Entity entity;
  /// Why it failed; empty otherwise.
  std::string error;
};

/// Maps items of one resource.
///
/// Threads   Map may overlap
class Mapper {
 public:
  Mapper(const ResourceMapping& resource, const jq::Limits& limits)
      : resource_(resource), limits_(limits) {}

  /// Selects and maps one item. Throws only Error{kCancelled}.
  MapResult Map(const Json& item, const std::stop_token& stop,
                const EntityTemplate::OnNull& on_null) const;
  /// Maps an item that the selector refuses, to know which entity it was.
  MapResult MapRefused(const Json& item, const std::stop_token& stop) const;

 private:
  MapResult Apply(const Json& item, jq::Budget& budget,
                  const EntityTemplate::OnNull& on_null) const;
  /// Empty when the item passes; an outcome otherwise.
  std::optional<MapResult> Select(const Json& item, jq::Budget& budget) const;

  const ResourceMapping& resource_;
  jq::Limits limits_;
};

/// True when the entity, a relation or the team is found by a search query, so that it cannot be compared with what is stored.
bool UsesSearch(const Json& entity);

}  // namespace ocean::sync
