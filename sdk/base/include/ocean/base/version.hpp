#pragma once
/// @file The version of the SDK.

#include <string_view>

namespace ocean {

/// Such as "0.1.0"; the project's version in CMakeLists.txt.
std::string_view SdkVersion();

}  // namespace ocean
