#pragma once
/// @file The operators.

#include "machine.hpp"

namespace ocean::jq {

Value Calculate(Machine& machine, Arithmetic op, Value left, Value right);
Value Add(Machine& machine, Value left, Value right);
Value Negate(Machine& machine, Value value);
/// The pieces of `text` between separators; without separator, its characters.
Value SplitText(Machine& machine, const std::string& text, const std::string& separator);

}  // namespace ocean::jq
