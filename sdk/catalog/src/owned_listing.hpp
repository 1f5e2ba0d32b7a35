#pragma once
/// @file Whose entities are whose: pages of what one installation wrote.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "ocean/base/clock.hpp"
#include "ocean/state/database.hpp"

namespace ocean::catalog {

struct OwnedQuery {
  std::string datasource_prefix;
  std::string datasource_suffix;
  /// Entities written at or after it are left out.
  TimePoint before = TimePoint::max();
  std::size_t limit = 0;
  /// What the page before said is next; empty for the first.
  std::string from;
};

struct OwnedPage {
  struct Entity {
    std::int64_t blueprint_id = 0;
    std::string identifier;
  };
  std::vector<Entity> entities;
  /// Empty after the last page.
  std::string next;
};

/// A page costs what it shows, wherever it is: it is found by the index of owners. Entities that are deleted or written anew
/// between two pages make none be skipped.
///
/// Errors    ApiError 422 when `from` is no cursor
OwnedPage ListOwned(state::Database& database, const OwnedQuery& query);

}  // namespace ocean::catalog
