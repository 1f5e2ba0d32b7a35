#include "migrations.hpp"

#include <exception>
#include <utility>

#include "api_error.hpp"
#include "deletion.hpp"
#include "documents.hpp"
#include "ocean/base/hash.hpp"

namespace ocean::catalog {

using state::Database;

namespace {

constexpr std::string_view kType = "migration";
/// Entities deleted in one transaction.
constexpr std::size_t kStep = 500;

bool IsOpen(const Json& migration) {
  const std::string status = GetString(migration, "status");
  return status == "PENDING" || status == "RUNNING";
}

void CheckEmpty(Database& database, const Blueprint& blueprint) {
  if (HasEntities(database, blueprint.id))
    throw ApiError(422, "has_dependents", "entities were written meanwhile");
}

}  // namespace

Migrations::Migrations(Storage& storage, Clock& clock, Logger logger)
    : storage_(storage), clock_(clock), logger_(std::move(logger)) {
  const auto all = storage.Read([](Database& database) { return Documents(database, kType); });
  for (const Json& migration : all) {
    if (IsOpen(migration)) waiting_.push_back(GetString(migration, "id"));
  }
  thread_ = std::jthread([this](const std::stop_token& stop) { Work(stop); });
}

Migrations::~Migrations() {
  thread_.request_stop();
  thread_.join();
}

std::string Migrations::DeleteAll(const std::string& blueprint, bool delete_blueprint,
                                  const Origin& origin) {
  storage_.GetBlueprint(blueprint);
  std::string id = "migration_" + RandomUuid();
  Json migration{{"id", id},
                 {"actor", origin.user_agent},
                 {"sourceBlueprint", blueprint},
                 {"mapping", Json::object()},
                 {"deleteBlueprint", delete_blueprint},
                 {"createdAt", FormatIso8601(origin.at)}};
  Save(std::move(migration), "PENDING");
  const std::lock_guard lock(mutex_);
  waiting_.push_back(id);
  changed_.notify_all();
  return id;
}

void Migrations::WaitUntilIdle() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return waiting_.empty() && !busy_; });
}

void Migrations::Work(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (changed_.wait(lock, stop, [this] { return !waiting_.empty(); }) &&
         !stop.stop_requested()) {
    const std::string id = std::move(waiting_.front());
    waiting_.pop_front();
    busy_ = true;
    lock.unlock();
    Run(id, stop);
    lock.lock();
    busy_ = false;
    changed_.notify_all();
  }
}

void Migrations::Run(const std::string& id, const std::stop_token& stop) {
  try {
    Json migration = Load(id);
    Save(migration, "RUNNING");
    Delete(migration, stop);
    if (!stop.stop_requested()) Save(std::move(migration), "COMPLETED");
  } catch (const std::exception& error) {
    logger_.Error("migration " + id + ": " + error.what());
    NoteFailure(id, error.what());
  }
}

// What kept the migration from its work may keep this from being written, too: the next start takes it up again then.
void Migrations::NoteFailure(const std::string& id, const std::string& why) {
  try {
    Json migration = Load(id);
    migration["message"] = why;
    Save(std::move(migration), "FAILURE");
  } catch (const std::exception& error) {
    logger_.Error("migration " + id + ": its failure could not be noted: " + error.what());
  }
}

void Migrations::Delete(const Json& migration, const std::stop_token& stop) {
  const std::string identifier = GetString(migration, "sourceBlueprint");
  const Origin origin{GetString(migration, "actor"), GetString(migration, "id"), clock_.Now()};
  for (std::size_t deleted = kStep; deleted == kStep && !stop.stop_requested();) {
    deleted = storage_.Write([&](Database& database) {
      Deletion deletion(storage_, database, origin);
      const std::size_t added = deletion.AddSome(*storage_.GetBlueprint(identifier), kStep);
      deletion.Run(true);
      return added;
    });
  }
  if (Get(migration, "deleteBlueprint") == Json(true) && !stop.stop_requested())
    storage_.RemoveBlueprint(identifier, origin, CheckEmpty);
}

void Migrations::Save(Json migration, const char* status) {
  migration["status"] = status;
  migration["updatedAt"] = FormatIso8601(clock_.Now());
  storage_.Write([&](Database& database) {
    SaveDocument(database, kType, GetString(migration, "id"), migration);
    return true;
  });
}

Json Migrations::Load(const std::string& id) {
  return storage_.Read([&](Database& database) { return FindDocument(database, kType, id); })
      .value_or(Json::object());
}

}  // namespace ocean::catalog
