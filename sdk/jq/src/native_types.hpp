#pragma once
/// @file What natives give.

#include <string_view>

#include "ocean/jq/type.hpp"

namespace ocean::jq {

/// The type of what the native `name` gives, where it gives anything.
Type NativeType(std::string_view name);

/// Whether the native looks at its input.
bool NativeReadsInput(std::string_view name);

}  // namespace ocean::jq
