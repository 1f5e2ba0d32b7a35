#pragma once
/// @file Why a program gave what it gave.

#include <cstdint>
#include <string>
#include <vector>

#include "ocean/jq/program.hpp"

namespace ocean::jq {

/// What Program::Explain found out.
struct Explanation {
  /// A sub-expression and what flowed through it, over all its evaluations.
  struct Step {
    /// As it is written in the program.
    std::string text;
    /// JSON texts of its first outputs, at most three, each cut short.
    std::vector<std::string> outputs;
    std::uint64_t output_count = 0;
    /// How often it was evaluated; 0 for what was never reached.
    std::uint64_t evaluations = 0;
    /// The last error it ended with; empty when there was none.
    std::string error;
    /// The expressions that it consists of, without constants.
    std::vector<Step> parts;
  };

  /// What Program::First gives.
  Result result;
  /// For a result that is null, missing or an error: the first step that made it so, such as
  /// "`.fields.sumary`: no key `sumary`; did you mean `summary`?". Empty otherwise.
  std::string reason;
  Step root;
};

/// The tree as text for people: an expression to a line, with what came out of it.
std::string ToText(const Explanation::Step& root);

}  // namespace ocean::jq
