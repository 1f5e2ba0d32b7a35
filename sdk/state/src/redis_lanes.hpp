#pragma once
/// @file What one process knows of a stream that several work on.

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "event_writer.hpp"
#include "redis_events.hpp"

namespace ocean::state {

/// Which events of a stream this process may handle now: those that it owns, once all older ones of their lanes are gone or were
/// given out here before. Entries are named by the number of their first event.
///
/// Threads   one at a time
class RedisLanes {
 public:
  /// All that is in the stream comes once more; what does not come until EndReload is gone.
  void BeginReload();
  void EndReload();

  /// An entry, in the stream's order; without rows nobody wants it.
  void Add(std::int64_t entry, const std::string& path, std::vector<EventRow> rows);
  void Remove(std::int64_t entry);

  /// The entry was delivered to us; it may be added later. `tries` is what is known of its events, if anything.
  void Own(std::int64_t entry, std::vector<RedisAttempts> tries);
  /// Only these are ours.
  void OwnOnly(const std::set<std::int64_t>& entries);
  /// Somebody else has claimed it.
  void Disown(std::int64_t entry);
  bool IsOwn(std::int64_t entry) const;

  /// The event waits for its next attempt, and its lane with it.
  void Delay(std::int64_t sequence);
  /// Lanes with events of ours that do not wait for an attempt.
  std::size_t BusyLanes() const { return busy_; }

  /// Events that were not given out before, in the order of each lane.
  std::vector<EventRow> Take(std::size_t count);
  bool HasReady() const { return !ready_.empty(); }

  /// Null when there is none.
  const EventRow* Find(std::int64_t sequence) const;
  /// How many events the entry is; 0 when it is gone.
  std::size_t CountOf(std::int64_t entry) const;

  void AddDead(std::int64_t entry, const std::string& path) { dead_[entry] = path; }
  void RemoveDead(std::int64_t entry) { dead_.erase(entry); }

  Usage Stored(const std::string& path) const;
  std::vector<EventCount> Counts() const;

 private:
  struct Entry {
    std::string path;
    std::vector<EventRow> rows;
    /// Of each row; those of an entry that was done in part are not given out again.
    std::vector<bool> done;
    bool own = false;
    bool seen = true;
  };
  struct Lane {
    /// Not given out: others', or behind them.
    std::set<std::int64_t> waiting;
    std::size_t own = 0;
    bool delayed = false;

    bool IsBusy() const { return own > 0 && !delayed; }
  };

  /// Changes a lane and keeps count of the busy ones.
  template <class Change>
  void ChangeLane(const std::string& name, Change&& change);
  /// Gives out what has become first in the lanes of these events, and what becomes first by that.
  void GiveFirst(const std::vector<EventRow>& rows);
  /// The first of a lane that waits, if it is ours and first in its other lanes, too.
  Entry* Givable(const std::string& lane);
  void Give(Entry& entry);

  std::map<std::int64_t, Entry> entries_;
  std::map<std::string, Lane> lanes_;
  std::size_t busy_ = 0;
  std::deque<EventRow> ready_;
  /// Delivered before they were added.
  std::map<std::int64_t, std::vector<RedisAttempts>> early_;
  std::map<std::string, Usage> usage_;
  std::map<std::int64_t, std::string> dead_;
};

}  // namespace ocean::state
