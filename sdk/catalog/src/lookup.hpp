#pragma once
/// @file What the numbers in rows stand for.

#include <cstdint>
#include <map>
#include <string>

#include "blueprint_index.hpp"
#include "ocean/state/database.hpp"

namespace ocean::catalog {

/// Names of the numbers in rows, as they were when it was made.
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

/// What it takes to understand a row: names, blueprints, and the entities that it is related to. One per request.
///
/// Lifetime  borrows both, which must outlive it
struct Lookup {
  Lookup(state::Database& from, const BlueprintIndex& index)
      : database(from), blueprints(index), names(from) {}

  state::Database& database;
  const BlueprintIndex& blueprints;
  Names names;
};

}  // namespace ocean::catalog
