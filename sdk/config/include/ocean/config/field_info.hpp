#pragma once
/// @file What a field accepts, as data: the part of field tables that knows no C++ types.
///
/// One validator serves the settings, the configuration that a spec.yaml declares, and the
/// selectors of authors.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ocean/base/json.hpp"
#include "ocean/config/problems.hpp"

namespace ocean::config {

enum class ValueKind {
  kAny,       ///< Whatever JSON can hold, unchanged.
  kBoolean,   ///< true or false; 1, 0; the words true/false, yes/no, on/off, t/f, y/n, 1/0 in any
              ///< case.
  kInteger,   ///< A whole number, or its text.
  kNumber,    ///< Any number, or its text.
  kString,    ///< Text; a number becomes its text.
  kUrl,       ///< Absolute http or https URL; slashes at its end are dropped.
  kByteSize,  ///< Bytes as an integer, or text with a unit: "512KiB", "8 MiB", "1GB".
  kDuration,  ///< A number in `unit`, or text with a unit: "500ms", "90s", "15m", "1h", "1d".
  kArray,     ///< A list of `element`, or the JSON text of one.
  kMap,  ///< An object with free keys whose values are `element` (anything when there is none), or
         ///< its JSON text.
  kStruct,  ///< An object with the given `fields`, or its JSON text.
};

struct FieldInfo;

/// What a value must be.
struct ValueType {
  ValueKind kind = ValueKind::kAny;
  /// Null is a value of its own. Where it is false, null counts as "not given".
  bool nullable = false;
  /// Never shown in messages.
  bool sensitive = false;
  /// kInteger: width of the signed integer that receives it.
  int bits = 64;
  /// kDuration: seconds in one unit, such as 0.001 for milliseconds; and whether fractions are
  /// kept.
  double unit_seconds = 1;
  bool whole_units = true;
  /// Inclusive bounds of a number.
  std::optional<std::int64_t> minimum;
  std::optional<std::int64_t> maximum;
  /// The only values allowed; empty allows all.
  std::vector<Json> one_of;
  /// `one_of` holds texts that are compared without regard to case, and the spelling there is kept.
  bool ignore_case = false;
  bool not_blank = false;
  std::size_t min_items = 0;
  bool unique_items = false;
  /// kArray and kMap: exactly one, the type of the elements; none for anything.
  std::vector<ValueType> element;
  /// kStruct.
  std::vector<FieldInfo> fields;
};

/// One row of a table.
struct FieldInfo {
  /// As declared. It is found by its camelCase and its snake_case spelling.
  std::string name;
  std::string description;
  ValueType type;
  /// The value it has when it is not given; null for none.
  Json default_value;
  bool required = false;
};

/// What is done about a key that no field has.
enum class UnknownKeys { kReport, kWarn, kIgnore };

/// Brings `value` into the shape of `type`: texts that hold a number, a boolean, a list or an
/// object become it. Returns nothing after adding to `problems` what is wrong: what was expected
/// and what came.
std::optional<Json> Normalise(const ValueType& type, const Json& value, const std::string& path,
                              Problems& problems, UnknownKeys unknown_keys);

/// The same for the members of an object, which `fields` describe. The result has the declared
/// names, and only the members that were given and are valid. Required fields that are missing are
/// problems; defaults are not filled in.
Json NormaliseObject(const std::vector<FieldInfo>& fields, const Json& value,
                     const std::string& path, Problems& problems, UnknownKeys unknown_keys);

/// The field that `key` means, in either spelling; null when there is none.
const FieldInfo* FindField(const std::vector<FieldInfo>& fields, std::string_view key);

/// "; did you mean 'x'?" when a name is near enough to `key`, else nothing.
std::string DidYouMean(std::string_view key, const std::vector<std::string>& names);

/// The JSON Schema (draft 7) of an object with these fields; no other members are allowed.
Json JsonSchemaOf(const std::vector<FieldInfo>& fields);

/// For tables in documentation: "integer", "list of string", "one of POLLING, ONCE".
std::string TypeLabel(const ValueType& type);
/// "1 to 50", "not blank, at least 1 item"; empty when there is none.
std::string ConstraintLabel(const ValueType& type);

/// Adds the texts of all sensitive fields of `value`, which NormaliseObject made, to `secrets`.
void CollectSecrets(const std::vector<FieldInfo>& fields, const Json& value,
                    std::vector<std::string>& secrets);

}  // namespace ocean::config
