#pragma once
/// @file Whole files, as text.

#include <filesystem>
#include <string>

namespace ocean::cli {

/// Error{kConfig} naming the file when it is a folder or cannot be read.
std::string ReadFile(const std::filesystem::path& file);

/// Makes the folders above it too. Error{kConfig} naming the file when it cannot be written.
void WriteFile(const std::filesystem::path& file, const std::string& text);

}  // namespace ocean::cli
