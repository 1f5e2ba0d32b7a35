#pragma once
/// @file The kind `component`.

#include "ocean/ocean.hpp"
#include "src/client.hpp"

namespace jira {

/// Emits the components of every project, with the project as `__project`.
void ResyncComponents(const JiraClient& jira, const ComponentSelector& selector,
                      ocean::ResyncContext& ctx);

}  // namespace jira
