#pragma once
/// @file The kind `sprint`.

#include "ocean/ocean.hpp"
#include "src/client.hpp"

namespace jira {

void ResyncSprints(const JiraClient& jira, const SprintSelector& selector,
                   ocean::ResyncContext& ctx);

}  // namespace jira
