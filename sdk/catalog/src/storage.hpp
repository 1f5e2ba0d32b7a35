#pragma once
/// @file The catalog's file: one connection that writes, some that read, and the blueprints in memory.

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "blueprint.hpp"
#include "blueprint_index.hpp"
#include "changes.hpp"
#include "ocean/base/json.hpp"
#include "ocean/state/database.hpp"

namespace ocean::catalog {

/// Connections that read, each for one at a time.
///
/// Threads   all operations may overlap
class ReaderPool {
 public:
  /// Opens the first; the others follow as they are needed, `most` in all. Error{kConfig} when the file cannot be read.
  ReaderPool(std::filesystem::path file, std::size_t most);

  /// Runs `work(database)`; waits while all connections are in use.
  template <class Work>
  auto Read(Work& work) {
    const Lease lease(*this);
    return work(*lease.database);
  }

 private:
  struct Lease {
    explicit Lease(ReaderPool& the_pool) : pool(the_pool), database(pool.Take()) {}
    ~Lease() { pool.Return(std::move(database)); }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    ReaderPool& pool;
    std::unique_ptr<state::Database> database;
  };

  std::unique_ptr<state::Database> Take();
  void Return(std::unique_ptr<state::Database> database);

  const std::filesystem::path file_;
  const std::size_t most_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<state::Database>> free_;
  std::size_t opened_ = 0;
};

/// Who reads and writes when. The statements themselves are in entity_rows.hpp and documents.hpp.
///
/// Threads   all operations may overlap: writers wait for each other, readers only while as many read as there are connections
class Storage {
 public:
  /// Error{kConfig} when the file cannot be used. ":memory:" has one connection for both.
  /// `changes_kept` is how many records the change log has at most; 0 for none.
  explicit Storage(const std::filesystem::path& file, std::int64_t changes_kept = 0);

  std::int64_t changes_kept() const { return changes_kept_; }

  /// Runs `work(database)` as one transaction, which stays when it returns and is undone when it throws.
  template <class Work>
  auto Write(Work&& work) {
    return InTransaction(work, true);
  }
  /// The same, but nothing stays: for `validation_only`.
  template <class Work>
  auto Rehearse(Work&& work) {
    return InTransaction(work, false);
  }
  /// Runs `work(database)` on a connection that reads.
  template <class Work>
  auto Read(Work&& work) {
    if (readers_) return readers_->Read(work);
    const std::lock_guard lock(write_mutex_);
    return work(writer_);
  }

  const BlueprintIndex& blueprints() const { return blueprints_; }
  /// ApiError 404 when there is none.
  BlueprintPtr GetBlueprint(std::string_view identifier) const {
    return blueprints_.Get(identifier);
  }

  /// Stores what `change` makes of the blueprint `identifier`, which it gets null when there is none.
  BlueprintPtr ChangeBlueprint(std::string_view identifier, const Origin& origin,
                               const std::function<Blueprint(const BlueprintPtr&)>& change);
  /// Removes it when `check` does not throw. Its entities must be gone.
  void RemoveBlueprint(std::string_view identifier, const Origin& origin,
                       const std::function<void(state::Database&, const Blueprint&)>& check);

 private:
  template <class Work>
  auto InTransaction(Work& work, bool keep) {
    const std::lock_guard lock(write_mutex_);
    state::Transaction transaction(writer_);
    auto result = work(writer_);
    if (keep) transaction.Commit();
    return result;
  }

  /// Adds a record to the change log.
  void Note(const Blueprint& blueprint, const Origin& origin, ChangeAction action,
            const std::string& before);

  std::int64_t changes_kept_;
  std::mutex write_mutex_;
  state::Database writer_;
  std::optional<ReaderPool> readers_;

  /// Changed under write_mutex_ only, so that a writer sees one state of them all the time.
  BlueprintIndex blueprints_;
};

}  // namespace ocean::catalog
