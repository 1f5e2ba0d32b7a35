#pragma once
/// @file The APIs of boards, of what belongs to projects and issues, and of teams.

#include "upstream/planning.hpp"
#include "upstream/routes.hpp"

namespace jira::upstream {

/// Adds the routes to a server. `add` sees to the credentials.
///
/// Lifetime  the routes borrow `planning`
void AddPlanningRoutes(Planning& planning, const AddRoute& add);

}  // namespace jira::upstream
