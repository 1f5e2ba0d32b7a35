#pragma once
/// @file The mapping (Port calls it port-app-config): parsed, checked, compiled.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "entity_template.hpp"
#include "ocean/base/json.hpp"
#include "ocean/config/problems.hpp"
#include "ocean/jq/program.hpp"
#include "ocean/sync/kind.hpp"

namespace ocean::sync {

struct MappingFlags {
  bool enable_merge_entity = true;
  bool delete_dependent_entities = true;
  bool create_missing_related_entities = true;
  double entity_deletion_threshold = 0.9;
};

/// How items are split into elements before they are mapped.
struct ItemsToParse {
  jq::Program program;
  std::string name = "item";
  /// Removes the list from the item that goes along with each element; empty when it stays, by choice or because no simple path leads to it.
  std::optional<jq::Program> removal;
};

/// One resource of the mapping: a block of a resync.
struct ResourceMapping {
  std::string kind;
  std::size_t index = 0;
  /// The selector's own fields, as the handler gets them.
  Json selector;
  jq::Program query;
  /// True when the query is the constant true, as most are.
  bool takes_all = false;
  std::optional<ItemsToParse> items_to_parse;
  EntityTemplate entity;
};

struct Mapping {
  MappingFlags flags;
  std::vector<ResourceMapping> resources;
};

/// Error{kConfig} with every problem and its path. Warnings are added to `problems`.
Mapping ParseMapping(const Json& config, const Kinds& kinds, const jq::CompileOptions& options,
                     config::Problems& problems);

}  // namespace ocean::sync
