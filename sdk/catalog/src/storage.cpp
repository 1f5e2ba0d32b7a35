#include "storage.hpp"

#include <utility>

#include "api_error.hpp"
#include "entity_rows.hpp"
#include "ocean/base/error.hpp"
#include "schema.hpp"

namespace ocean::catalog {

using state::Database;
using state::Statement;
using state::Transaction;

namespace {

/// Identifiers come in no order, so a batch touches many pages: keep them at hand, and copy them back to the file less often.
constexpr std::string_view kWriterSettings =
    "PRAGMA cache_size = -32768; PRAGMA mmap_size = 268435456; PRAGMA wal_autocheckpoint = 4000";

bool IsInMemory(const std::filesystem::path& file) {
  return file == ":memory:";
}

}  // namespace

Storage::Storage(const std::filesystem::path& file) : writer_(Database::Open(file)) {
  writer_.Execute(kWriterSettings);
  MigrateCatalog(writer_);
  if (!IsInMemory(file)) reader_ = Database::OpenReadOnly(file);
  LoadBlueprints();
}

void Storage::LoadBlueprints() {
  Statement statement = writer_.Prepare("SELECT id, document FROM blueprints");
  while (statement.Step()) {
    auto blueprint = std::make_shared<Blueprint>(
        ReadBlueprint(ParseJson(statement.Text(1), "a stored blueprint")));
    blueprint->id = statement.Int(0);
    std::string identifier = blueprint->identifier;
    blueprints_.emplace(std::move(identifier), std::move(blueprint));
  }
}

BlueprintPtr Storage::FindBlueprint(std::string_view identifier) const {
  const std::lock_guard lock(blueprints_mutex_);
  const auto found = blueprints_.find(identifier);
  return found != blueprints_.end() ? found->second : nullptr;
}

BlueprintPtr Storage::FindBlueprint(std::int64_t id) const {
  const std::lock_guard lock(blueprints_mutex_);
  for (const auto& [identifier, blueprint] : blueprints_) {
    if (blueprint->id == id) return blueprint;
  }
  return nullptr;
}

BlueprintPtr Storage::GetBlueprint(std::string_view identifier) const {
  BlueprintPtr blueprint = FindBlueprint(identifier);
  if (!blueprint) throw NotFound("Blueprint", identifier);
  return blueprint;
}

std::vector<BlueprintPtr> Storage::Blueprints() const {
  const std::lock_guard lock(blueprints_mutex_);
  std::vector<BlueprintPtr> all;
  for (const auto& [identifier, blueprint] : blueprints_) all.push_back(blueprint);
  return all;
}

BlueprintPtr Storage::ChangeBlueprint(std::string_view identifier,
                                      const std::function<Blueprint(const BlueprintPtr&)>& change) {
  const std::lock_guard lock(write_mutex_);
  const BlueprintPtr current = FindBlueprint(identifier);
  auto changed = std::make_shared<Blueprint>(change(current));
  if (current) {
    changed->id = current->id;
    writer_.Prepare("UPDATE blueprints SET document = ? WHERE id = ?")
        .Bind(1, DumpJson(changed->document))
        .Bind(2, changed->id)
        .Run();
  } else {
    writer_.Prepare("INSERT INTO blueprints (identifier, document) VALUES (?, ?)")
        .Bind(1, changed->identifier)
        .Bind(2, DumpJson(changed->document))
        .Run();
    changed->id = writer_.LastInsertId();
  }
  const std::lock_guard publishing(blueprints_mutex_);
  return blueprints_[changed->identifier] = changed;
}

void Storage::RemoveBlueprint(std::string_view identifier,
                              const std::function<void(Database&, const Blueprint&)>& check) {
  const std::lock_guard lock(write_mutex_);
  const BlueprintPtr blueprint = GetBlueprint(identifier);
  check(writer_, *blueprint);
  writer_.Prepare("DELETE FROM blueprints WHERE id = ?").Bind(1, blueprint->id).Run();
  const std::lock_guard publishing(blueprints_mutex_);
  blueprints_.erase(blueprint->identifier);
}

}  // namespace ocean::catalog
