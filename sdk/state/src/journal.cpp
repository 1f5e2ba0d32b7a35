#include "ocean/state/journal.hpp"

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <variant>

#include "journal_tables.hpp"
#include "ocean/base/error.hpp"
#include "ocean/base/hash.hpp"

namespace ocean::state {

namespace {

/// Bounds a transaction: answers wait for its end.
constexpr std::size_t kMaxBatch = 2048;
constexpr std::chrono::seconds kProbeInterval{1};
constexpr std::chrono::seconds kPruneInterval{10};

struct Incoming {
  Delivery delivery;
  Journal::Answer answer;
  TimePoint received_at;
  AppendOutcome outcome = AppendOutcome::kFailed;
};
struct Forget {
  std::vector<std::int64_t> sequences;
};
struct Attempt {
  std::int64_t sequence = 0;
  int attempts = 0;
  TimePoint not_before;
  bool dead = false;
  std::string error;
};
using Operation = std::variant<Incoming, Forget, Attempt>;

constexpr auto kStarting = "starting";

std::int64_t BytesOf(const Delivery& delivery) {
  return static_cast<std::int64_t>(delivery.body.size() + delivery.headers.size());
}

struct Usage {
  std::int64_t events = 0;
  std::int64_t bytes = 0;

  void Add(const Usage& more) {
    events += more.events;
    bytes += more.bytes;
  }
  void Subtract(const Usage& less) { Add({-less.events, -less.bytes}); }
};

Usage UsageOf(const Delivery& delivery) {
  const auto events = static_cast<std::int64_t>(delivery.entries.size());
  return {events, events * BytesOf(delivery)};
}

/// The 16 bytes by which a delivery is known again.
std::string DeliveryKey(const Delivery& delivery) {
  return HashPair(delivery.path, delivery.id).Hex();
}

/// Writes batches of operations; used by the writer's thread only.
class BatchWriter {
 public:
  BatchWriter(const JournalOptions& options, Clock& clock, const Logger& logger)
      : options_(options), clock_(clock), logger_(logger) {}

  /// All or nothing. Sets the outcomes of what is appended. Throws what Database throws; the next call opens the file anew.
  void Write(std::vector<Operation>& batch) {
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
    } catch (const Error&) {
      database_.reset();
      throw;
    }
  }

  /// Brings `usage` up to date with what the last call wrote, and with what other processes did meanwhile.
  void UpdateUsage(std::map<std::string, Usage>& usage) {
    if (usage_is_known_) {
      for (const auto& [path, change] : changes_) usage[path].Add(change);
    } else {
      usage = std::move(measured_);
    }
    usage_is_known_ = true;
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

  void Measure() {
    usage_is_known_ = false;
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
    for (const JournalEntry& entry : delivery.entries) {
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
        .Bind(1, DeliveryKey(incoming.delivery))
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
  bool usage_is_known_ = false;
  Duration next_prune_{};
};

/// Separates what must be told at once from what can wait for a better disk.
bool IsAppend(const Operation& operation) {
  return std::holds_alternative<Incoming>(operation);
}

}  // namespace

struct Journal::Impl {
  Impl(JournalOptions the_options, Clock& the_clock, Logger the_logger)
      : options(std::move(the_options)), clock(the_clock), logger(std::move(the_logger)) {
    thread = std::jthread([this](const std::stop_token& stop) { Run(stop); });
  }

  void Post(Operation operation);
  void Run(const std::stop_token& stop);
  std::vector<Operation> NextBatch(const std::stop_token& stop);
  void Write(BatchWriter& writer, std::vector<Operation>& batch, const std::stop_token& stop);
  void AnswerAll(std::vector<Operation>& batch) const;
  void NoteProblem(const std::string& news);

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
  Clock& clock;
  const Logger logger;

  mutable std::mutex mutex;
  std::condition_variable_any wake;
  std::deque<Operation> queue;
  std::size_t queued_appends = 0;
  /// Of each path: what is on disk, and what is on its way there.
  std::map<std::string, Usage> stored;
  std::map<std::string, Usage> coming;
  std::string problem = kStarting;
  std::function<void()> on_stored;

  std::mutex reader_mutex;
  std::optional<Database> reader;

  /// Last: it uses all of the above.
  std::jthread thread;
};

void Journal::Impl::Post(Operation operation) {
  {
    std::lock_guard lock(mutex);
    if (IsAppend(operation)) ++queued_appends;
    queue.push_back(std::move(operation));
  }
  wake.notify_all();
}

void Journal::Impl::Run(const std::stop_token& stop) {
  BatchWriter writer(options, clock, logger);
  std::vector<Operation> batch;
  // The first batch is empty: it opens the file, so that its state is known from the start.
  do {
    Write(writer, batch, stop);
    batch = NextBatch(stop);
  } while (!batch.empty() || !stop.stop_requested());
}

/// Waits for work; while something is wrong, for something new to store, or for the time of the next probe.
std::vector<Operation> Journal::Impl::NextBatch(const std::stop_token& stop) {
  std::unique_lock lock(mutex);
  if (problem.empty()) {
    wake.wait(lock, stop, [this] { return !queue.empty(); });
  } else {
    wake.wait_for(lock, stop, kProbeInterval, [this] { return queued_appends > 0; });
  }
  std::vector<Operation> batch;
  while (!queue.empty() && batch.size() < kMaxBatch) {
    if (IsAppend(queue.front())) --queued_appends;
    batch.push_back(std::move(queue.front()));
    queue.pop_front();
  }
  return batch;
}

void Journal::Impl::Write(BatchWriter& writer, std::vector<Operation>& batch,
                          const std::stop_token& stop) {
  std::string failure;
  try {
    writer.Write(batch);
  } catch (const Error& error) {
    failure = error.what();
  }
  NoteProblem(failure);
  {
    std::lock_guard lock(mutex);
    for (Operation& operation : batch) {
      auto* incoming = std::get_if<Incoming>(&operation);
      if (incoming == nullptr) continue;
      coming[incoming->delivery.path].Subtract(UsageOf(incoming->delivery));
      if (!failure.empty()) incoming->outcome = AppendOutcome::kFailed;
    }
    if (failure.empty()) writer.UpdateUsage(stored);
  }
  AnswerAll(batch);
  if (failure.empty() || stop.stop_requested()) return;
  // What was done stays to be written: else it would be done again after the next start.
  std::lock_guard lock(mutex);
  for (auto it = batch.rbegin(); it != batch.rend(); ++it) {
    if (!IsAppend(*it)) queue.push_front(std::move(*it));
  }
}

void Journal::Impl::AnswerAll(std::vector<Operation>& batch) const {
  bool any_stored = false;
  for (Operation& operation : batch) {
    auto* incoming = std::get_if<Incoming>(&operation);
    if (incoming == nullptr) continue;
    any_stored |= incoming->outcome == AppendOutcome::kStored;
    incoming->answer(incoming->outcome);
  }
  if (!any_stored) return;
  if (options.at_point) options.at_point("answered");
  std::function<void()> notify;
  {
    std::lock_guard lock(mutex);
    notify = on_stored;
  }
  if (notify) notify();
}

void Journal::Impl::NoteProblem(const std::string& news) {
  std::string before;
  {
    std::lock_guard lock(mutex);
    before = std::exchange(problem, news);
  }
  if (before == news) return;
  if (!news.empty()) {
    logger.Error("live events cannot be stored, and are refused: " + news);
  } else if (before != kStarting) {
    logger.Info("live events can be stored again");
  }
}

Journal::Journal(JournalOptions options, Clock& clock, Logger logger)
    : impl_(std::make_unique<Impl>(std::move(options), clock, std::move(logger))) {}

Journal::~Journal() = default;

void Journal::Append(Delivery delivery, Answer answer) {
  const Usage usage = UsageOf(delivery);
  {
    std::lock_guard lock(impl_->mutex);
    Usage& coming = impl_->coming[delivery.path];
    const Usage& stored = impl_->stored[delivery.path];
    const bool fits = stored.events + coming.events + usage.events <= impl_->options.max_events &&
                      stored.bytes + coming.bytes + usage.bytes <= impl_->options.max_bytes;
    if (fits) coming.Add(usage);
    if (!fits) delivery.entries.clear();
  }
  if (delivery.entries.empty()) return answer(AppendOutcome::kFull);
  impl_->Post(Incoming{std::move(delivery), std::move(answer), impl_->clock.Now()});
}

void Journal::Done(std::vector<std::int64_t> sequences) {
  impl_->Post(Forget{std::move(sequences)});
}

void Journal::Retry(std::int64_t sequence, int attempts, TimePoint not_before, std::string error) {
  impl_->Post(Attempt{sequence, attempts, not_before, false, std::move(error)});
}

void Journal::Bury(std::int64_t sequence, int attempts, std::string error) {
  impl_->Post(Attempt{sequence, attempts, {}, true, std::move(error)});
}

std::vector<EventRow> Journal::PendingAfter(std::int64_t sequence, std::size_t count) const {
  return impl_->Read([&](Database& database) {
    Statement statement = database.Prepare(
        "SELECT * FROM events WHERE dead = 0 AND sequence > ? ORDER BY sequence LIMIT ?");
    statement.Bind(1, sequence).Bind(2, count);
    return ReadRows(statement);
  });
}

std::optional<EventContent> Journal::Content(std::int64_t sequence) const {
  return impl_->Read([&](Database& database) { return ReadContent(database, sequence); });
}

std::vector<JournalCount> Journal::Counts() const {
  return impl_->Read([](Database& database) {
    Statement statement = database.Prepare(
        "SELECT path, sum(dead = 0), sum(iif(dead = 0, bytes, 0)), sum(dead = 1), "
        "min(iif(dead = 0, received_at, NULL)) FROM events GROUP BY path");
    std::vector<JournalCount> counts;
    while (statement.Step()) {
      JournalCount& count = counts.emplace_back(JournalCount{std::string(statement.Text(0)),
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
  std::lock_guard lock(impl_->mutex);
  return impl_->problem;
}

void Journal::OnStored(std::function<void()> notify) {
  std::lock_guard lock(impl_->mutex);
  impl_->on_stored = std::move(notify);
}

}  // namespace ocean::state
