#include "ocean/state/journal.hpp"

#include <map>
#include <mutex>
#include <utility>
#include <variant>

#include "event_writer.hpp"
#include "journal_tables.hpp"
#include "ocean/base/error.hpp"

namespace ocean::state {

namespace {

constexpr std::chrono::seconds kPruneInterval{10};

/// A batch is a transaction.
class Transactions : public BatchSink {
 public:
  Transactions(const JournalOptions& options, Clock& clock, const Logger& logger)
      : options_(options), clock_(clock), logger_(logger) {}

  /// Throws what Database throws; the next call opens the file anew.
  void Write(std::vector<Operation>& batch) override {
    try {
      Open();
      changes_.clear();
      Transaction transaction(*database_);
      const bool others_wrote = OthersWrote();
      for (Operation& operation : batch) {
        std::visit([this](auto& one) { Apply(one); }, operation);
      }
      Prune();
      if (others_wrote) Measure();
      Reached("commit");
      transaction.Commit();
      Reached("committed");
      UpdateUsage(others_wrote);
    } catch (const Error&) {
      database_.reset();
      throw;
    }
  }

  Usage Stored(const std::string& path) const override {
    std::lock_guard lock(mutex_);
    const auto found = usage_.find(path);
    return found != usage_.end() ? found->second : Usage{};
  }

 private:
  void Reached(std::string_view point) const {
    if (options_.at_point) options_.at_point(point);
  }

  void Open() {
    if (database_) return;
    Database database = OpenJournal(options_.file, options_.durability);
    // What a failed sync left in the log is in memory only, however well it reads: it goes to the disk before anybody relies on it.
    database.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
    database_.emplace(std::move(database));
    data_version_ = -1;
  }

  /// True when another connection has changed what is stored since the last call, and at first.
  bool OthersWrote() {
    Statement statement = database_->Prepare("PRAGMA data_version");
    statement.Step();
    return std::exchange(data_version_, statement.Int(0)) != statement.Int(0);
  }

  void UpdateUsage(bool is_measured) {
    std::lock_guard lock(mutex_);
    if (is_measured) usage_ = std::move(measured_);
    for (const auto& [path, change] : changes_) {
      if (!is_measured) usage_[path].Add(change);
    }
  }

  void Measure() {
    measured_.clear();
    Statement statement = database_->Prepare(
        "SELECT path, count(*), sum(bytes) FROM events WHERE dead = 0 GROUP BY path");
    while (statement.Step()) {
      measured_[std::string(statement.Text(0))] = {statement.Int(1), statement.Int(2)};
    }
  }

  void Apply(Incoming& incoming) {
    const Delivery& delivery = incoming.delivery;
    if (!delivery.id.empty() && !IsFirst(incoming)) {
      incoming.outcome = AppendOutcome::kDuplicate;
      return;
    }
    Reached("append");
    for (const EventEntry& entry : delivery.entries) {
      database_
          ->Prepare(
              "INSERT INTO events (path, processor, ordering_key, kinds, received_at, bytes) "
              "VALUES (?, ?, ?, ?, ?, ?)")
          .Bind(1, delivery.path)
          .Bind(2, entry.processor)
          .Bind(3, entry.key)
          .Bind(4, entry.kinds)
          .Bind(5, Micros(incoming.received_at))
          .Bind(6, BytesOf(delivery))
          .Run();
      database_->Prepare("INSERT INTO contents (sequence, headers, body) VALUES (?, ?, ?)")
          .Bind(1, database_->LastInsertId())
          .Bind(2, delivery.headers)
          .BindBlob(3, delivery.body)
          .Run();
    }
    changes_[delivery.path].Add(UsageOf(delivery));
    Reached("appended");
    incoming.outcome = AppendOutcome::kStored;
  }

  bool IsFirst(const Incoming& incoming) {
    const std::int64_t now = Micros(incoming.received_at);
    const std::int64_t window = std::chrono::microseconds(options_.dedupe_window).count();
    // One that was seen before the window counts as new, and from now on anew.
    database_
        ->Prepare(
            "INSERT INTO deliveries (id, seen_at) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET "
            "seen_at = ?2 WHERE seen_at < ?3")
        .Bind(1, DeliveryKey(incoming.delivery.path, incoming.delivery.id))
        .Bind(2, now)
        .Bind(3, now - window)
        .Run();
    return database_->Changes() > 0;
  }

  void Apply(const Forget& forget) {
    Reached("mark");
    for (const std::int64_t sequence : forget.sequences) {
      NoteGone(sequence);
      DeleteEvent(*database_, sequence);
    }
    Reached("marked");
  }

  /// Takes an event out of what is pending.
  void NoteGone(std::int64_t sequence) {
    Statement statement =
        database_->Prepare("SELECT path, bytes FROM events WHERE sequence = ? AND dead = 0");
    statement.Bind(1, sequence);
    if (statement.Step()) changes_[std::string(statement.Text(0))].Subtract({1, statement.Int(1)});
  }

  void Apply(const Attempt& attempt) {
    if (attempt.dead) NoteGone(attempt.sequence);
    database_
        ->Prepare(
            "UPDATE events SET attempts = ?, not_before = ?, dead = ?, error = ? "
            "WHERE sequence = ?")
        .Bind(1, attempt.attempts)
        .Bind(2, Micros(attempt.not_before))
        .Bind(3, attempt.dead ? 1 : 0)
        .Bind(4, attempt.error)
        .Bind(5, attempt.sequence)
        .Run();
    if (attempt.dead) DropOldestDead();
    Reached("attempted");
  }

  void DropOldestDead() {
    Statement statement = database_->Prepare(
        "SELECT sequence FROM events WHERE dead = 1 ORDER BY sequence DESC LIMIT -1 OFFSET ?");
    statement.Bind(1, options_.max_dead);
    std::vector<std::int64_t> surplus;
    while (statement.Step()) surplus.push_back(statement.Int(0));
    for (const std::int64_t sequence : surplus) {
      logger_.Warning("a dead event is dropped to make room for newer ones",
                      {{"event", std::to_string(sequence)}});
      DeleteEvent(*database_, sequence);
    }
  }

  void Prune() {
    const Duration now = clock_.Elapsed();
    if (now < next_prune_) return;
    next_prune_ = now + kPruneInterval;
    const TimePoint before = clock_.Now() - options_.dedupe_window;
    database_->Prepare("DELETE FROM deliveries WHERE seen_at < ?").Bind(1, Micros(before)).Run();
  }

  const JournalOptions& options_;
  Clock& clock_;
  const Logger& logger_;
  std::optional<Database> database_;
  std::int64_t data_version_ = -1;
  /// Of what is pending, by path: what the last batch changed or, where others wrote too, what there is.
  std::map<std::string, Usage> changes_;
  std::map<std::string, Usage> measured_;
  Duration next_prune_{};

  mutable std::mutex mutex_;
  std::map<std::string, Usage> usage_;
};

}  // namespace

struct Journal::Impl {
  Impl(JournalOptions the_options, Clock& clock, Logger the_logger)
      : options(std::move(the_options)),
        logger(std::move(the_logger)),
        transactions(options, clock, logger),
        writer(transactions,
               {.max_events = options.max_events,
                .max_bytes = options.max_bytes,
                .on_stored = [this] { NoteStored(); }},
               clock, logger) {}

  void NoteStored() const {
    if (options.at_point) options.at_point("answered");
    std::function<void()> notify;
    {
      std::lock_guard lock(mutex);
      notify = on_stored;
    }
    if (notify) notify();
  }

  /// Reads with a connection of its own, made anew after an error.
  template <class Work>
  auto Read(Work&& work) {
    std::lock_guard lock(reader_mutex);
    try {
      if (!reader) reader.emplace(Database::OpenReadOnly(options.file));
      return work(*reader);
    } catch (const Error&) {
      reader.reset();
      throw;
    }
  }

  const JournalOptions options;
  const Logger logger;

  mutable std::mutex mutex;
  std::function<void()> on_stored;

  std::mutex reader_mutex;
  std::optional<Database> reader;
  std::int64_t last_taken = 0;

  Transactions transactions;
  /// Last: its thread uses all of the above.
  EventWriter writer;
};

Journal::Journal(JournalOptions options, Clock& clock, Logger logger)
    : impl_(std::make_unique<Impl>(std::move(options), clock, std::move(logger))) {}

Journal::~Journal() = default;

void Journal::Append(Delivery delivery, Answer answer) {
  impl_->writer.Append(std::move(delivery), std::move(answer));
}

void Journal::Done(std::vector<std::int64_t> sequences) {
  impl_->writer.Post(Forget{std::move(sequences)});
}

void Journal::Retry(std::int64_t sequence, int attempts, TimePoint not_before, std::string error) {
  impl_->writer.Post(Attempt{sequence, attempts, not_before, false, std::move(error)});
}

void Journal::Bury(std::int64_t sequence, int attempts, std::string error) {
  impl_->writer.Post(Attempt{sequence, attempts, {}, true, std::move(error)});
}

std::vector<EventRow> Journal::Take(std::size_t count) {
  return impl_->Read([&](Database& database) {
    Statement statement = database.Prepare(
        "SELECT * FROM events WHERE dead = 0 AND sequence > ? ORDER BY sequence LIMIT ?");
    statement.Bind(1, impl_->last_taken).Bind(2, count);
    std::vector<EventRow> rows = ReadRows(statement);
    if (!rows.empty()) impl_->last_taken = rows.back().sequence;
    return rows;
  });
}

std::optional<EventContent> Journal::Content(std::int64_t sequence) const {
  return impl_->Read([&](Database& database) { return ReadContent(database, sequence); });
}

std::vector<EventCount> Journal::Counts() const {
  return impl_->Read([](Database& database) {
    Statement statement = database.Prepare(
        "SELECT path, sum(dead = 0), sum(iif(dead = 0, bytes, 0)), sum(dead = 1), "
        "min(iif(dead = 0, received_at, NULL)) FROM events GROUP BY path");
    std::vector<EventCount> counts;
    while (statement.Step()) {
      EventCount& count = counts.emplace_back(EventCount{std::string(statement.Text(0)),
                                                         statement.Int(1),
                                                         statement.Int(2),
                                                         statement.Int(3),
                                                         {}});
      if (!statement.IsNull(4)) count.oldest = TimePoint(Duration(statement.Int(4)));
    }
    return counts;
  });
}

std::string Journal::problem() const {
  return impl_->writer.problem();
}

void Journal::OnStored(std::function<void()> notify) {
  std::lock_guard lock(impl_->mutex);
  impl_->on_stored = std::move(notify);
}

}  // namespace ocean::state
