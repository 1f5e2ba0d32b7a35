#pragma once
/// @file Credentials that show what they are by their form, so that they are hidden though nobody said that they are secret.

#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

namespace ocean {

/// From the first byte to the one behind the last.
using TextSpan = std::pair<std::size_t, std::size_t>;

/// Adds where in `text` there are: tokens with a vendor's prefix, what follows "Bearer" and "Basic", passwords in URLs, JSON Web
/// Tokens, and private keys in PEM.
void FindCredentials(std::string_view text, std::vector<TextSpan>& found);

}  // namespace ocean
