#pragma once
/// @file ocean::Json, its text form, and the few questions that every room asks of it.

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "ocean/base/json_fwd.hpp"
#include "ocean/base/ordered_map.hpp"

namespace ocean {

/// Parses one JSON text.
///
/// Shape     of one name's values the last counts; half surrogates are U+FFFD, 1e400 is DBL_MAX
/// Errors    Error{kPermanent}: what is wrong, with line and column (in bytes); `what` names the text
///           in the message ("the answer of GET …"). Nesting deeper than kMaxJsonDepth is refused
Json ParseJson(std::string_view text, std::string_view what = "the text");

/// The deepest nesting ParseJson accepts.
inline constexpr std::size_t kMaxJsonDepth = 1000;

/// The compact text of a value. Bytes that are not UTF-8 become U+FFFD; it never throws.
std::string DumpJson(const Json& value);

/// The same, over several lines with an indent of two.
std::string PrettyJson(const Json& value);

/// Bytes that `value` roughly occupies as text: what queues are bounded by. Cheap: it prints
/// nothing.
std::size_t ApproximateSize(const Json& value);

/// The member `key` of an object, or null when `object` is no object or lacks it. Never throws.
const Json& Get(const Json& object, std::string_view key);

/// The string at `key`, or `fallback` when it is not there or no string.
std::string GetString(const Json& object, std::string_view key, std::string_view fallback = "");

/// The name of a value's type as JSON has it: "null", "boolean", "number", "string", "array" or
/// "object".
std::string_view TypeName(const Json& value);

}  // namespace ocean
