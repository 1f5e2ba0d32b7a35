#pragma once
/// @file The mapping that Port holds for this installation.

#include "mapping.hpp"
#include "ocean/sync/engine.hpp"

namespace ocean::sync {

/// Fetches, checks and compiles it; logs what is worth a warning. Error{kConfig} when Port has none or it is wrong; else what Port's
/// client throws.
Mapping FetchMapping(const Engine::Parts& parts, bool allow_environment_in_jq);

}  // namespace ocean::sync
