#pragma once
/// @file Port's search rules: reading them, and judging one entity by them.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "blueprint.hpp"
#include "ocean/base/clock.hpp"
#include "ocean/base/json.hpp"

namespace ocean::catalog {

struct SearchRule;

/// Judges a property's value (null when the entity lacks it) by a rule.
using SearchTest = bool (*)(const Json& value, const SearchRule& rule, TimePoint now);

/// A property of whoever asks: of the user, or of each team of the user's.
struct ContextProperty {
  enum class Of { kUser, kUserTeams };
  Of of = Of::kUser;
  std::string property;
};

/// Which properties a rule means that names none: those of a type, and of a format and elements when it says so.
struct PropertyForm {
  ValueRule value;
  std::optional<ValueRule> items;

  bool Fits(const PropertyRule& property) const;
};

/// The start of a walk over relations.
struct RelatedRule {
  enum class Direction { kEither, kUpstream, kDownstream };
  std::string blueprint;
  std::vector<std::string> identifiers;
  Direction direction = Direction::kEither;
  /// True walks over required relations only, false over those that are not.
  std::optional<bool> required;
};

struct SearchRule {
  /// What it judges: a property's identifier or "$identifier" and its kin when none of the three below is there.
  std::string property;
  std::optional<PropertyForm> form;
  std::optional<ContextProperty> context;
  std::optional<RelatedRule> related;

  std::string operation;
  Json value;
  /// Stands for the value until the search is prepared.
  std::optional<ContextProperty> value_context;
  /// Null for relatedTo.
  SearchTest test = nullptr;

  // What PrepareSearch finds.
  std::vector<Json> context_values;
  std::shared_ptr<const std::unordered_set<std::int64_t>> related_ids;
};

/// A rule, or several queries joined by "and" or "or".
struct SearchQuery {
  std::optional<SearchRule> rule;
  bool all = true;
  std::vector<SearchQuery> parts;
};

/// Errors    ApiError 422 with the path of what is wrong: "rules[1].rules[0].operator …"
SearchQuery ReadSearchQuery(const Json& query);

/// `holds` judges one rule.
bool Matches(const SearchQuery& query, const std::function<bool(const SearchRule&)>& holds);

}  // namespace ocean::catalog
