#pragma once
/// @file fromjson.

#include <string>

#include "machine.hpp"

namespace ocean::jq {

/// The value that `text` is; fails where it is none.
Value ReadJson(Machine& machine, const std::string& text);

}  // namespace ocean::jq
