#pragma once
/// @file A blueprint, read once, in the form in which entities are checked against it.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ocean/base/json.hpp"

namespace ocean::catalog {

/// What a value must be.
struct ValueRule {
  /// A JSON type's name, "string" for instance.
  std::string type;
  /// The values allowed; empty allows all.
  std::vector<Json> allowed;
};

struct PropertyRule {
  ValueRule value;
  /// Of an array's elements.
  std::optional<ValueRule> items;
  bool required = false;
};

struct RelationRule {
  std::string target;
  bool many = false;
  bool required = false;
};

struct Blueprint {
  std::int64_t id = 0;
  std::string identifier;
  /// As the API returns it.
  Json document;
  std::map<std::string, PropertyRule, std::less<>> properties;
  std::map<std::string, RelationRule, std::less<>> relations;

  std::string title() const { return GetString(document, "title", identifier); }
};

using BlueprintPtr = std::shared_ptr<const Blueprint>;

/// Reads and checks a blueprint's document; fills in the parts that may be left out.
///
/// Errors    ApiError 422 with all that is wrong
Blueprint ReadBlueprint(Json document);

}  // namespace ocean::catalog
