#pragma once
/// @file Is the catalog's entity already what the mapping says?

#include <string>
#include <vector>

#include "entity_template.hpp"
#include "ocean/base/json.hpp"
#include "ocean/sync/plan.hpp"

namespace ocean::sync {

/// True when sending `mapped` would change nothing in `stored`.
///
/// Only what the mapping sets is compared. Null, absent and, for relations and teams, an empty list are the same; teams have no order;
/// a null title stands for the identifier.
bool IsUnchanged(const Json& mapped, const Json& stored);

/// What sending `mapped` would change in `stored`, as IsUnchanged sees it.
std::vector<FieldChange> DifferencesOf(const Json& mapped, const Json& stored);

/// The fields a comparison needs, as the search's `include` names them.
std::vector<std::string> FieldsToCompare(const EntityTemplate& entity);

}  // namespace ocean::sync
