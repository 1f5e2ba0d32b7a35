#pragma once
/// @file The last stage: what changed goes into the catalog.

#include <span>
#include <string>
#include <vector>

#include "block.hpp"
#include "ocean/port/entity.hpp"
#include "run.hpp"
#include "second_try.hpp"

namespace ocean::sync {

/// Entities of one block and one blueprint on their way into the catalog.
struct LoadChunk {
  Block* block = nullptr;
  std::string blueprint;
  std::vector<port::Entity> entities;
};

/// Compares and upserts chunks; what fails is kept for the second try.
///
/// Threads   Load may overlap
class Loader {
 public:
  Loader(Run& run, SecondTry& second_try) : run_(run), second_try_(second_try) {}

  /// Errors    Error{kCancelled}, Error{kAuth}; all else is in the block's figures
  void Load(LoadChunk chunk);

 private:
  std::vector<port::Entity> TakeChanged(LoadChunk& chunk);
  void Upsert(Block& block, std::span<const port::Entity> entities);
  void Settle(Block& block, const port::Entity& entity, const port::UpsertResult& result,
              Figures& figures);
  void NoteReferences(const LoadChunk& chunk);

  Run& run_;
  SecondTry& second_try_;
};

}  // namespace ocean::sync
