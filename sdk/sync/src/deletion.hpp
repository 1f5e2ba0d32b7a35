#pragma once
/// @file Deleting what is stale.

#include <string>
#include <vector>

#include "ocean/sync/report.hpp"
#include "run.hpp"

namespace ocean::sync {

/// Deletes these entities of the report's blueprint, and counts them there. What live events have written since they were listed
/// stays and is not stale. Returns those that the catalog kept, and says why in the report: one whose deletion failed is among
/// them, and keeps no other batch from going.
///
/// Errors    kCancelled and kAuth, at once; what is deleted by then is counted
std::vector<std::string> DeleteStale(Run& run, const std::vector<std::string>& identifiers,
                                     BlueprintReport& report);

}  // namespace ocean::sync
