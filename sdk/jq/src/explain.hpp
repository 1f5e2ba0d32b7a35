#pragma once
/// @file Explains the runs of programs.

#include <string>

#include "ocean/jq/explanation.hpp"

namespace ocean::jq {

/// The text that is compiled.
std::string SourceOf(std::string_view text, const CompileOptions& options);

/// Explains why `text`, which compiles, gives `result` for `input`.
///
/// Errors    Error{kCancelled} when the budget's token was stopped
Explanation ExplainRun(std::string_view text, const CompileOptions& options, Result result,
                       const Json& input, Budget& budget);

}  // namespace ocean::jq
