#pragma once
/// @file SQLite, as little of it as we use.

#include <concepts>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

namespace ocean::state {

class Statement;

/// One connection to a SQLite file, in WAL mode, with foreign keys on and a busy time-out.
///
/// Errors    Error{kTransient} for a full disk, a lock that stays, an I/O error; Error{kConfig}
/// when the file cannot be
///           opened or is no database; both name the file. Error{kBug} for SQL that is wrong
/// Threads   one thread at a time
class Database {
 public:
  enum class Durability {
    kFull,    ///< a commit is on disk when it returns
    kNormal,  ///< a crash of the machine may lose the last commits, never the file
  };

  /// Creates the file and its folder when missing; ":memory:" keeps everything in memory.
  static Database Open(const std::filesystem::path& file,
                       Durability durability = Durability::kNormal);
  /// Opens what is there for reading, also while another process writes to it. Error{kConfig} when there is no such file.
  static Database OpenReadOnly(const std::filesystem::path& file);
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;
  ~Database();

  /// Brings the schema to the version `steps.size()`: step i leads from version i to i + 1. Each step is one transaction and
  /// is never changed once released. Error{kConfig} when the file is newer than that.
  void Migrate(std::initializer_list<std::string_view> steps);

  /// Runs one or more statements that return nothing.
  void Execute(std::string_view sql);
  /// Statements are compiled once and kept; the returned handle is reset when it goes out of scope.
  /// One text can be in use once at a time: Error{kBug} otherwise.
  Statement Prepare(std::string_view sql);
  /// Rows changed by the last statement.
  std::int64_t Changes() const;
  std::int64_t LastInsertId() const;

 private:
  friend class Statement;
  struct Impl;
  explicit Database(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// A compiled statement with its parameters (numbered from 1) and its current row (columns from 0).
///
/// Lifetime  borrows the database; texts that Text() returns live until the next Step
class Statement {
 public:
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  Statement& Bind(int index, std::string_view value);
  Statement& Bind(int index, std::int64_t value);
  Statement& Bind(int index, std::integral auto value) {
    return Bind(index, static_cast<std::int64_t>(value));
  }
  Statement& Bind(int index, double value);
  Statement& BindBlob(int index, std::string_view bytes);
  Statement& BindNull(int index);

  /// Goes to the next row; false when there is none.
  bool Step();
  /// Steps to the end, and can be bound and run again.
  void Run();

  bool IsNull(int column) const;
  std::string_view Text(int column) const;
  std::int64_t Int(int column) const;
  double Real(int column) const;

 private:
  friend class Database;
  struct Entry;
  Statement(Database::Impl& database, Entry& entry) : database_(&database), entry_(&entry) {}
  Database::Impl* database_;
  /// Empty after a move.
  Entry* entry_;
};

/// A transaction that is undone unless Commit was called. It takes the right to write at once.
class Transaction {
 public:
  explicit Transaction(Database& database);
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();
  void Commit();

 private:
  Database& database_;
  bool open_ = true;
};

}  // namespace ocean::state
