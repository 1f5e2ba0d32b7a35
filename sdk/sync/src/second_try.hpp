#pragma once
/// @file What the catalog did not take, tried once more when all else is loaded.

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "account.hpp"
#include "ocean/base/hash.hpp"
#include "ocean/port/entity.hpp"
#include "run.hpp"

namespace ocean::sync {

/// The entities whose upsert failed. They are kept whole, in the state store: in memory there are their keys only.
///
/// Order     what failed for itself first, in the order in which it failed; then what missed a related entity, each
///           after those it names. Where they name each other in a circle, one goes without the relations that close it,
///           and again with them at the end
/// Threads   Keep may overlap; TryAgain when no Keep does
class SecondTry {
 public:
  explicit SecondTry(Run& run) : run_(run) {}

  void Keep(const Account& account, const port::Entity& entity, const port::UpsertResult& result);
  /// Errors    Error{kCancelled}, Error{kAuth}
  void TryAgain();

 private:
  /// An entity that missed another.
  struct Node {
    std::int64_t sequence = 0;
    Hash128 key;
    std::vector<Hash128> targets;
  };
  struct Kept {
    Block* block = nullptr;
    port::Entity entity;
  };

  Kept Load(const Json& spilled) const;
  Node NodeOf(std::int64_t sequence, const port::Entity& entity);
  void TryInOrder(std::vector<Node> nodes);
  bool TryWithoutCircle(const Node& node);
  /// `created_before`: an earlier part of the same try made it.
  void Try(const Kept& kept, bool created_before);
  void Reject(const Kept& kept, const std::string& message);

  Run& run_;
  std::size_t rejected_ = 0;
  /// Keys of what still waits for its turn.
  std::unordered_set<Hash128> waiting_;
};

}  // namespace ocean::sync
