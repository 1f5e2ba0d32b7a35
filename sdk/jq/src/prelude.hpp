#pragma once
/// @file Builtins written in the language itself.

#include <string>
#include <string_view>
#include <vector>

#include "ast.hpp"

namespace ocean::jq {

/// The definition of that name and number of parameters; null when there is none.
const Expr* FindDefinition(std::string_view name, std::size_t arity);

/// All definitions with their number of parameters: "add/1".
std::vector<std::string> DefinitionNames();

}  // namespace ocean::jq
