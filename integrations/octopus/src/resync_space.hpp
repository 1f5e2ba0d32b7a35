#pragma once
/// @file The kind `space`, and the spaces as every other kind walks them.

#include "ocean/ocean.hpp"
#include "src/client.hpp"

namespace octopus {

void ResyncSpaces(const OctopusClient& octopus, ocean::ResyncContext& ctx);

/// Read once for all kinds of a resync.
ocean::PageRange SharedSpaces(const OctopusClient& octopus, ocean::ResyncContext& ctx);

}  // namespace octopus
