#pragma once
/// @file What need not be compared, because it was sent as it is.

#include <mutex>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "ocean/base/clock.hpp"
#include "ocean/base/hash.hpp"
#include "ocean/port/entity.hpp"
#include "ocean/state/content_index.hpp"

namespace ocean::sync {

/// One run's view of the index of what the catalog holds.
///
/// Threads   all operations may overlap
class KnownContents {
 public:
  enum class Verdict {
    kSame,     ///< as it was sent last
    kOther,    ///< it was sent otherwise
    kUnknown,  ///< never sent, or the index does not count at the moment
  };

  explicit KnownContents(state::ContentIndex& index) : index_(index) {}

  /// Keeps the index when it was begun with `context` and was verified later than `oldest`; begins a new one otherwise.
  void Open(const std::string& context, TimePoint oldest, TimePoint now);
  /// This run changes the catalog without its being noted: from the next one with an index on everything is compared again.
  void Disable();
  /// A new index was begun: everything is compared in this run.
  bool begun() const { return begun_; }

  std::vector<Verdict> Judge(std::span<const port::Entity> entities) const;
  /// About to be sent, or deleted: from now until it is noted, what the catalog holds is not known.
  void Forget(std::span<const port::Entity> entities);
  void Forget(const std::string& blueprint, std::span<const std::string> identifiers);
  /// The catalog holds it so.
  void Note(std::span<const port::Entity> entities);
  /// The catalog changed entities by itself: from the next run on everything is compared again.
  void DoubtAll();
  /// The source has it twice: which of the two the catalog holds is not known.
  void Distrust(const port::Entity& entity);

  /// The run is over: what was compared counts as verified.
  void Close(bool failed, TimePoint started_at);

 private:
  state::ContentIndex& index_;
  /// Until it is opened nothing is known, and nothing is noted.
  bool enabled_ = false;
  bool begun_ = false;
  mutable std::mutex mutex_;
  std::unordered_set<Hash128> distrusted_;
};

}  // namespace ocean::sync
