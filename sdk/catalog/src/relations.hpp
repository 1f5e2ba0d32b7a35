#pragma once
/// @file What an entity's relations name.

#include <compare>
#include <cstdint>
#include <functional>
#include <set>
#include <string>

#include "blueprint.hpp"
#include "blueprint_index.hpp"
#include "ocean/base/json.hpp"

namespace ocean::catalog {

/// An entity that a relation names, whether it exists or not.
struct Target {
  std::int64_t blueprint_id = 0;
  std::string identifier;

  auto operator<=>(const Target&) const = default;
};

/// All that `relations`, of an entity of `blueprint`, name.
///
/// Relations that the blueprint does not have any more, or whose target blueprint is gone, name nothing.
std::set<Target> TargetsOf(const BlueprintIndex& blueprints, const Blueprint& blueprint,
                           const Json& relations);

/// The relations without what `is_gone` says: null instead of a single one, a shorter array instead of many.
Json WithoutTargets(const BlueprintIndex& blueprints, const Blueprint& blueprint, Json relations,
                    const std::function<bool(const Target&)>& is_gone);

/// True when a required relation has a value in `before` and none in `after`.
bool BreaksRequired(const Blueprint& blueprint, const Json& before, const Json& after);

}  // namespace ocean::catalog
