#include "ocean/state/database.hpp"

#include <sqlite3.h>

#include <functional>
#include <map>
#include <utility>

#include "ocean/base/error.hpp"

namespace ocean::state {

namespace {

/// How long a statement waits for another connection's lock.
constexpr int kBusyTimeoutMs = 10'000;

ErrorKind KindOf(int code) {
  switch (code & 0xff) {
    case SQLITE_FULL:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_IOERR:
    case SQLITE_NOMEM:
      return ErrorKind::kTransient;
    case SQLITE_CANTOPEN:
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_AUTH:
      return ErrorKind::kConfig;
    default:
      return ErrorKind::kBug;
  }
}

std::string Remedy(int code) {
  switch (code & 0xff) {
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      return " (move the file away to start with an empty one)";
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
      return " (check that the folder exists and may be written)";
    case SQLITE_FULL:
      return " (free some disk space)";
    default:
      return "";
  }
}

}  // namespace

/// A compiled statement in the cache.
struct Statement::Entry {
  sqlite3_stmt* handle = nullptr;
  bool in_use = false;
};

struct Database::Impl {
  std::string file;
  sqlite3* handle = nullptr;
  /// Entries do not move: statements point to them.
  std::map<std::string, Statement::Entry, std::less<>> statements;

  Impl() = default;
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    for (auto& [sql, entry] : statements) sqlite3_finalize(entry.handle);
    sqlite3_close(handle);
  }

  [[noreturn]] void Fail(int code, std::string_view doing) const {
    const std::string reason = handle != nullptr ? sqlite3_errmsg(handle) : sqlite3_errstr(code);
    throw Error(KindOf(code), std::string(doing) + " " + file + ": " + reason + Remedy(code));
  }

  void Connect(int flags) {
    const int code = sqlite3_open_v2(file.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX, nullptr);
    if (code != SQLITE_OK) Fail(code, "opening");
    sqlite3_extended_result_codes(handle, 1);
    sqlite3_busy_timeout(handle, kBusyTimeoutMs);
  }

  void Run(std::string_view sql, std::string_view doing) {
    const int code = sqlite3_exec(handle, std::string(sql).c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) Fail(code, doing);
  }
};

Database::Database(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

Database Database::Open(const std::filesystem::path& file, Durability durability) {
  auto impl = std::make_unique<Impl>();
  impl->file = file.string();
  if (file != ":memory:" && file.has_parent_path()) {
    std::error_code failure;
    std::filesystem::create_directories(file.parent_path(), failure);
    if (failure) {
      throw Error(ErrorKind::kConfig,
                  "creating the folder " + file.parent_path().string() + ": " + failure.message());
    }
  }
  impl->Connect(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  impl->Run("PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON;", "opening");
  impl->Run(
      durability == Durability::kFull ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL",
      "opening");
  return Database(std::move(impl));
}

Database Database::OpenReadOnly(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) {
    throw Error(ErrorKind::kConfig, "opening " + file.string() + ": there is no such file");
  }
  auto impl = std::make_unique<Impl>();
  impl->file = file.string();
  // Reading a file in WAL mode needs its shared memory, which a read-only connection cannot create
  // when no writer has it open.
  impl->Connect(SQLITE_OPEN_READWRITE);
  impl->Run("PRAGMA query_only = ON; SELECT count(*) FROM sqlite_master", "opening");
  return Database(std::move(impl));
}

void Database::Migrate(std::initializer_list<std::string_view> steps) {
  const auto version = [this] {
    Statement statement = Prepare("PRAGMA user_version");
    statement.Step();
    return statement.Int(0);
  };
  const auto newest = static_cast<std::int64_t>(steps.size());
  while (version() < newest) {
    Transaction transaction(*this);
    // Another process may have taken the step while this one waited for the lock.
    const std::int64_t step = version();
    if (step >= newest) break;
    Execute(steps.begin()[step]);
    Execute("PRAGMA user_version = " + std::to_string(step + 1));
    transaction.Commit();
  }
  if (version() > newest) {
    throw Error(ErrorKind::kConfig, "opening " + impl_->file +
                                        ": it was written by a newer version (schema " +
                                        std::to_string(version()) + ", this program knows " +
                                        std::to_string(newest) + "); update the program");
  }
}

void Database::Execute(std::string_view sql) {
  impl_->Run(sql, "writing to");
}

Statement Database::Prepare(std::string_view sql) {
  auto found = impl_->statements.find(sql);
  if (found == impl_->statements.end()) {
    sqlite3_stmt* handle = nullptr;
    const int code = sqlite3_prepare_v3(impl_->handle, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
    if (code != SQLITE_OK) impl_->Fail(code, "preparing \"" + std::string(sql) + "\" on");
    found = impl_->statements.emplace(std::string(sql), Statement::Entry{handle}).first;
  }
  if (found->second.in_use) {
    throw Error(ErrorKind::kBug, "the statement \"" + std::string(sql) + "\" is in use already");
  }
  found->second.in_use = true;
  return Statement(*impl_, found->second);
}

std::int64_t Database::Changes() const {
  return sqlite3_changes64(impl_->handle);
}
std::int64_t Database::LastInsertId() const {
  return sqlite3_last_insert_rowid(impl_->handle);
}

Statement::Statement(Statement&& other) noexcept
    : database_(other.database_), entry_(std::exchange(other.entry_, nullptr)) {}

Statement::~Statement() {
  if (entry_ == nullptr) return;
  sqlite3_reset(entry_->handle);
  sqlite3_clear_bindings(entry_->handle);
  entry_->in_use = false;
}

Statement& Statement::Bind(int index, std::string_view value) {
  // An empty view may have no data; SQLite would take that for NULL.
  const char* data = value.data() != nullptr ? value.data() : "";
  const int code =
      sqlite3_bind_text64(entry_->handle, index, data, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  if (code != SQLITE_OK) database_->Fail(code, "binding a text for");
  return *this;
}

Statement& Statement::Bind(int index, std::int64_t value) {
  const int code = sqlite3_bind_int64(entry_->handle, index, value);
  if (code != SQLITE_OK) database_->Fail(code, "binding an integer for");
  return *this;
}

Statement& Statement::Bind(int index, double value) {
  const int code = sqlite3_bind_double(entry_->handle, index, value);
  if (code != SQLITE_OK) database_->Fail(code, "binding a number for");
  return *this;
}

Statement& Statement::BindBlob(int index, std::string_view bytes) {
  const char* data = bytes.data() != nullptr ? bytes.data() : "";
  const int code = sqlite3_bind_blob64(entry_->handle, index, data, bytes.size(), SQLITE_TRANSIENT);
  if (code != SQLITE_OK) database_->Fail(code, "binding bytes for");
  return *this;
}

Statement& Statement::BindNull(int index) {
  const int code = sqlite3_bind_null(entry_->handle, index);
  if (code != SQLITE_OK) database_->Fail(code, "binding nothing for");
  return *this;
}

bool Statement::Step() {
  const int code = sqlite3_step(entry_->handle);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  database_->Fail(code, "using");
}

void Statement::Run() {
  while (Step()) {
  }
  sqlite3_reset(entry_->handle);
  sqlite3_clear_bindings(entry_->handle);
}

bool Statement::IsNull(int column) const {
  return sqlite3_column_type(entry_->handle, column) == SQLITE_NULL;
}

std::string_view Statement::Text(int column) const {
  // Bytes of a text and of a blob alike; the order of the two calls is SQLite's.
  const void* data = sqlite3_column_blob(entry_->handle, column);
  const int size = sqlite3_column_bytes(entry_->handle, column);
  return data != nullptr
             ? std::string_view(static_cast<const char*>(data), static_cast<std::size_t>(size))
             : std::string_view();
}

std::int64_t Statement::Int(int column) const {
  return sqlite3_column_int64(entry_->handle, column);
}
double Statement::Real(int column) const {
  return sqlite3_column_double(entry_->handle, column);
}

Transaction::Transaction(Database& database) : database_(database) {
  database_.Execute("BEGIN IMMEDIATE");
}

Transaction::~Transaction() {
  if (!open_) return;
  try {
    database_.Execute("ROLLBACK");
  } catch (const Error&) {
    // SQLite has undone it already, because of the error that brought us here.
  }
}

void Transaction::Commit() {
  database_.Execute("COMMIT");
  open_ = false;
}

}  // namespace ocean::state
