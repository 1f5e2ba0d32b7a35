#pragma once
/// @file Trying a mapping on one item, with reasons: for people who write mappings.

#include <cstddef>
#include <string>
#include <vector>

#include "ocean/base/json.hpp"

namespace ocean::sync {

/// What one expression of a mapping came to.
struct TrialLeaf {
  /// Within the entity: "properties.url".
  std::string path;
  std::string expression;
  /// Null also where there was no value.
  Json value;
  /// Why the value is null, as jq::Explanation words it; empty for other values.
  std::string reason;
  /// Every sub-expression with what came out of it, as text.
  std::string steps;
};

/// What one resource of a mapping made of an item, or of one element that `itemsToParse` took from it.
struct Trial {
  enum class Outcome { kMapped, kFiltered, kNoIdentifier, kFailed };

  /// Position in `resources`.
  std::size_t resource = 0;
  Outcome outcome = Outcome::kFailed;
  /// Why it failed or was left out; empty for kMapped.
  std::string message;
  /// The entity as it would be sent; null unless it was mapped.
  Json entity;
  std::vector<TrialLeaf> leaves;
};

/// Maps `item` with every resource of `kind` in `mapping` (Port's port-app-config). Selectors other than `query` are not looked at.
///
/// `kinds`   the kinds that the integration has; empty when it takes any
/// Errors    Error{kConfig}: the mapping is wrong, with every problem and its path; or it has no resource of that kind
std::vector<Trial> TryMapping(const Json& mapping, const std::vector<std::string>& kinds,
                              const std::string& kind, const Json& item);

}  // namespace ocean::sync
