#pragma once
/// @file The blueprints of a catalog in memory.

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "blueprint.hpp"
#include "ocean/state/database.hpp"

namespace ocean::catalog {

/// Blueprints by identifier and by number.
///
/// Threads   all operations may overlap
class BlueprintIndex {
 public:
  /// Reads those of the file.
  explicit BlueprintIndex(state::Database& database);

  /// Null when there is none.
  BlueprintPtr Find(std::string_view identifier) const;
  BlueprintPtr Find(std::int64_t id) const;
  /// ApiError 404 when there is none.
  BlueprintPtr Get(std::string_view identifier) const;
  /// In the order of their identifiers.
  std::vector<BlueprintPtr> All() const;

  /// Adds it, or puts it where another one of its identifier was.
  void Put(BlueprintPtr blueprint);
  void Remove(const Blueprint& blueprint);

 private:
  mutable std::mutex mutex_;
  std::map<std::string, BlueprintPtr, std::less<>> by_name_;
  std::map<std::int64_t, BlueprintPtr> by_id_;
};

}  // namespace ocean::catalog
