#include <string>
#include <utility>

#include "changes.hpp"
#include "entity_rows.hpp"
#include "entity_text.hpp"
#include "ocean/base/error.hpp"
#include "ocean/base/json.hpp"
#include "ocean/catalog/catalog.hpp"
#include "schema.hpp"

namespace ocean::catalog {

using state::Database;
using state::Statement;

struct CatalogReader::Impl {
  explicit Impl(const std::filesystem::path& file) : database(Database::OpenReadOnly(file)) {
    if (!IsCatalog(database)) throw Error(ErrorKind::kConfig, file.string() + " is no catalog");
    MigrateCatalog(database);
  }

  /// 0 when there is none.
  std::int64_t BlueprintId(const std::string& identifier) {
    Statement statement = database.Prepare("SELECT id FROM blueprints WHERE identifier = ?");
    return statement.Bind(1, identifier).Step() ? statement.Int(0) : 0;
  }

  static Json ToJson(const EntityRow& row, const Lookup& lookup) {
    std::string text;
    EntityPrinter(lookup).Append(text, row);
    return ParseJson(text, "a stored entity");
  }

  Database database;
};

CatalogReader::CatalogReader(const std::filesystem::path& file)
    : impl_(std::make_unique<Impl>(file)) {}
CatalogReader::~CatalogReader() = default;

std::vector<CatalogReader::BlueprintCount> CatalogReader::Blueprints() const {
  std::vector<BlueprintCount> counts;
  Statement statement = impl_->database.Prepare(
      "SELECT id, identifier, document FROM blueprints ORDER BY identifier");
  while (statement.Step()) {
    BlueprintCount count;
    count.blueprint = statement.Text(1);
    count.title =
        GetString(ParseJson(statement.Text(2), "a stored blueprint"), "title", count.blueprint);
    count.entities = CountEntities(impl_->database, statement.Int(0));
    // Those that every catalog has are worth a line only when they are used.
    if (count.entities > 0 || !count.blueprint.starts_with('_')) counts.push_back(std::move(count));
  }
  return counts;
}

void CatalogReader::ForEachEntity(const std::string& blueprint,
                                  const std::function<void(const Json&)>& visit) const {
  const BlueprintIndex blueprints(impl_->database);
  const Lookup lookup(impl_->database, blueprints);
  ForEachEntityOf(impl_->database, impl_->BlueprintId(blueprint), "", [&](const EntityRow& row) {
    visit(Impl::ToJson(row, lookup));
    return true;
  });
}

std::optional<Json> CatalogReader::Entity(const std::string& blueprint,
                                          const std::string& identifier) const {
  const std::optional<EntityRow> row =
      FindEntity(impl_->database, impl_->BlueprintId(blueprint), identifier);
  if (!row) return std::nullopt;
  const BlueprintIndex blueprints(impl_->database);
  return Impl::ToJson(*row, Lookup(impl_->database, blueprints));
}

void CatalogReader::ForEachChange(const std::string& blueprint, const std::string& entity,
                                  const std::function<bool(const Json&)>& visit) const {
  ChangeQuery query;
  query.blueprint = blueprint;
  query.entity = entity;
  catalog::ForEachChange(impl_->database, query, [&](const ChangeRecord& change) {
    return visit(ParseJson(ChangeText(change), "a stored change"));
  });
}

std::vector<std::string> CatalogReader::Identifiers(const std::string& blueprint,
                                                    std::size_t limit) const {
  std::vector<std::string> identifiers;
  Statement statement = impl_->database.Prepare(
      "SELECT identifier FROM entities WHERE blueprint_id = ? ORDER BY identifier LIMIT ?");
  statement.Bind(1, impl_->BlueprintId(blueprint)).Bind(2, limit);
  while (statement.Step()) identifiers.emplace_back(statement.Text(0));
  return identifiers;
}

}  // namespace ocean::catalog
