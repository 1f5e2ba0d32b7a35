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
#include "ocean/jq/program.hpp"

namespace ocean::catalog {

/// What a value must be.
struct ValueRule {
  /// A JSON type's name, "string" for instance.
  std::string type;
  /// The values allowed; empty allows all.
  std::vector<Json> allowed = {};
  /// "url", "date-time", …; empty when there is none. Not enforced.
  std::string format = {};
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

/// A property that is another entity's: "service.owner.$title".
struct MirrorRule {
  /// From the entity on; at least one.
  std::vector<std::string> relations;
  std::string property;
};

/// A property that a JQ program makes of the entity.
struct CalculationRule {
  jq::Program program;
  std::string type;
};

struct Blueprint {
  std::int64_t id = 0;
  std::string identifier;
  /// As the API returns it.
  Json document;
  std::map<std::string, PropertyRule, std::less<>> properties;
  std::map<std::string, RelationRule, std::less<>> relations;
  std::map<std::string, MirrorRule, std::less<>> mirrors;
  std::map<std::string, CalculationRule, std::less<>> calculations;

  std::string title() const { return GetString(document, "title", identifier); }
};

using BlueprintPtr = std::shared_ptr<const Blueprint>;

/// True for "string", "number", "boolean", "object" and "array".
bool IsValueType(std::string_view name);

/// Reads and checks a blueprint's document; fills in the parts that may be left out.
///
/// Errors    ApiError 422 with all that is wrong
Blueprint ReadBlueprint(Json document);

/// The same for one that was accepted once: mirrored and calculated properties that are not understood any more are left out.
Blueprint ReadStoredBlueprint(Json document);

}  // namespace ocean::catalog
