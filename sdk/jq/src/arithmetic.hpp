#pragma once
/// @file The operators.

#include <string>
#include <string_view>

#include "machine.hpp"

namespace ocean::jq {

Value Calculate(Machine& machine, Arithmetic op, Value left, Value right);
Value Add(Machine& machine, Value left, Value right);
Value Negate(Machine& machine, Value value);
/// Moves `at` to where `part` occurs next, npos where it does not, in time that grows with the text alone. False when a limit is
/// exceeded.
bool FindText(Machine& machine, std::string_view text, std::string_view part, std::size_t& at);
/// The pieces of `text` between separators; without separator, its characters.
Value SplitText(Machine& machine, const std::string& text, const std::string& separator);

}  // namespace ocean::jq
