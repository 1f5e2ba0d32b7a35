#pragma once
/// @file A plan, for people.

#include <string>
#include <vector>

#include "ocean/app/terminal.hpp"
#include "ocean/sync/plan.hpp"

namespace ocean::app {

/// Per blueprint what would be created, updated and deleted, and why; then what is held back. Of long lists the beginning: the plan's
/// file has all.
std::vector<std::string> PlanLines(const sync::Plan& plan, const Terminal& terminal);

}  // namespace ocean::app
