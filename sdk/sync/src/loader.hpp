#pragma once
/// @file The last stage: what changed goes into the catalog.

#include <map>
#include <mutex>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "account.hpp"
#include "block.hpp"
#include "ocean/port/entity.hpp"
#include "run.hpp"
#include "second_try.hpp"

namespace ocean::sync {

/// Entities of one block and one blueprint on their way into the catalog.
struct LoadChunk {
  Account* account = nullptr;
  std::string blueprint;
  std::vector<port::Entity> entities;
};

/// Remembers what the entities relate to: what is named must not be deleted while it would be made anew, or while what names it would
/// go along.
void NoteReferences(Run& run, const LoadChunk& chunk);

/// What the catalog holds of these entities of ours, by identifier, with the fields that the block sets. Errors as port::Client.
std::unordered_map<std::string, Json> FindStored(Run& run, const Block& block,
                                                 const std::string& blueprint,
                                                 std::span<const port::Entity> entities);

/// Compares and upserts chunks; what fails is kept for the second try.
///
/// An entity that was sent as it is before is not compared, but for one in a hundred, so that changes by other hands are noticed.
/// Threads   Load, SendAll and LoadMissing may overlap; Finish runs when neither does
class Loader {
 public:
  Loader(Run& run, SecondTry& second_try) : run_(run), second_try_(second_try) {}

  /// Errors    Error{kCancelled}, Error{kAuth}; all else is in the block's figures
  void Load(LoadChunk chunk);
  /// Sends the chunk without comparing it.
  void SendAll(LoadChunk chunk);
  /// Sends of the chunk what was believed to be in the catalog and is not.
  void LoadMissing(LoadChunk chunk);
  /// Compares what was taken as a sample and waits for more.
  void Finish();

 private:
  /// The entities of a chunk by what is to be done with them.
  struct Sorted {
    std::vector<port::Entity> known;
    /// Known as well.
    std::vector<port::Entity> sample;
    std::vector<port::Entity> to_compare;
    std::vector<port::Entity> to_send;
  };

  Sorted Sort(LoadChunk chunk);
  /// What was sent as it is counts as unchanged.
  void PassOver(Account& account, std::span<const port::Entity> entities);
  /// Takes the chunk's sample along when there is enough for a question; else it waits.
  void AddSample(Block& block, const std::string& blueprint, std::vector<port::Entity> sample);
  void CompareSample(Block& block, const std::string& blueprint, std::vector<port::Entity> sample);
  bool IsSample(const port::Entity& entity) const;
  void Compare(Account& account, const std::string& blueprint, std::vector<port::Entity> entities);
  /// Moves what differs from the catalog's out of `entities`; what stays is unchanged.
  std::vector<port::Entity> TakeChanged(Block& block, const std::string& blueprint,
                                        std::vector<port::Entity>& entities);
  void Send(Account& account, std::vector<port::Entity> entities);
  /// What is claimed.
  void Upsert(Account& account, std::span<const port::Entity> entities);
  void Settle(Account& account, const port::Entity& entity, const port::UpsertResult& result,
              Figures& figures);

  Run& run_;
  SecondTry& second_try_;
  std::mutex mutex_;
  std::map<std::pair<Block*, std::string>, std::vector<port::Entity>> samples_;
};

}  // namespace ocean::sync
