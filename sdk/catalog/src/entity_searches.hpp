#pragma once
/// @file Searches that stand where an entity names another one.

#include "blueprint.hpp"
#include "ocean/base/clock.hpp"
#include "ocean/base/json.hpp"
#include "ocean/state/database.hpp"
#include "storage.hpp"

namespace ocean::catalog {

/// Replaces the queries in `entity` by what they find: its identifier (exactly one entity of the blueprint), single relations
/// (one, or null when nothing matches), many relations (all) and its team (entities of `_team`).
///
/// Errors    ApiError 404 when the identifier's query finds nothing, 422 when a query is wrong or finds too many
void AnswerSearches(const Storage& storage, state::Database& database, const Blueprint& blueprint,
                    TimePoint now, Json& entity);

}  // namespace ocean::catalog
