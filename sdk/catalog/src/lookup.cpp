#include "lookup.hpp"

#include "entity_rows.hpp"

namespace ocean::catalog {

Names::Names(state::Database& database) : datasources_(Datasources(database)) {
  state::Statement statement = database.Prepare("SELECT id, identifier FROM blueprints");
  while (statement.Step()) blueprints_.emplace(statement.Int(0), statement.Text(1));
}

const std::string& Names::Find(const Map& names, std::int64_t id) {
  static const std::string kNone;
  const auto found = names.find(id);
  return found != names.end() ? found->second : kNone;
}

}  // namespace ocean::catalog
