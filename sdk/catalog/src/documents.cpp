#include "documents.hpp"

namespace ocean::catalog {

using state::Database;
using state::Statement;

std::optional<Json> FindDocument(Database& database, std::string_view type,
                                 std::string_view identifier) {
  Statement statement =
      database.Prepare("SELECT document FROM documents WHERE type = ? AND identifier = ?");
  if (!statement.Bind(1, type).Bind(2, identifier).Step()) return std::nullopt;
  return ParseJson(statement.Text(0), "a stored document");
}

std::vector<Json> Documents(Database& database, std::string_view type, std::string_view prefix) {
  std::vector<Json> all;
  Statement statement = database.Prepare(
      "SELECT identifier, document FROM documents WHERE type = ? AND identifier >= ? "
      "ORDER BY identifier");
  statement.Bind(1, type).Bind(2, prefix);
  while (statement.Step() && statement.Text(0).starts_with(prefix))
    all.push_back(ParseJson(statement.Text(1), "a stored document"));
  return all;
}

void SaveDocument(Database& database, std::string_view type, std::string_view identifier,
                  const Json& document) {
  database.Prepare("INSERT OR REPLACE INTO documents (type, identifier, document) VALUES (?, ?, ?)")
      .Bind(1, type)
      .Bind(2, identifier)
      .Bind(3, DumpJson(document))
      .Run();
}

bool DeleteDocument(Database& database, std::string_view type, std::string_view identifier) {
  database.Prepare("DELETE FROM documents WHERE type = ? AND identifier = ?")
      .Bind(1, type)
      .Bind(2, identifier)
      .Run();
  return database.Changes() > 0;
}

}  // namespace ocean::catalog
