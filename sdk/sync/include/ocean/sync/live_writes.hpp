#pragma once
/// @file What live events wrote while a resync runs, so that its older pages do not undo it.

#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "ocean/base/hash.hpp"
#include "ocean/port/entity.hpp"

namespace ocean::sync {

/// A live event knows better than a page that a resync read before it, and a resync cannot tell which of its pages those are: an
/// entity that a live event wrote or deleted since the resync began is left alone by it.
///
/// Threads   all operations may overlap
class LiveWrites {
 public:
  /// While it lives live writes are remembered, 16 bytes each.
  class Resync {
   public:
    explicit Resync(LiveWrites* writes);
    Resync(const Resync&) = delete;
    Resync& operator=(const Resync&) = delete;
    ~Resync();

   private:
    LiveWrites* writes_;
  };

  /// What a resync is about to write or delete: live events wait for its end before they write any of it.
  class Claim {
   public:
    /// Takes out of `entities` what live events have written. Without `writes` nothing is.
    Claim(LiveWrites* writes, std::vector<port::Entity>& entities);
    Claim(LiveWrites* writes, std::string_view blueprint, std::vector<std::string>& identifiers);
    Claim(const Claim&) = delete;
    Claim& operator=(const Claim&) = delete;
    ~Claim();
    /// How many were taken out.
    std::size_t left_alone() const { return left_alone_; }

   private:
    /// False when a live event has written it. The lock is held.
    bool Take(std::string_view blueprint, std::string_view identifier);

    LiveWrites* writes_;
    std::vector<Hash128> keys_;
    std::size_t left_alone_ = 0;
  };

  /// To be called before a live event writes or deletes the entity.
  void Announce(std::string_view blueprint, std::string_view identifier);
  /// That this was done while an interrupted resync was under way, which the one under way goes on with.
  void Remember(std::string_view blueprint, std::string_view identifier);
  /// Whether that was done since the resync under way began.
  bool Has(std::string_view blueprint, std::string_view identifier) const;

 private:
  mutable std::mutex mutex_;
  std::condition_variable released_;
  int resyncs_ = 0;
  std::unordered_set<Hash128> written_;
  /// How many claims hold an entity.
  std::unordered_map<Hash128, int> claimed_;
};

}  // namespace ocean::sync
