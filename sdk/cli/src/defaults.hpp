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

struct DefaultsDockRequest {
  std::string path = ".";
  /// Says what would be done, and does nothing.
  bool dry_run = false;
};
/// Makes Port's resources those that the integration ships: registers it, creates what is missing, and replaces blueprints and the
/// mapping where they differ. Actions, scorecards and pages that are there stay. Says what it does with each.
///
/// Errors    Error{kConfig} before anything is changed: the default mapping is wrong
int DefaultsDock(const DefaultsDockRequest& request);

}  // namespace ocean::cli
