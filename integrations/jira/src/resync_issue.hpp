#pragma once
/// @file The kind `issue`.

#include "ocean/ocean.hpp"
#include "src/client.hpp"

namespace jira {

void ResyncIssues(const JiraClient& jira, const IssueSelector& selector, ocean::ResyncContext& ctx);

}  // namespace jira
