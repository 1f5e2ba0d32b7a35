#pragma once
/// @file The kind `version`.

#include "ocean/ocean.hpp"
#include "src/client.hpp"

namespace redmine {

/// Emits the versions of every project, each once: where it is defined, not where it is shared.
void ResyncVersions(const RedmineClient& redmine, ocean::ResyncContext& ctx);

}  // namespace redmine
