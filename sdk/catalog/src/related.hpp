#pragma once
/// @file Walking over relations.

#include <cstdint>
#include <unordered_set>

#include "lookup.hpp"
#include "search_query.hpp"

namespace ocean::catalog {

/// Numbers of the entities that are related to those of the rule over any number of hops, without these themselves. Upstream
/// are those which they name, and so on; downstream those that name them; either direction is both sets together.
///
/// Cost      reads every entity that it finds; those downstream only when the rule asks for required relations or not
std::unordered_set<std::int64_t> FindRelated(const RelatedRule& rule, const Lookup& lookup);

}  // namespace ocean::catalog
