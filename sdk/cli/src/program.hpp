#pragma once
/// @file The program of an integration.

#include <filesystem>
#include <string>

#include "child.hpp"

namespace ocean::cli {

/// The program `ocean-<type>` of the integration in `folder`, which is built when there is none yet.
///
/// Errors    Error{kConfig} when there is none and it cannot be built
std::filesystem::path FindOrBuildProgram(const std::filesystem::path& folder,
                                         const std::string& type, const HeldSignals& held);

}  // namespace ocean::cli
