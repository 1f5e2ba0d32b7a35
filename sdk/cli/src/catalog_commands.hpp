#pragma once
/// @file `ocean catalog`: the embedded catalog from the shell.

#include <cstddef>
#include <cstdint>
#include <string>

#include "catalog_data.hpp"

namespace ocean::cli {

struct CatalogListRequest {
  CatalogPlace place;
  /// Empty lists the blueprints.
  std::string blueprint;
  bool json = false;
  std::size_t limit = 50;
};
int CatalogList(const CatalogListRequest& request);

struct CatalogGetRequest {
  CatalogPlace place;
  std::string blueprint;
  std::string identifier;
  bool json = false;
};
int CatalogGet(const CatalogGetRequest& request);

struct CatalogExportRequest {
  CatalogPlace place;
  /// Empty exports all.
  std::string blueprint;
  /// Empty or "-" is standard output.
  std::string out;
};
/// One entity per line as JSON.
int CatalogExport(const CatalogExportRequest& request);

struct CatalogServeRequest {
  CatalogPlace place;
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;
  std::string client_id;
  std::string client_secret;
};
/// Serves until a signal comes.
int CatalogServe(const CatalogServeRequest& request);

}  // namespace ocean::cli
