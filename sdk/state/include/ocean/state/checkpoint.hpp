#pragma once
/// @file How far a resync came, for the one that goes on with it.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ocean/base/clock.hpp"
#include "ocean/base/hash.hpp"
#include "ocean/base/json.hpp"

namespace ocean::state {

class Database;
class PageFiles;

/// What a resync needs in order to go on where an interrupted one stopped, of which there is one at a time.
///
/// A page is kept from its arrival until all that came of it is settled, together with the place behind it. Each call is one
/// transaction: a crash leaves what was there after one of them.
/// Errors    as Database, and Error{kTransient} when a page cannot be written
/// Threads   all operations may overlap
/// Lifetime  borrows what it is given
class Checkpoint {
 public:
  struct Head {
    std::string run_id;
    /// What it is valid for.
    std::string context;
    TimePoint started_at;
    /// The same by the catalog's own clock.
    std::optional<TimePoint> started_by_catalog;
  };
  /// How far a block has read its collection.
  struct Place {
    std::size_t block = 0;
    std::string collection;
    /// Leads to the next page; nothing when the last one was read.
    std::optional<std::string> cursor;
  };
  /// What a key says of its entity.
  enum class Role : std::uint8_t {
    kSeen,        ///< the source has it
    kUnsent,      ///< and so has the catalog, as it is believed
    kReferenced,  ///< another names it, and protects it
    kNamed,       ///< another names it
  };
  struct Keys {
    Role role = Role::kSeen;
    std::string blueprint;
    std::vector<Hash128> keys;
  };
  /// Pages that are done with, and what came of them.
  struct Portion {
    std::int64_t id = 0;  ///< greater than 0
    std::size_t block = 0;
    Json figures;
    std::vector<std::int64_t> pages;
    std::vector<Keys> keys;
  };

  /// Pages are files in the folder `pages`, which is its own.
  Checkpoint(Database& database, std::mutex& mutex, const std::filesystem::path& pages);
  ~Checkpoint();

  std::optional<Head> Find() const;
  /// Forgets what there is and begins another.
  void Begin(const Head& head);
  /// What is there is gone on with: entities that were spilled for portions that are not settled are forgotten, for these are done again.
  void GoOn();
  /// Forgets everything, with the entities that the run spilled.
  void Discard();

  /// Keeps a page and moves the block's place behind it. Returns the page's number.
  std::int64_t SavePage(const Place& place, std::string_view text);
  void SavePlace(const Place& place);
  std::optional<Place> FindPlace(std::size_t block) const;
  /// The block's first page behind the one with this number. Error{kPermanent} when it is not what was kept, as when the machine lost
  /// its power.
  std::optional<std::pair<std::int64_t, std::string>> NextPage(std::size_t block,
                                                               std::int64_t number) const;
  void Settle(const Portion& portion);
  std::int64_t LastPortion() const;
  /// Gives the figures of each settled portion, and its keys. They hold the store meanwhile: `visit` must not use it.
  void VisitPortions(
      const std::function<void(std::size_t block, const Json& figures)>& visit) const;
  void VisitKeys(const std::function<void(const Keys& keys)>& visit) const;
  /// The first reason stays.
  void MarkIncomplete(std::size_t block, std::string_view reason);
  std::vector<std::pair<std::size_t, std::string>> Incomplete() const;
  /// The block has to begin anew: its place, pages and portions are forgotten.
  void Forget(std::size_t block);

  /// A live event is about to write or delete the entity: noted while there is a checkpoint.
  void NoteLive(std::string_view blueprint, std::string_view identifier);
  std::vector<std::pair<std::string, std::string>> Live() const;

 private:
  Database& database_;
  std::mutex& mutex_;
  const std::unique_ptr<PageFiles> files_;
  std::atomic<bool> exists_;
};

}  // namespace ocean::state
