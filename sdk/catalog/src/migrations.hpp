#pragma once
/// @file Work that takes longer than a request: all entities of a blueprint are deleted.

#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <thread>

#include "ocean/base/clock.hpp"
#include "ocean/base/json.hpp"
#include "ocean/base/log.hpp"
#include "storage.hpp"

namespace ocean::catalog {

/// Deletes in the background, some entities at a time, so that other writers come in between.
///
/// Shape     each migration is a document {id, actor, sourceBlueprint, mapping, deleteBlueprint, status, createdAt, updatedAt};
///           its status goes from PENDING over RUNNING to COMPLETED, or to FAILURE with a `message`
/// Rules     what was not finished when the process ended goes on when it starts again
/// Threads   all operations may overlap; one thread does the work
/// Lifetime  borrows storage and clock, which must outlive it; the destructor waits for the step in hand
class Migrations {
 public:
  Migrations(Storage& storage, Clock& clock, Logger logger);
  ~Migrations();

  /// Returns the migration's id. ApiError 404 when there is no such blueprint.
  std::string DeleteAll(const std::string& blueprint, bool delete_blueprint, const Origin& origin);
  /// Waits until nothing is left to do. For tests.
  void WaitUntilIdle();

 private:
  void Work(const std::stop_token& stop);
  void Run(const std::string& id, const std::stop_token& stop);
  void NoteFailure(const std::string& id, const std::string& why);
  void Delete(const Json& migration, const std::stop_token& stop);
  void Save(Json migration, const char* status);
  Json Load(const std::string& id);

  Storage& storage_;
  Clock& clock_;
  Logger logger_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<std::string> waiting_;
  bool busy_ = false;
  std::jthread thread_;
};

}  // namespace ocean::catalog
