#pragma once
/// @file How events look in Redis, and the scripts that change them: what they do happens as a whole.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ocean/state/redis_queue.hpp"
#include "redis_connection.hpp"

namespace ocean::state {

/// The keys of a queue.
struct RedisKeys {
  explicit RedisKeys(std::string the_stream);
  std::string Seen(const std::string& path, const std::string& delivery_id) const;

  std::string stream;
  /// Of what failed, or was done in part: a hash by entry and index.
  std::string attempts;
  std::string dead;
  /// Entries of the other two that are no more.
  std::string gone;

 private:
  std::string prefix_;
};

/// An event's number: where its entry is in the stream (milliseconds, count) and which of the entry's it is; 31 is the whole of a
/// dead one's.
class EventNumber {
 public:
  static constexpr int kDead = 31;

  explicit EventNumber(std::int64_t number) : number_(number) {}
  /// Of "1700000000000-0". Throws Error{kPermanent} for what is no such text, or beyond what a number holds.
  EventNumber(std::string_view entry, int index);

  std::int64_t value() const { return number_; }
  std::string Entry() const;
  int Index() const { return static_cast<int>(number_ & 31); }
  bool IsDead() const { return Index() == kDead; }
  /// The number of the entry's first event.
  std::int64_t First() const { return number_ & ~std::int64_t{31}; }

 private:
  std::int64_t number_ = 0;
};

/// An entry of a stream.
struct RedisEntry {
  std::string id;
  /// Empty when it was deleted meanwhile.
  std::map<std::string, std::string, std::less<>> fields;

  const std::string& Field(std::string_view name) const;
};
RedisEntry EntryOf(const RedisReply& item);
std::vector<RedisEntry> EntriesOf(const RedisReply& list);
std::optional<RedisEntry> ReadEntry(RedisConnection& redis, const std::string& key,
                                    const std::string& id);

/// When it came in; its place in the stream tells, where it does not say.
TimePoint ReceivedAt(const RedisEntry& entry);
/// Whether one of us checked the entry.
bool IsOurs(const RedisEntry& entry);
/// What the entry is: `admit` decides on a foreign one; without it, it has no entries.
Admission AdmissionOf(const RedisEntry& entry, const Admit& admit);
/// Its events, without attempts.
std::vector<EventRow> RowsOf(const RedisEntry& entry, const Delivery& delivery);
/// The event of an entry of the stream of dead ones.
EventRow DeadRowOf(const RedisEntry& entry);

/// Tries of an event as the hash holds them.
struct RedisAttempts {
  bool done = false;
  int attempts = 0;
  TimePoint not_before = {};
  std::string error = {};
};
RedisAttempts AttemptsOf(const RedisReply& reply);
std::string AttemptsField(const EventNumber& number);

/// Fields and values of the entry of one delivery.
RedisCommand FieldsOf(const Delivery& delivery, TimePoint received_at);

/// Appends unless the delivery is known: 1, or 0.
RedisCommand AppendCommand(const RedisKeys& keys, const Delivery& delivery, TimePoint received_at,
                           std::chrono::seconds window);
/// Claims a delivery id for a foreign entry: answers the entry that has it.
RedisCommand FirstCommand(const RedisKeys& keys, const RedisEntry& entry, const Delivery& delivery,
                          std::chrono::seconds window);
/// One event of an entry of `count` is done; with the last of them the entry goes.
RedisCommand DoneCommand(const RedisKeys& keys, const std::string& group, const EventNumber& number,
                         std::size_t count, TimePoint now);
RedisCommand RetryCommand(const RedisKeys& keys, const EventNumber& number,
                          const RedisAttempts& attempts);
/// Puts one event of an entry among the dead, unless it is done.
RedisCommand BuryCommand(const RedisKeys& keys, const std::string& group, const EventRow& row,
                         std::size_t count, const EventContent& content, TimePoint now,
                         std::int64_t max_dead);
/// Takes an event from the dead: 1, or 0 when it was not there.
RedisCommand ForgetDeadCommand(const RedisKeys& keys, const std::string& id, TimePoint now);

}  // namespace ocean::state
