#pragma once
/// @file The first step that made a result null, missing or an error.

#include <string>
#include <string_view>

#include "ast.hpp"
#include "flows.hpp"

namespace ocean::jq {

/// Empty when the last evaluation of `program`, whose text is `text`, gave something other than null.
std::string FindReason(std::string_view text, const Expr& program, const Flows& flows);

}  // namespace ocean::jq
