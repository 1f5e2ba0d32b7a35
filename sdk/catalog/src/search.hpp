#pragma once
/// @file Finding entities by a query.

#include <functional>
#include <string_view>

#include "entity_rows.hpp"
#include "entity_text.hpp"
#include "ocean/base/clock.hpp"
#include "search_query.hpp"
#include "storage.hpp"

namespace ocean::catalog {

/// Entities that match, until `visit` returns false.
///
/// Order     by blueprint, then by identifier; by the query's order of identifiers where it lists them
/// Cost      rules `$blueprint` =/in and `$identifier` =/in that must all hold are answered by the index; every entity that
///           they leave is judged one by one
void ForEachMatch(const Storage& storage, state::Database& database, const Names& names,
                  const SearchQuery& query, TimePoint now,
                  const std::function<bool(const EntityRow&)>& visit);

/// The same within one blueprint, from behind the identifier `after`, in the order of identifiers.
void ForEachMatchOf(const Blueprint& blueprint, state::Database& database, const Names& names,
                    const SearchQuery& query, TimePoint now, std::string_view after,
                    const std::function<bool(const EntityRow&)>& visit);

}  // namespace ocean::catalog
