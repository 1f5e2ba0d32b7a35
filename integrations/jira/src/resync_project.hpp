#pragma once
/// @file The kind `project`, and the projects as the kinds below them walk them.

#include "ocean/ocean.hpp"
#include "src/client.hpp"

namespace jira {

void ResyncProjects(const JiraClient& jira, const ProjectSelector& selector,
                    ocean::ResyncContext& ctx);

/// Without additional parts; read once for all kinds of a resync.
ocean::PageRange SharedProjects(const JiraClient& jira, ocean::ResyncContext& ctx);

}  // namespace jira
