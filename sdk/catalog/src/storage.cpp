#include "storage.hpp"

#include <utility>

#include "api_error.hpp"
#include "entity_rows.hpp"
#include "ocean/base/error.hpp"
#include "schema.hpp"

namespace ocean::catalog {

using state::Database;
using state::Transaction;

namespace {

/// Identifiers come in no order, so a batch touches many pages: keep them at hand, and copy them back to the file less often.
constexpr std::string_view kWriterSettings =
    "PRAGMA cache_size = -32768; PRAGMA mmap_size = 268435456; PRAGMA wal_autocheckpoint = 4000";

/// So many may read at a time: a long search must not hold up the short ones.
constexpr std::size_t kReaders = 4;

Database OpenWriter(const std::filesystem::path& file) {
  Database database = Database::Open(file);
  database.Execute(kWriterSettings);
  MigrateCatalog(database);
  return database;
}

bool IsInMemory(const std::filesystem::path& file) {
  return file == ":memory:";
}

}  // namespace

Storage::Storage(const std::filesystem::path& file, std::int64_t changes_kept)
    : changes_kept_(changes_kept), writer_(OpenWriter(file)), blueprints_(writer_) {
  if (!IsInMemory(file)) readers_.emplace(file, kReaders);
}

ReaderPool::ReaderPool(std::filesystem::path file, std::size_t most)
    : file_(std::move(file)), most_(most) {
  Return(Take());
}

std::unique_ptr<Database> ReaderPool::Take() {
  std::unique_lock lock(mutex_);
  returned_.wait(lock, [&] { return !free_.empty() || opened_ < most_; });
  if (free_.empty()) {
    auto database = std::make_unique<Database>(Database::OpenReadOnly(file_));
    ++opened_;
    return database;
  }
  auto database = std::move(free_.back());
  free_.pop_back();
  return database;
}

void ReaderPool::Return(std::unique_ptr<Database> database) {
  {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(database));
  }
  returned_.notify_one();
}

BlueprintPtr Storage::ChangeBlueprint(std::string_view identifier, const Origin& origin,
                                      const std::function<Blueprint(const BlueprintPtr&)>& change) {
  const std::lock_guard lock(write_mutex_);
  const BlueprintPtr current = blueprints_.Find(identifier);
  auto changed = std::make_shared<Blueprint>(change(current));
  Transaction transaction(writer_);
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
  Note(*changed, origin, current ? ChangeAction::kUpdate : ChangeAction::kCreate,
       current ? DumpJson(current->document) : "");
  transaction.Commit();
  blueprints_.Put(changed);
  return changed;
}

void Storage::RemoveBlueprint(std::string_view identifier, const Origin& origin,
                              const std::function<void(Database&, const Blueprint&)>& check) {
  const std::lock_guard lock(write_mutex_);
  const BlueprintPtr blueprint = GetBlueprint(identifier);
  check(writer_, *blueprint);
  Transaction transaction(writer_);
  Note(*blueprint, origin, ChangeAction::kDelete, DumpJson(blueprint->document));
  writer_.Prepare("DELETE FROM blueprints WHERE id = ?").Bind(1, blueprint->id).Run();
  transaction.Commit();
  blueprints_.Remove(*blueprint);
}

void Storage::Note(const Blueprint& blueprint, const Origin& origin, ChangeAction action,
                   const std::string& before) {
  ChangeWriter changes(writer_, changes_kept_, origin);
  changes.BlueprintChanged(blueprint.id, blueprint.identifier, action, before);
  changes.Trim();
}

}  // namespace ocean::catalog
