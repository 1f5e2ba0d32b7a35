#include "schema.hpp"

namespace ocean::catalog {

namespace {

/// What is small and read most comes first in a row. `links` says who names whom; which relation it is, the source's own text
/// says. `_user` and `_team` are there from the start, as in Port.
constexpr std::string_view kSchema1 = R"sql(
  CREATE TABLE blueprints (
    id INTEGER PRIMARY KEY,
    identifier TEXT NOT NULL UNIQUE,
    document TEXT NOT NULL
  );
  CREATE TABLE datasources (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
  );
  CREATE TABLE entities (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    blueprint_id INTEGER NOT NULL,
    datasource_id INTEGER NOT NULL,
    creator_id INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    identifier TEXT NOT NULL,
    title TEXT,
    icon TEXT,
    team TEXT NOT NULL,
    properties TEXT NOT NULL,
    relations TEXT NOT NULL
  );
  CREATE UNIQUE INDEX entities_by_name ON entities (blueprint_id, identifier);
  CREATE INDEX entities_by_owner ON entities (datasource_id);
  CREATE TABLE links (
    target_id INTEGER NOT NULL,
    source_id INTEGER NOT NULL,
    PRIMARY KEY (target_id, source_id)
  ) WITHOUT ROWID;
  CREATE TABLE documents (
    type TEXT NOT NULL,
    identifier TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (type, identifier)
  ) WITHOUT ROWID;
  INSERT INTO blueprints (identifier, document) VALUES
    ('_team', '{"identifier":"_team","title":"Team","icon":"Team"}'),
    ('_user', '{"identifier":"_user","title":"User","icon":"User"}');
)sql";

/// The change log. A blueprint's `subject` is its id with a minus; the texts are run ids and blueprints' identifiers.
constexpr std::string_view kSchema2 = R"sql(
  CREATE TABLE change_texts (
    id INTEGER PRIMARY KEY,
    text TEXT NOT NULL UNIQUE
  );
  CREATE TABLE changes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    datasource_id INTEGER NOT NULL,
    run INTEGER NOT NULL,
    action INTEGER NOT NULL,
    subject INTEGER NOT NULL,
    blueprint INTEGER NOT NULL,
    identifier TEXT,
    before TEXT
  );
  CREATE INDEX changes_by_subject ON changes (subject);
  CREATE INDEX changes_of_deleted ON changes (identifier) WHERE action = 3;
)sql";

}  // namespace

void MigrateCatalog(state::Database& database) {
  database.Migrate({kSchema1, kSchema2});
}

bool IsCatalog(state::Database& database) {
  return database.Prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'links'")
      .Step();
}

}  // namespace ocean::catalog
