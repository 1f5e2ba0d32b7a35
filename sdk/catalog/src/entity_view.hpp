#pragma once
/// @file One entity's values, those that it shows of others and those that are calculated included.

#include <optional>
#include <string>
#include <vector>

#include "entity_rows.hpp"
#include "lookup.hpp"
#include "ocean/base/json.hpp"

namespace ocean::catalog {

/// A stored entity, each part of which is read when it is asked for.
///
/// Rules     A mirrored property is null where its path leads to nothing, and an array when a relation of its path is one
///           of many. A calculated property is null when its program fails or gives a value of another type. Mirrored
///           properties may be mirrored again, and calculated, up to kMaxDepth of them
/// Lifetime  borrows the row and the lookup, which must outlive it
/// Threads   one thread at a time
class EntityView {
 public:
  static constexpr int kMaxDepth = 8;

  EntityView(const EntityRow& row, const Lookup& lookup, int depth = 0);

  const EntityRow& row() const { return row_; }
  /// Null for an entity whose blueprint is gone.
  const BlueprintPtr& blueprint() const { return blueprint_; }
  /// As they are stored.
  const Json& properties();
  const Json& relations();

  /// Whether its blueprint has mirrored or calculated properties.
  bool HasComputed() const;
  /// A mirrored or calculated property; null when `name` is none.
  Json Computed(const std::string& name);
  /// The value of a property, else of the relation of that identifier; of "$title" and its kin. Null when it lacks it.
  Json Value(const std::string& name);

 private:
  Json Meta(const std::string& name) const;
  Json Mirrored(const MirrorRule& rule);
  Json Calculated(const CalculationRule& rule);
  const Json& CalculationInput();
  std::vector<EntityRow> Related(const std::string& relation);

  const EntityRow& row_;
  const Lookup& lookup_;
  int depth_;
  BlueprintPtr blueprint_;
  std::optional<Json> properties_;
  std::optional<Json> relations_;
  std::optional<Json> input_;
};

}  // namespace ocean::catalog
