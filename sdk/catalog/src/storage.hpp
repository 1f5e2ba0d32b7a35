#pragma once
/// @file The catalog's file: one connection that writes, one that reads, and the blueprints in memory.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string_view>

#include "blueprint.hpp"
#include "blueprint_index.hpp"
#include "changes.hpp"
#include "ocean/base/json.hpp"
#include "ocean/state/database.hpp"

namespace ocean::catalog {

/// Who reads and writes when. The statements themselves are in entity_rows.hpp and documents.hpp.
///
/// Threads   all operations may overlap: writers wait for each other, readers for each other, and neither for the other
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
  /// Runs `work(database)` on the reading connection.
  template <class Work>
  auto Read(Work&& work) {
    const std::lock_guard lock(reader_ ? read_mutex_ : write_mutex_);
    return work(reader_ ? *reader_ : writer_);
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
  std::mutex read_mutex_;
  state::Database writer_;
  std::optional<state::Database> reader_;

  /// Changed under write_mutex_ only, so that a writer sees one state of them all the time.
  BlueprintIndex blueprints_;
};

}  // namespace ocean::catalog
