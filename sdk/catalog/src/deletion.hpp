#pragma once
/// @file Taking entities away without leaving anything that names them.

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "changes.hpp"
#include "entity_rows.hpp"
#include "ocean/base/json.hpp"
#include "relations.hpp"
#include "storage.hpp"

namespace ocean::catalog {

/// One deletion, inside a transaction of the writer.
///
/// Rules     An entity that names a deleted one in a relation that is not required loses that relation; its updatedAt and
///           its owner stay. An entity that would be left without a required relation is a dependent: with
///           `delete_dependents` it is deleted too, else the entity it depends on stays, unless the dependent is deleted
///           by the same call
class Deletion {
 public:
  Deletion(const Storage& storage, state::Database& database, const Origin& origin)
      : storage_(storage),
        database_(database),
        changes_(database, storage.changes_kept(), origin) {}

  /// Marks an entity; false when there is none.
  bool Add(const Blueprint& blueprint, const std::string& identifier);
  /// Marks the first `count` entities of a blueprint; returns how many there were.
  std::size_t AddSome(const Blueprint& blueprint, std::size_t count);
  /// Deletes what is marked.
  void Run(bool delete_dependents);
  /// After Run: true when it was marked and is gone.
  bool IsDeleted(const Blueprint& blueprint, const std::string& identifier) const;

 private:
  struct Source;

  std::vector<Source> SourcesOutside(std::int64_t target) const;
  Json Remaining(const Source& source) const;
  bool IsDependent(const Source& source) const;
  void MarkDependents();
  void SpareRequired();
  void Detach(std::int64_t target);
  void RemoveOwnLinks(const EntityRow& row);

  const Storage& storage_;
  state::Database& database_;
  ChangeWriter changes_;
  /// What goes, with its id.
  std::map<Target, std::int64_t> doomed_;
};

}  // namespace ocean::catalog
