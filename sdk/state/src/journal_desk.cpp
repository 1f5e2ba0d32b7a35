#include "journal_tables.hpp"
#include "ocean/base/error.hpp"

namespace ocean::state {

namespace {

Database OpenExisting(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) {
    throw Error(ErrorKind::kConfig,
                "there is no journal of live events at " + file.string() +
                    ": the integration has not run with webhooks, or state.path is another folder");
  }
  return OpenJournal(file, Database::Durability::kFull);
}

}  // namespace

JournalDesk::JournalDesk(const std::filesystem::path& file) : database_(OpenExisting(file)) {}

std::vector<EventRow> JournalDesk::List() const {
  Statement statement = database_.Prepare("SELECT * FROM events ORDER BY sequence");
  return ReadRows(statement);
}

std::optional<EventRow> JournalDesk::Find(std::int64_t sequence) const {
  Statement statement = database_.Prepare("SELECT * FROM events WHERE sequence = ?");
  statement.Bind(1, sequence);
  std::vector<EventRow> rows = ReadRows(statement);
  if (rows.empty()) return std::nullopt;
  return std::move(rows.front());
}

std::optional<EventContent> JournalDesk::Content(std::int64_t sequence) const {
  return ReadContent(database_, sequence);
}

std::optional<std::int64_t> JournalDesk::Replay(std::int64_t sequence) {
  Transaction transaction(database_);
  // A running process looks for events behind the last one that it knows.
  database_
      .Prepare(
          "INSERT INTO events (path, processor, ordering_key, kinds, received_at, bytes) "
          "SELECT path, processor, ordering_key, kinds, received_at, bytes FROM events "
          "WHERE sequence = ?")
      .Bind(1, sequence)
      .Run();
  if (database_.Changes() == 0) return std::nullopt;
  const std::int64_t replayed = database_.LastInsertId();
  database_.Prepare("UPDATE contents SET sequence = ?1 WHERE sequence = ?2")
      .Bind(1, replayed)
      .Bind(2, sequence)
      .Run();
  DeleteEvent(database_, sequence);
  transaction.Commit();
  return replayed;
}

bool JournalDesk::Drop(std::int64_t sequence) {
  if (!Find(sequence)) return false;
  Transaction transaction(database_);
  DeleteEvent(database_, sequence);
  transaction.Commit();
  return true;
}

}  // namespace ocean::state
