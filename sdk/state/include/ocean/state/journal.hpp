#pragma once
/// @file The queue of live events of one process: on disk before they are answered for.

#include <chrono>
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
#include "ocean/state/event_queue.hpp"

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

/// The queue of one process, in its state folder.
///
/// One thread writes: whatever waits for it goes into one transaction, so that one sync of the disk serves many requests. A
/// write that fails is told to those who wait for it; the thread tries again, opening the file anew, until the disk is well.
/// Sequences grow with the order of arrival; a replayed event gets a new one.
///
/// Errors    construction throws none: a file that cannot be used is a problem(), and heals when the file does. Reading throws
///           what Database throws
class Journal : public EventQueue {
 public:
  Journal(JournalOptions options, Clock& clock, Logger logger);
  /// Writes what is queued, then ends.
  ~Journal() override;

  void Append(Delivery delivery, Answer answer) override;
  void Done(std::vector<std::int64_t> sequences) override;
  void Retry(std::int64_t sequence, int attempts, TimePoint not_before, std::string error) override;
  void Bury(std::int64_t sequence, int attempts, std::string error) override;
  std::vector<EventRow> Take(std::size_t count) override;
  std::optional<EventContent> Content(std::int64_t sequence) const override;
  std::vector<EventCount> Counts() const override;
  std::string problem() const override;
  void OnStored(std::function<void()> notify) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The journal of an installation, for people.
///
/// Errors    as Database
class JournalDesk : public EventDesk {
 public:
  /// Error{kConfig} when there is no such file.
  explicit JournalDesk(const std::filesystem::path& file);

  std::vector<EventRow> List() const override;
  std::optional<EventRow> Find(std::int64_t sequence) const override;
  std::optional<EventContent> Content(std::int64_t sequence) const override;
  std::optional<std::int64_t> Replay(std::int64_t sequence) override;
  bool Drop(std::int64_t sequence) override;

 private:
  mutable Database database_;
};

}  // namespace ocean::state
