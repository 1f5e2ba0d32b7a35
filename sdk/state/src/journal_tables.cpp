#include "journal_tables.hpp"

namespace ocean::state {

namespace {

// Contents lie apart, so that counting and listing read little.
constexpr std::string_view kSchema1 = R"sql(
  CREATE TABLE events (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    path TEXT NOT NULL,
    processor TEXT NOT NULL,
    ordering_key TEXT NOT NULL,
    kinds TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    not_before INTEGER NOT NULL DEFAULT 0,
    dead INTEGER NOT NULL DEFAULT 0,
    error TEXT NOT NULL DEFAULT '',
    bytes INTEGER NOT NULL
  );
  CREATE TABLE contents (
    sequence INTEGER PRIMARY KEY,
    headers TEXT NOT NULL,
    body BLOB NOT NULL
  );
  CREATE TABLE deliveries (
    id BLOB PRIMARY KEY,
    seen_at INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX deliveries_by_age ON deliveries (seen_at);
)sql";

}  // namespace

Database OpenJournal(const std::filesystem::path& file, Database::Durability durability) {
  Database database = Database::Open(file, durability);
  database.Migrate({kSchema1});
  return database;
}

std::vector<EventRow> ReadRows(Statement& statement) {
  std::vector<EventRow> rows;
  while (statement.Step()) {
    rows.push_back({.sequence = statement.Int(0),
                    .path = std::string(statement.Text(1)),
                    .processor = std::string(statement.Text(2)),
                    .key = std::string(statement.Text(3)),
                    .kinds = std::string(statement.Text(4)),
                    .received_at = TimePoint(Duration(statement.Int(5))),
                    .attempts = static_cast<int>(statement.Int(6)),
                    .not_before = TimePoint(Duration(statement.Int(7))),
                    .dead = statement.Int(8) != 0,
                    .error = std::string(statement.Text(9)),
                    .bytes = statement.Int(10)});
  }
  return rows;
}

std::optional<EventContent> ReadContent(Database& database, std::int64_t sequence) {
  Statement statement = database.Prepare("SELECT headers, body FROM contents WHERE sequence = ?");
  statement.Bind(1, sequence);
  if (!statement.Step()) return std::nullopt;
  return EventContent{std::string(statement.Text(0)), std::string(statement.Text(1))};
}

void DeleteEvent(Database& database, std::int64_t sequence) {
  database.Prepare("DELETE FROM events WHERE sequence = ?").Bind(1, sequence).Run();
  database.Prepare("DELETE FROM contents WHERE sequence = ?").Bind(1, sequence).Run();
}

}  // namespace ocean::state
