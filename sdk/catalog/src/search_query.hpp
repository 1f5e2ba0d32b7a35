#pragma once
/// @file Port's search rules: reading them, and judging one entity by them.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ocean/base/clock.hpp"
#include "ocean/base/json.hpp"

namespace ocean::catalog {

struct SearchRule;

/// Judges a property's value (null when the entity lacks it) by a rule.
using SearchTest = bool (*)(const Json& value, const SearchRule& rule, TimePoint now);

struct SearchRule {
  /// "$identifier", "status", …
  std::string property;
  std::string operation;
  Json value;
  SearchTest test = nullptr;
};

/// A rule, or several queries joined by "and" or "or".
struct SearchQuery {
  std::optional<SearchRule> rule;
  bool all = true;
  std::vector<SearchQuery> parts;
};

/// Errors    ApiError 422 with the path of what is wrong: "rules[1].rules[0].operator …"
SearchQuery ReadSearchQuery(const Json& query);

/// `value_of` gives the value of a property, or null.
bool Matches(const SearchQuery& query,
             const std::function<Json(const std::string& property)>& value_of, TimePoint now);

}  // namespace ocean::catalog
