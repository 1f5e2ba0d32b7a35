#pragma once
/// @file What the compiler knows about a node from its parts.

#include "code.hpp"

namespace ocean::jq {

/// Sets at_most_one and reads_input.
void SetFlags(Node& node);

/// A literal in place of a node whose operands are literals; the node itself otherwise.
const Node* Folded(Node& node);

}  // namespace ocean::jq
