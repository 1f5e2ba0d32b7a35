#pragma once
/// @file From tokens to expressions.

#include <string_view>

#include "ast.hpp"

namespace ocean::jq {

/// The expression that `text` is. Throws as ThrowSourceError does.
ExprPtr Parse(std::string_view text);

/// The definitions that `text` is: a chain of kDefine, the last without a rest.
ExprPtr ParseDefinitions(std::string_view text);

}  // namespace ocean::jq
