#pragma once
/// @file Every kind whose records belong to a space.

#include <string>

#include "ocean/ocean.hpp"
#include "src/client.hpp"
#include "src/config.hpp"

namespace octopus {

/// Emits the records of `kind` of all spaces, each with `__url`. Spaces that the key may not read
/// are skipped.
void ResyncResources(const OctopusClient& octopus, const std::string& kind,
                     const ResourceSelector& selector, ocean::ResyncContext& ctx);

}  // namespace octopus
