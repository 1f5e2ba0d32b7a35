#include "ocean/state/store.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <mutex>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "ocean/base/error.hpp"
#include "ocean/base/json.hpp"
#include "ocean/state/database.hpp"

namespace ocean::state {

namespace {

constexpr std::string_view kSchema1 = R"sql(
  CREATE TABLE reports (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    run_id TEXT NOT NULL UNIQUE,
    report TEXT NOT NULL
  );
  CREATE TABLE spilled (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    run_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    entity TEXT NOT NULL,
    spilled_at INTEGER NOT NULL DEFAULT (unixepoch())
  );
  CREATE INDEX spilled_by_run ON spilled (run_id, sequence);
)sql";

constexpr std::string_view kSchema2 = R"sql(
  CREATE TABLE notes (
    name TEXT PRIMARY KEY,
    text TEXT NOT NULL
  ) WITHOUT ROWID;
)sql";

// Pages stay until their portion is settled. Keys are hashes of 16 bytes, one behind the other.
constexpr std::string_view kSchema3 = R"sql(
  ALTER TABLE spilled ADD COLUMN portion INTEGER NOT NULL DEFAULT 0;
  CREATE TABLE checkpoint (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    run_id TEXT NOT NULL,
    context TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    started_by_catalog INTEGER
  );
  CREATE TABLE checkpoint_places (
    block INTEGER PRIMARY KEY,
    collection TEXT NOT NULL,
    cursor TEXT
  );
  CREATE TABLE checkpoint_pages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    block INTEGER NOT NULL,
    text BLOB NOT NULL
  );
  CREATE TABLE checkpoint_portions (
    id INTEGER PRIMARY KEY,
    block INTEGER NOT NULL,
    figures TEXT NOT NULL
  );
  CREATE TABLE checkpoint_keys (
    portion INTEGER NOT NULL,
    role INTEGER NOT NULL,
    blueprint TEXT NOT NULL,
    keys BLOB NOT NULL,
    PRIMARY KEY (portion, role, blueprint)
  ) WITHOUT ROWID;
  CREATE TABLE checkpoint_incomplete (
    block INTEGER PRIMARY KEY,
    reason TEXT NOT NULL
  );
  CREATE TABLE checkpoint_live (
    blueprint TEXT NOT NULL,
    identifier TEXT NOT NULL,
    PRIMARY KEY (blueprint, identifier)
  ) WITHOUT ROWID;
)sql";

// A page's text is a file; the row has the hash of it.
constexpr std::string_view kSchema4 = R"sql(
  DROP TABLE checkpoint_pages;
  CREATE TABLE checkpoint_pages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    block INTEGER NOT NULL,
    hash BLOB NOT NULL
  );
  DELETE FROM checkpoint;
)sql";

struct Spilled {
  std::int64_t sequence = 0;
  std::string reason;
  Json entity;
};

Database OpenStore(const std::filesystem::path& file) {
  Database database = Database::Open(file);
  database.Migrate({kSchema1, kSchema2, kSchema3, kSchema4});
  database.Execute("DELETE FROM spilled WHERE spilled_at < unixepoch() - 86400");
  return database;
}

}  // namespace

struct Store::Impl {
  explicit Impl(std::filesystem::path the_folder)
      : folder(std::move(the_folder)),
        database(OpenStore(folder / "state.db")),
        index(folder),
        checkpoint(database, mutex, folder / "pages") {}

  /// The oldest entity of the run after `sequence`.
  std::optional<Spilled> NextSpilled(const std::string& run_id, std::int64_t sequence) {
    const std::lock_guard lock(mutex);
    Statement statement = database.Prepare(
        "SELECT sequence, reason, entity FROM spilled WHERE run_id = ? AND sequence > ? "
        "ORDER BY sequence LIMIT 1");
    statement.Bind(1, run_id).Bind(2, sequence);
    if (!statement.Step()) return std::nullopt;
    return Spilled{statement.Int(0), std::string(statement.Text(1)),
                   ParseJson(statement.Text(2), "an entity in the state store")};
  }

  const std::filesystem::path folder;
  std::mutex mutex;
  Database database;
  ContentIndex index;
  Checkpoint checkpoint;
};

Store::Store(const std::filesystem::path& folder) : impl_(std::make_unique<Impl>(folder)) {}

Store::~Store() = default;

const std::filesystem::path& Store::folder() const {
  return impl_->folder;
}

std::shared_ptr<const void> Store::TakeTurn() const {
  const std::string name = impl_->folder / "run.lock";
  const std::shared_ptr<const int> file(
      new int(open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)), [](const int* descriptor) {
        close(*descriptor);
        delete descriptor;
      });
  if (*file >= 0 && flock(*file, LOCK_EX | LOCK_NB) == 0) return file;
  if (*file >= 0 && errno == EWOULDBLOCK) {
    throw Error(ErrorKind::kTransient,
                "another run is at work with the state folder " + impl_->folder.string() +
                    ": wait until it has ended, or give this one a folder of its own (state.path)");
  }
  throw Error(ErrorKind::kConfig,
              "cannot lock " + name + ": " + std::system_category().message(errno));
}

ContentIndex& Store::index() {
  return impl_->index;
}

Checkpoint& Store::checkpoint() {
  return impl_->checkpoint;
}

void Store::SaveReport(const std::string& run_id, const Json& report) {
  const std::lock_guard lock(impl_->mutex);
  Transaction transaction(impl_->database);
  impl_->database.Prepare("INSERT OR REPLACE INTO reports (run_id, report) VALUES (?, ?)")
      .Bind(1, run_id)
      .Bind(2, DumpJson(report))
      .Run();
  impl_->database
      .Prepare(
          "DELETE FROM reports WHERE sequence NOT IN (SELECT sequence FROM reports ORDER BY "
          "sequence DESC LIMIT ?)")
      .Bind(1, kKeptReports)
      .Run();
  transaction.Commit();
}

std::vector<Json> Store::RecentReports(std::size_t count) const {
  const std::lock_guard lock(impl_->mutex);
  std::vector<Json> reports;
  Statement statement =
      impl_->database.Prepare("SELECT report FROM reports ORDER BY sequence DESC LIMIT ?");
  statement.Bind(1, count);
  while (statement.Step())
    reports.push_back(ParseJson(statement.Text(0), "a report in the state store"));
  return reports;
}

void Store::SetNote(const std::string& name, const std::string& text) {
  const std::lock_guard lock(impl_->mutex);
  // Everything else in this file can be found out again; a note cannot.
  impl_->database.Execute("PRAGMA synchronous = FULL");
  impl_->database.Prepare("INSERT OR REPLACE INTO notes (name, text) VALUES (?, ?)")
      .Bind(1, name)
      .Bind(2, text)
      .Run();
  impl_->database.Execute("PRAGMA synchronous = NORMAL");
}

std::optional<std::string> Store::Note(const std::string& name) const {
  const std::lock_guard lock(impl_->mutex);
  Statement statement = impl_->database.Prepare("SELECT text FROM notes WHERE name = ?");
  if (!statement.Bind(1, name).Step()) return std::nullopt;
  return std::string(statement.Text(0));
}

void Store::DropNote(const std::string& name, const std::string& text) {
  const std::lock_guard lock(impl_->mutex);
  impl_->database.Prepare("DELETE FROM notes WHERE name = ? AND text = ?")
      .Bind(1, name)
      .Bind(2, text)
      .Run();
}

void Store::SpillEntity(const std::string& run_id, const std::string& reason, const Json& entity,
                        std::int64_t portion) {
  const std::string text = DumpJson(entity);
  const std::lock_guard lock(impl_->mutex);
  impl_->database
      .Prepare("INSERT INTO spilled (run_id, reason, entity, portion) VALUES (?, ?, ?, ?)")
      .Bind(1, run_id)
      .Bind(2, reason)
      .Bind(3, text)
      .Bind(4, portion)
      .Run();
}

void Store::VisitSpilled(const std::string& run_id,
                         const std::function<void(std::int64_t sequence, const std::string& reason,
                                                  const Json& entity)>& visit) const {
  std::int64_t sequence = 0;
  // The lock is not held while visiting: that may take long.
  while (const std::optional<Spilled> spilled = impl_->NextSpilled(run_id, sequence)) {
    sequence = spilled->sequence;
    visit(sequence, spilled->reason, spilled->entity);
  }
}

Json Store::SpilledEntity(std::int64_t sequence) const {
  const std::lock_guard lock(impl_->mutex);
  Statement statement = impl_->database.Prepare("SELECT entity FROM spilled WHERE sequence = ?");
  if (!statement.Bind(1, sequence).Step())
    throw Error(ErrorKind::kBug, "no entity is kept with the number " + std::to_string(sequence));
  return ParseJson(statement.Text(0), "an entity in the state store");
}

void Store::ForgetSpilled(const std::string& run_id) {
  const std::lock_guard lock(impl_->mutex);
  impl_->database.Prepare("DELETE FROM spilled WHERE run_id = ?").Bind(1, run_id).Run();
}

std::size_t Store::SpilledCount(const std::string& run_id) const {
  const std::lock_guard lock(impl_->mutex);
  Statement statement = impl_->database.Prepare("SELECT count(*) FROM spilled WHERE run_id = ?");
  statement.Bind(1, run_id).Step();
  return static_cast<std::size_t>(statement.Int(0));
}

}  // namespace ocean::state
