#pragma once
/// @file `ocean defaults`: the default resources of an integration in Port.

#include <string>

namespace ocean::cli {

struct DefaultsCleanRequest {
  std::string path = ".";
  /// With all entities, whoever owns them.
  bool force = false;
  /// Until Port has deleted them.
  bool wait = false;
  /// The integration, too.
  bool destroy = false;
};
/// Deletes the blueprints that the integration ships. Returns 1 when one could not be deleted.
int DefaultsClean(const DefaultsCleanRequest& request);

}  // namespace ocean::cli
