#pragma once
/// @file The file that --report names.

#include <filesystem>

#include "ocean/base/json.hpp"

namespace ocean::app {

/// Throws Error{kConfig} when a report could not be written there, before a run is made for it.
void CheckReportFile(const std::filesystem::path& file);

/// Replaces the file at once: a reader never sees half a report. Error{kTransient} when it cannot
/// be written.
void WriteReportFile(const std::filesystem::path& file, const Json& report);

}  // namespace ocean::app
