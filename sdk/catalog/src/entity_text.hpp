#pragma once
/// @file Entities as the API returns them.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "entity_rows.hpp"
#include "ocean/base/json.hpp"

namespace ocean::catalog {

/// Which members an answer has: "title", "properties", "properties.url", "relations.project", …
struct Projection {
  /// Empty includes all; otherwise `properties` and `relations` are there, with what is named of them.
  std::vector<std::string> include;
  std::vector<std::string> exclude;
};

/// Names of the numbers in rows.
class Names {
 public:
  explicit Names(state::Database& database);

  const std::string& Blueprint(std::int64_t id) const { return Find(blueprints_, id); }
  const std::string& Datasource(std::int64_t id) const { return Find(datasources_, id); }

 private:
  using Map = std::map<std::int64_t, std::string>;
  static const std::string& Find(const Map& names, std::int64_t id);
  Map blueprints_;
  Map datasources_;
};

/// Appends an entity's JSON text to `out`. Without a projection, properties and relations are copied unread.
void AppendEntity(std::string& out, const EntityRow& row, const Names& names,
                  const Projection& projection = {});

/// A JSON string with its quotes.
std::string Quote(std::string_view text);
/// ISO 8601 of a row's time.
std::string FormatRowTime(std::int64_t microseconds);

}  // namespace ocean::catalog
