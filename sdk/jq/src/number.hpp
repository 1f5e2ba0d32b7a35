#pragma once
/// @file Numbers as text.

#include <optional>
#include <string>
#include <string_view>

#include "ocean/base/json.hpp"

namespace ocean::jq {

/// Reads a whole JSON-like number (`1`, `.5`, `1.`, `-2e3`): an integer when it is one of 64 bits, else a double, the largest one
/// when it is too large. Empty when `text` is no number.
std::optional<Json> NumberOf(std::string_view text);

/// The shortest text that reads back as `value`, laid out as jq does; not a number is "null".
std::string FormatNumber(double value);

}  // namespace ocean::jq
