#pragma once
/// @file Makes the folder of an integration from templates.

#include <filesystem>
#include <map>
#include <string>

namespace ocean::cli {

/// What the templates are filled with.
struct Scaffold {
  /// kebab-case; the folder's name.
  std::string type;
  std::string title;
  std::string description;
  /// Empty when nobody is to be named.
  std::string author;
  /// Stands alone, against an installed SDK, instead of in the repository.
  bool is_private = false;
};

/// What is wrong with a type: not kebab-case, too long, or a word that C++ has taken. Empty when it is good.
std::string ProblemOfType(const std::string& type);

/// "Acme Tracker" → "acme-tracker"; what is no letter or digit separates.
std::string TypeOfName(const std::string& name);

/// Writes the whole folder, with its example configuration. It appears at once, or not at all.
///
/// Errors    Error{kConfig} when the folder exists, the templates are not there, or it cannot be written
void WriteIntegration(const Scaffold& scaffold, const std::filesystem::path& folder);

/// Makes an integration that was copied from the repository stand alone: adds what the repository around it
/// did. `folder` has its CMakeLists.txt.
void MakeStandAlone(const std::filesystem::path& folder);

/// Writes a file that only its owner may read.
void WritePrivateFile(const std::filesystem::path& file, const std::string& text);

}  // namespace ocean::cli
