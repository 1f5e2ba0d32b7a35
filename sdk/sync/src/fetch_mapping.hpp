#pragma once
/// @file The mapping that Port holds for this installation.

#include <stop_token>

#include "mapping.hpp"
#include "ocean/sync/engine.hpp"

namespace ocean::sync {

/// What Port knows of this installation. Error{kConfig} when it does not know it; else what Port's client throws.
Json FetchIntegration(port::Client& port, const std::stop_token& stop = {});
/// Checks and compiles its mapping; logs what is worth a warning. Error{kConfig} when there is none or it is wrong.
Mapping ReadMapping(const Engine::Parts& parts, const Json& integration,
                    bool allow_environment_in_jq);

}  // namespace ocean::sync
