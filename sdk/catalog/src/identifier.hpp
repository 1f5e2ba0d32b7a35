#pragma once
/// @file Which texts may name an entity or a blueprint.

#include <cstddef>
#include <string_view>

namespace ocean::catalog {

inline constexpr std::size_t kMaxIdentifierCharacters = 1000;

/// True for 1 to 1000 letters of any script, digits and @ _ . + : \ / = -, but not for "." and "..".
bool IsIdentifier(std::string_view text);

}  // namespace ocean::catalog
