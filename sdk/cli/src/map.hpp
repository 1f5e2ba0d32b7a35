#pragma once
/// @file `ocean map`: tries a JQ expression, or an integration's mapping, on one item.

#include <optional>
#include <string>

namespace ocean::cli {

struct MapRequest {
  /// None when a mapping is tried.
  std::optional<std::string> expression;
  /// The integration's folder; empty when an expression is tried.
  std::string integration;
  std::string kind;
  /// The integration's own mapping when empty.
  std::string mapping_file;
  /// The item; "-" is standard input.
  std::string input;
  bool explain = false;
  bool all_outputs = false;
  bool json = false;
};

/// Returns 0 for outputs and for an item that was mapped or left out by the selector; 1 for an item that could not be mapped.
/// Error{kPermanent} for an expression that fails; Error{kConfig} for what was asked wrongly.
int Map(const MapRequest& request);

}  // namespace ocean::cli
