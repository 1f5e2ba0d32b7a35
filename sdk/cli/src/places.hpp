#pragma once
/// @file Where things are: integrations, the repository around them, and their programs.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace ocean::cli {

/// True for a folder with a .port/spec.yaml, .yml or .json.
bool IsIntegration(const std::filesystem::path& folder);

/// The integrations near `start`, by name: those of `start`/integrations, or of the nearest folder
/// above that has one.
std::vector<std::filesystem::path> NearbyIntegrations(const std::filesystem::path& start);

/// `path` when it is an integration. Error{kConfig} otherwise, with what may have been meant and
/// what there is.
std::filesystem::path RequireIntegration(const std::filesystem::path& path);

/// The checkout of Ocean that a folder is in; empty when it is in none.
std::optional<std::filesystem::path> CheckoutOf(const std::filesystem::path& folder);

/// What builds the integration in a folder: the checkout around it, or the folder itself when it
/// stands alone; empty when neither.
std::optional<std::filesystem::path> RepositoryOf(const std::filesystem::path& folder);

/// The templates of new integrations: those installed with this program, or of its checkout.
/// Error{kConfig} when there are none.
std::filesystem::path TemplatesFolder();

/// The program of an integration: next to this one, else the newest in a build folder of the
/// repository around `folder`. Empty when there is none.
std::optional<std::filesystem::path> FindProgram(const std::filesystem::path& folder,
                                                 const std::string& type);

/// A path as a person would write it from here: relative when that is shorter.
std::string Shown(const std::filesystem::path& path);

}  // namespace ocean::cli
