#pragma once
/// @file The last stage: what changed goes into the catalog.

#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "block.hpp"
#include "ocean/port/entity.hpp"
#include "run.hpp"

namespace ocean::sync {

/// Entities of one block and one blueprint on their way into the catalog.
struct LoadChunk {
  Block* block = nullptr;
  std::string blueprint;
  std::vector<port::Entity> entities;
};

/// Compares and upserts chunks; keeps what failed and tries it once more at the end.
///
/// Threads   Load may overlap; RetryFailed runs when no Load does
class Loader {
 public:
  explicit Loader(Run& run) : run_(run) {}

  /// Errors    Error{kCancelled}, Error{kAuth}; all else is in the block's figures
  void Load(LoadChunk chunk);
  /// The second try: entities whose relations were missing come last.
  void RetryFailed();

 private:
  /// Relation names of a blueprint and the blueprints they lead to.
  using RelationTargets = std::map<std::string, std::string, std::less<>>;

  std::vector<port::Entity> TakeChanged(LoadChunk& chunk);
  void Upsert(Block& block, std::span<const port::Entity> entities);
  void Settle(Block& block, const port::Entity& entity, const port::UpsertResult& result,
              Figures& figures);
  void NoteReferences(const LoadChunk& chunk);
  const RelationTargets& TargetsOf(const std::string& blueprint);

  Run& run_;
  std::mutex mutex_;
  std::map<std::string, RelationTargets> targets_;
};

}  // namespace ocean::sync
