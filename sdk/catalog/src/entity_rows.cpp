#include "entity_rows.hpp"

namespace ocean::catalog {

using state::Database;
using state::Statement;

namespace {

std::optional<std::string> OptionalText(const Statement& statement, int column) {
  if (statement.IsNull(column)) return std::nullopt;
  return std::string(statement.Text(column));
}

void BindOptional(Statement& statement, int index, const std::optional<std::string>& text) {
  if (text) {
    statement.Bind(index, *text);
  } else {
    statement.BindNull(index);
  }
}

/// A SELECT of all that ReadRow reads; the condition is appended.
std::string Select(std::string_view condition) {
  return "SELECT id, blueprint_id, datasource_id, creator_id, created_at, updated_at, identifier, "
         "title, icon, team, "
         "properties, relations FROM entities WHERE " +
         std::string(condition);
}

EntityRow ReadRow(const Statement& statement) {
  EntityRow row;
  row.id = statement.Int(0);
  row.blueprint_id = statement.Int(1);
  row.datasource_id = statement.Int(2);
  row.creator_id = statement.Int(3);
  row.created_at = statement.Int(4);
  row.updated_at = statement.Int(5);
  row.identifier = statement.Text(6);
  row.title = OptionalText(statement, 7);
  row.icon = OptionalText(statement, 8);
  row.team = statement.Text(9);
  row.properties = statement.Text(10);
  row.relations = statement.Text(11);
  return row;
}

}  // namespace

std::optional<EntityRow> FindEntity(Database& database, std::int64_t blueprint_id,
                                    std::string_view identifier) {
  static const std::string kSql = Select("blueprint_id = ? AND identifier = ?");
  Statement statement = database.Prepare(kSql);
  statement.Bind(1, blueprint_id).Bind(2, identifier);
  if (!statement.Step()) return std::nullopt;
  return ReadRow(statement);
}

std::optional<EntityRow> FindEntityById(Database& database, std::int64_t id) {
  static const std::string kSql = Select("id = ?");
  Statement statement = database.Prepare(kSql);
  if (!statement.Bind(1, id).Step()) return std::nullopt;
  return ReadRow(statement);
}

std::int64_t FindEntityId(Database& database, std::int64_t blueprint_id,
                          std::string_view identifier) {
  Statement statement =
      database.Prepare("SELECT id FROM entities WHERE blueprint_id = ? AND identifier = ?");
  return statement.Bind(1, blueprint_id).Bind(2, identifier).Step() ? statement.Int(0) : 0;
}

std::int64_t InsertEntity(Database& database, const EntityRow& row) {
  Statement statement = database.Prepare(
      "INSERT INTO entities (blueprint_id, datasource_id, creator_id, created_at, updated_at, "
      "identifier, title, "
      "icon, team, properties, relations) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  statement.Bind(1, row.blueprint_id)
      .Bind(2, row.datasource_id)
      .Bind(3, row.creator_id)
      .Bind(4, row.created_at)
      .Bind(5, row.updated_at)
      .Bind(6, row.identifier);
  BindOptional(statement, 7, row.title);
  BindOptional(statement, 8, row.icon);
  statement.Bind(9, row.team).Bind(10, row.properties).Bind(11, row.relations).Run();
  return database.LastInsertId();
}

void UpdateEntity(Database& database, const EntityRow& row, bool owner_changed) {
  Statement statement = database.Prepare(
      "UPDATE entities SET updated_at = ?, title = ?, icon = ?, team = ?, properties = ?, "
      "relations = ? WHERE id = ?");
  statement.Bind(1, row.updated_at);
  BindOptional(statement, 2, row.title);
  BindOptional(statement, 3, row.icon);
  statement.Bind(4, row.team).Bind(5, row.properties).Bind(6, row.relations).Bind(7, row.id).Run();
  if (!owner_changed) return;
  database.Prepare("UPDATE entities SET datasource_id = ? WHERE id = ?")
      .Bind(1, row.datasource_id)
      .Bind(2, row.id)
      .Run();
}

void UpdateRelations(Database& database, std::int64_t id, std::string_view relations) {
  database.Prepare("UPDATE entities SET relations = ? WHERE id = ?")
      .Bind(1, relations)
      .Bind(2, id)
      .Run();
}

void DeleteEntity(Database& database, std::int64_t id) {
  database.Prepare("DELETE FROM entities WHERE id = ?").Bind(1, id).Run();
}

void ForEachEntityOf(Database& database, std::int64_t blueprint_id, std::string_view after,
                     const std::function<bool(const EntityRow&)>& visit) {
  static const std::string kSql = Select("blueprint_id = ? AND identifier > ? ORDER BY identifier");
  Statement statement = database.Prepare(kSql);
  statement.Bind(1, blueprint_id).Bind(2, after);
  while (statement.Step() && visit(ReadRow(statement))) {
  }
}

bool HasEntities(Database& database, std::int64_t blueprint_id) {
  return database.Prepare("SELECT 1 FROM entities WHERE blueprint_id = ? LIMIT 1")
      .Bind(1, blueprint_id)
      .Step();
}

std::int64_t CountEntities(Database& database, std::int64_t blueprint_id) {
  Statement statement = database.Prepare("SELECT count(*) FROM entities WHERE blueprint_id = ?");
  statement.Bind(1, blueprint_id).Step();
  return statement.Int(0);
}

std::int64_t InternDatasource(Database& database, std::string_view name) {
  {
    Statement statement = database.Prepare("SELECT id FROM datasources WHERE name = ?");
    if (statement.Bind(1, name).Step()) return statement.Int(0);
  }
  database.Prepare("INSERT INTO datasources (name) VALUES (?)").Bind(1, name).Run();
  return database.LastInsertId();
}

std::map<std::int64_t, std::string> Datasources(Database& database) {
  std::map<std::int64_t, std::string> names;
  Statement statement = database.Prepare("SELECT id, name FROM datasources");
  while (statement.Step()) names.emplace(statement.Int(0), statement.Text(1));
  return names;
}

void AddLink(Database& database, std::int64_t target, std::int64_t source) {
  database.Prepare("INSERT OR IGNORE INTO links (target_id, source_id) VALUES (?, ?)")
      .Bind(1, target)
      .Bind(2, source)
      .Run();
}

void RemoveLink(Database& database, std::int64_t target, std::int64_t source) {
  database.Prepare("DELETE FROM links WHERE target_id = ? AND source_id = ?")
      .Bind(1, target)
      .Bind(2, source)
      .Run();
}

std::vector<std::int64_t> LinkSources(Database& database, std::int64_t target) {
  std::vector<std::int64_t> sources;
  Statement statement = database.Prepare("SELECT source_id FROM links WHERE target_id = ?");
  statement.Bind(1, target);
  while (statement.Step()) sources.push_back(statement.Int(0));
  return sources;
}

}  // namespace ocean::catalog
