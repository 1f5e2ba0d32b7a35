#pragma once
/// @file Where the data of the embedded catalog is.

#include <filesystem>
#include <string>

namespace ocean::cli {

/// The catalog's file of an integration that syncs with --local.
std::filesystem::path CatalogFileOf(const std::filesystem::path& integration);

struct CatalogPlace {
  /// --data: the file itself.
  std::string data;
  /// --path: an integration's folder.
  std::string path;
};

/// The catalog that a command means: --data, --path, the current folder's, or the only one among the integrations nearby.
/// Error{kConfig} when there is none, or more than one, naming them.
std::filesystem::path FindCatalog(const CatalogPlace& place);

}  // namespace ocean::cli
