#pragma once
/// @file What the catalog keeps as it came: integrations, scorecards, pages, actions, their runs, examples, migrations.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ocean/base/json.hpp"
#include "ocean/state/database.hpp"

namespace ocean::catalog {

std::optional<Json> FindDocument(state::Database& database, std::string_view type,
                                 std::string_view identifier);
/// Those whose identifiers begin with `prefix`, in the order of their identifiers.
std::vector<Json> Documents(state::Database& database, std::string_view type,
                            std::string_view prefix = "");
/// Adds or replaces it.
void SaveDocument(state::Database& database, std::string_view type, std::string_view identifier,
                  const Json& document);
/// False when there was none.
bool DeleteDocument(state::Database& database, std::string_view type, std::string_view identifier);

}  // namespace ocean::catalog
