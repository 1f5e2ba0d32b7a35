#pragma once
/// @file Whether expectations are written down instead of compared.

#include <cstdlib>
#include <string_view>

namespace ocean::testing {

inline bool UpdatesCases() {
  const char* value = std::getenv("OCEAN_UPDATE_CASES");
  return value != nullptr && std::string_view(value) == "1";
}

}  // namespace ocean::testing
