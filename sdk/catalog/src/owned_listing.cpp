#include "owned_listing.hpp"

#include <optional>
#include <string_view>

#include "api_error.hpp"
#include "entity_rows.hpp"
#include "ocean/base/text.hpp"

namespace ocean::catalog {

namespace {

/// The last entity of a page: the cursor is "datasource.entity".
struct Position {
  std::int64_t datasource_id = 0;
  std::int64_t entity_id = 0;
};

Position ReadCursor(const std::string& from) {
  if (from.empty()) return {};
  const std::vector<std::string> parts = Split(from, '.');
  const auto datasource = ParseInt(parts.front());
  const auto entity = ParseInt(parts.back());
  if (parts.size() != 2 || !datasource || !entity)
    throw Invalid("from is no cursor of this listing");
  return {*datasource, *entity};
}

/// Adds up to `count` entities of one datasource, from behind `after`; returns the last one's id.
std::int64_t Append(state::Database& database, std::int64_t datasource_id, std::int64_t after,
                    std::int64_t before, std::size_t count, OwnedPage& page) {
  state::Statement statement = database.Prepare(
      "SELECT id, blueprint_id, identifier FROM entities WHERE datasource_id = ? AND id > ? AND "
      "updated_at < ? "
      "ORDER BY id LIMIT ?");
  statement.Bind(1, datasource_id).Bind(2, after).Bind(3, before).Bind(4, count);
  while (statement.Step()) {
    after = statement.Int(0);
    page.entities.push_back({statement.Int(1), std::string(statement.Text(2))});
  }
  return after;
}

}  // namespace

OwnedPage ListOwned(state::Database& database, const OwnedQuery& query) {
  const Position start = ReadCursor(query.from);
  const std::int64_t before = query.before.time_since_epoch().count();
  OwnedPage page;
  for (const auto& [id, name] : Datasources(database)) {
    if (id < start.datasource_id) continue;
    if (!name.starts_with(query.datasource_prefix) || !name.ends_with(query.datasource_suffix))
      continue;
    const std::int64_t after = id == start.datasource_id ? start.entity_id : 0;
    const std::int64_t last =
        Append(database, id, after, before, query.limit - page.entities.size(), page);
    if (page.entities.size() < query.limit) continue;
    page.next = std::to_string(id) + "." + std::to_string(last);
    break;
  }
  return page;
}

}  // namespace ocean::catalog
