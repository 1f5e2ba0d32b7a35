#pragma once
/// @file What came in and is not done yet: on disk before it is answered for.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ocean/base/clock.hpp"
#include "ocean/base/log.hpp"
#include "ocean/state/database.hpp"

namespace ocean::state {

/// Where the journal is in the state folder.
inline constexpr auto kJournalFile = "events.db";

/// On the way of an event: before and after it is written, before and after the commit, after the answer, before and after it is
/// marked as done, and after a failed attempt was written.
inline constexpr const char* kJournalPoints[] = {"append",   "appended", "commit", "committed",
                                                 "answered", "mark",     "marked", "attempted"};

struct JournalOptions {
  std::filesystem::path file = {};
  /// kNormal is for measuring what a sync costs: a crash of the machine loses what was answered.
  Database::Durability durability = Database::Durability::kFull;
  /// Of pending events of one path; beyond them nothing more is taken.
  std::int64_t max_events = 100'000;
  std::int64_t max_bytes = std::int64_t{256} * 1024 * 1024;
  /// Dead events that are kept; the oldest make room.
  std::int64_t max_dead = 10'000;
  /// How long a delivery is recognised when it comes again.
  std::chrono::seconds dedupe_window{3600};
  /// Told what the writer is about to do or has done, by one of kJournalPoints. For tests that stop there.
  std::function<void(std::string_view point)> at_point = {};
};

/// One event of a delivery: what one processor has to do about it.
struct JournalEntry {
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
  std::vector<JournalEntry> entries = {};
};

enum class AppendOutcome {
  kStored,     ///< on disk
  kDuplicate,  ///< a delivery with this id is on disk, or was within the window
  kFull,       ///< the path is at one of its limits
  kFailed,     ///< the disk did not take it: see Journal::problem
};

/// An event without its content.
struct EventRow {
  std::int64_t sequence = 0;
  std::string path;
  std::string processor;
  std::string key;
  std::string kinds;
  TimePoint received_at;
  int attempts = 0;
  TimePoint not_before;
  bool dead = false;
  /// Of the last attempt.
  std::string error;
  std::int64_t bytes = 0;
};

struct EventContent {
  std::string headers;
  std::string body;
};

/// How much waits on one path.
struct JournalCount {
  std::string path;
  std::int64_t pending = 0;
  std::int64_t pending_bytes = 0;
  std::int64_t dead = 0;
  /// When the oldest pending event came in.
  std::optional<TimePoint> oldest;
};

/// Keeps events from the moment they are answered for until they are done.
///
/// One thread writes: whatever waits for it goes into one transaction, so that one sync of the disk serves many requests. A
/// write that fails is told to those who wait for it; the thread tries again, opening the file anew, until the disk is well.
/// Sequences grow with the order of arrival; a replayed event gets a new one.
///
/// Errors    construction throws none: a file that cannot be used is a problem(), and heals when the file does. Reading throws
///           what Database throws
/// Threads   all operations may overlap; callbacks come from the writer's thread and must not wait
class Journal {
 public:
  Journal(JournalOptions options, Clock& clock, Logger logger);
  /// Writes what is queued, then ends.
  ~Journal();

  using Answer = std::function<void(AppendOutcome)>;
  /// Stores the delivery and then calls `answer`, once.
  void Append(Delivery delivery, Answer answer);

  /// These events are done and forgotten.
  void Done(std::vector<std::int64_t> sequences);
  /// The event is tried again, not before a time.
  void Retry(std::int64_t sequence, int attempts, TimePoint not_before, std::string error);
  /// The event is given up: it stays for people to look at.
  void Bury(std::int64_t sequence, int attempts, std::string error);

  /// Pending events after `sequence`, oldest first.
  std::vector<EventRow> PendingAfter(std::int64_t sequence, std::size_t count) const;
  /// Empty when the event is gone.
  std::optional<EventContent> Content(std::int64_t sequence) const;
  std::vector<JournalCount> Counts() const;

  /// Why nothing can be stored at present; empty when all is well.
  std::string problem() const;
  /// Called after each commit that added events.
  void OnStored(std::function<void()> notify);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The journal of an installation, for people: also while its process runs.
///
/// Errors    as Database
/// Threads   one thread at a time
class JournalDesk {
 public:
  /// Error{kConfig} when there is no such file.
  explicit JournalDesk(const std::filesystem::path& file);

  /// Oldest first, pending and dead.
  std::vector<EventRow> List() const;
  std::optional<EventRow> Find(std::int64_t sequence) const;
  std::optional<EventContent> Content(std::int64_t sequence) const;
  /// Puts an event at the end of what is pending, with all its attempts before it; returns its new sequence. Empty when there is none.
  std::optional<std::int64_t> Replay(std::int64_t sequence);
  /// False when there is none.
  bool Drop(std::int64_t sequence);

 private:
  mutable Database database_;
};

}  // namespace ocean::state
