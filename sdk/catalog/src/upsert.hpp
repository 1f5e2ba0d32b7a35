#pragma once
/// @file Writing entities: checks, merging, relations.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "api_error.hpp"
#include "changes.hpp"
#include "entity_rows.hpp"
#include "ocean/base/json.hpp"
#include "relations.hpp"
#include "storage.hpp"

namespace ocean::catalog {

/// The query parameters of an upsert, and who sends it when.
struct UpsertOptions {
  /// False refuses entities that exist (409).
  bool upsert = false;
  /// True keeps what the request does not mention.
  bool merge = false;
  /// True creates bare entities for relations that name none; false refuses those (404).
  bool create_missing = false;
  Origin origin;
};

struct UpsertResult {
  /// "unknown" when the request's is no text.
  std::string identifier = "unknown";
  bool created = false;
  std::optional<ApiError> error;
};

/// Writes entities of one blueprint, inside a transaction of the writer.
///
/// Rules     Items are judged before anything of them is written: a refused one leaves no trace. Relations may name entities
///           that come later in the batch. An entity named twice in a batch is written twice, in order
class Upserter {
 public:
  Upserter(const Storage& storage, state::Database& database, const Blueprint& blueprint,
           const UpsertOptions& options);

  /// One result per entity, in order. The entities are used up.
  std::vector<UpsertResult> Upsert(Json& entities);

 private:
  struct Item;
  using Group = std::vector<Item>;

  Item Prepare(std::size_t index, Json& entity);
  void Fill(Item& item, Json& entity, bool keep) const;
  void FindChangedTargets(Item& item, const std::string& before, const Json& relations) const;
  void Flush(Group& group, std::vector<UpsertResult>& results);
  void DropUnresolvable(Group& group, std::vector<UpsertResult>& results);
  const Target* FirstMissing(const Item& item, const std::set<Target>& in_group);
  void Write(Item& item);
  void Link(const Item& item);
  std::int64_t FindOrCreate(const Target& target);

  const Storage& storage_;
  state::Database& database_;
  const Blueprint& blueprint_;
  const UpsertOptions& options_;
  std::int64_t datasource_id_;
  std::int64_t now_;
  ChangeWriter changes_;
  /// Ids of targets seen in this batch.
  std::map<Target, std::int64_t> targets_;
};

}  // namespace ocean::catalog
