#pragma once
/// @file Where live events are between their answer and their effect.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ocean/base/clock.hpp"

namespace ocean::state {

/// One event of a delivery: what one processor has to do about it.
struct EventEntry {
  std::string processor;
  /// Events with the same processor and key are done in their order.
  std::string key;
  /// For lists; separated by commas.
  std::string kinds;
};

/// What one request brought.
struct Delivery {
  std::string path;
  /// Empty: never taken for a repetition.
  std::string id = {};
  /// A JSON object.
  std::string headers = "{}";
  std::string body = {};
  std::vector<EventEntry> entries = {};
};

enum class AppendOutcome {
  kStored,     ///< for good
  kDuplicate,  ///< a delivery with this id is stored, or was within the window
  kFull,       ///< the path is at one of its limits
  kFailed,     ///< it could not be stored, or perhaps was: see EventQueue::problem
};

/// An event without its content.
struct EventRow {
  /// Its number, by which people name it, too.
  std::int64_t sequence = 0;
  std::string path = {};
  std::string processor = {};
  std::string key = {};
  std::string kinds = {};
  TimePoint received_at = {};
  int attempts = 0;
  TimePoint not_before = {};
  bool dead = false;
  /// Of the last attempt.
  std::string error = {};
  std::int64_t bytes = 0;

  /// What must be handled in its order, one after the other.
  std::string Lane() const { return path + '\n' + processor + '\n' + key; }
};

struct EventContent {
  std::string headers;
  std::string body;
};

/// How much waits on one path.
struct EventCount {
  std::string path;
  std::int64_t pending = 0;
  std::int64_t pending_bytes = 0;
  std::int64_t dead = 0;
  /// When the oldest pending event came in.
  std::optional<TimePoint> oldest;
};

/// Keeps events from the moment they are answered for until they are done: a Journal, or a RedisQueue.
///
/// Errors    reading throws Error{kTransient | kConfig}; writing throws none: what cannot be written now is written later, and
///           what cannot be stored is told to who waits for it
/// Threads   all operations may overlap; callbacks come from threads of the queue and must not wait
class EventQueue {
 public:
  EventQueue() = default;
  EventQueue(const EventQueue&) = delete;
  EventQueue& operator=(const EventQueue&) = delete;
  virtual ~EventQueue() = default;

  using Answer = std::function<void(AppendOutcome)>;
  /// Stores the delivery and then calls `answer`, once.
  virtual void Append(Delivery delivery, Answer answer) = 0;

  /// These events are done and forgotten.
  virtual void Done(std::vector<std::int64_t> sequences) = 0;
  /// The event is tried again, not before a time.
  virtual void Retry(std::int64_t sequence, int attempts, TimePoint not_before,
                     std::string error) = 0;
  /// The event is given up: it stays for people to look at.
  virtual void Bury(std::int64_t sequence, int attempts, std::string error) = 0;

  /// Pending events that this process is to handle and was not given yet; those of one lane in their order.
  virtual std::vector<EventRow> Take(std::size_t count) = 0;
  /// Empty when the event is gone, or another process's.
  virtual std::optional<EventContent> Content(std::int64_t sequence) const = 0;
  virtual std::vector<EventCount> Counts() const = 0;

  /// Why nothing can be stored at present; empty when all is well.
  virtual std::string problem() const = 0;
  /// Called when there may be something to take.
  virtual void OnStored(std::function<void()> notify) = 0;
};

/// The events of an installation, for people: also while its processes run.
///
/// Threads   one thread at a time
class EventDesk {
 public:
  EventDesk() = default;
  EventDesk(const EventDesk&) = delete;
  EventDesk& operator=(const EventDesk&) = delete;
  virtual ~EventDesk() = default;

  /// Oldest first, pending and dead.
  virtual std::vector<EventRow> List() const = 0;
  virtual std::optional<EventRow> Find(std::int64_t sequence) const = 0;
  virtual std::optional<EventContent> Content(std::int64_t sequence) const = 0;
  /// Puts an event at the end of what is pending, with all its attempts before it; returns its new sequence. Empty when there is none.
  virtual std::optional<std::int64_t> Replay(std::int64_t sequence) = 0;
  /// False when there is none.
  virtual bool Drop(std::int64_t sequence) = 0;
};

}  // namespace ocean::state
