#pragma once
/// @file What can be said of a program's outputs without running it.

#include <string>
#include <vector>

#include "code.hpp"
#include "ocean/jq/type.hpp"

namespace ocean::jq {

struct Facts {
  /// Texts of paths; see Program::Reads.
  std::vector<std::string> reads;
  Type type;
};

/// Never fails; of a program that is too large to look through it says that it may read and give anything.
Facts InferFacts(const Code& code);

}  // namespace ocean::jq
