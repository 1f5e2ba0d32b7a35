#include "ocean/state/database.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "ocean/base/error.hpp"
#include "ocean/base/hash.hpp"
#include "ocean/catch.hpp"

namespace ocean::state {
namespace {

/// A folder that goes away with the test.
struct Folder {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("ocean-state-" + RandomUuid());
  Folder() { std::filesystem::create_directories(path); }
  ~Folder() { std::filesystem::remove_all(path); }
};

std::int64_t Count(Database& database) {
  Statement statement = database.Prepare("SELECT count(*) FROM things");
  statement.Step();
  return statement.Int(0);
}

template <class Fn>
Error Caught(Fn&& fn) {
  try {
    fn();
  } catch (const Error& error) {
    return error;
  }
  FAIL("no error was thrown");
  return {ErrorKind::kBug, ""};
}

TEST_CASE("values come back as they went in") {
  Database database = Database::Open(":memory:");
  database.Execute("CREATE TABLE things (a, b, c, d, e)");
  const std::string text("zero\0inside", 11);
  database.Prepare("INSERT INTO things VALUES (?, ?, ?, ?, ?)")
      .Bind(1, text)
      .Bind(2, std::int64_t{1} << 62)
      .Bind(3, 0.1)
      .BindNull(4)
      .Bind(5, std::string_view())
      .Run();
  CHECK(database.Changes() == 1);
  CHECK(database.LastInsertId() == 1);
  Statement row = database.Prepare("SELECT * FROM things");
  REQUIRE(row.Step());
  CHECK(row.Text(0) == text);
  CHECK(row.Int(1) == std::int64_t{1} << 62);
  CHECK(row.Real(2) == 0.1);
  CHECK(row.IsNull(3));
  CHECK_FALSE(row.IsNull(4));
  CHECK(row.Text(4).empty());
  CHECK_FALSE(row.Step());
}

TEST_CASE("a statement can be run again, and is in use once at a time") {
  Database database = Database::Open(":memory:");
  database.Execute("CREATE TABLE things (a)");
  {
    Statement insert = database.Prepare("INSERT INTO things VALUES (?)");
    for (int i = 0; i < 3; ++i) insert.Bind(1, i).Run();
    const Error error = Caught([&] { database.Prepare("INSERT INTO things VALUES (?)"); });
    CHECK(error.kind() == ErrorKind::kBug);
  }
  database.Prepare("INSERT INTO things VALUES (?)").Bind(1, 3).Run();
  CHECK(Count(database) == 4);
}

TEST_CASE("a transaction without Commit leaves nothing") {
  Database database = Database::Open(":memory:");
  database.Execute("CREATE TABLE things (a)");
  {
    Transaction transaction(database);
    database.Execute("INSERT INTO things VALUES (1)");
    CHECK(Count(database) == 1);
  }
  CHECK(Count(database) == 0);
  {
    Transaction transaction(database);
    database.Execute("INSERT INTO things VALUES (1)");
    transaction.Commit();
  }
  CHECK(Count(database) == 1);
}

TEST_CASE("a process that dies in a transaction leaves what was committed, and only that") {
  const Folder folder;
  const auto file = folder.path / "deep" / "down" / "things.db";
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    Database database = Database::Open(file, Database::Durability::kFull);
    database.Execute("CREATE TABLE things (a); INSERT INTO things VALUES (1)");
    Transaction transaction(database);
    database.Execute("INSERT INTO things VALUES (2)");
    _exit(0);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  REQUIRE(status == 0);
  Database database = Database::Open(file);
  CHECK(Count(database) == 1);
}

TEST_CASE("a file that is no database is a configuration error that names it") {
  const Folder folder;
  const auto file = folder.path / "broken.db";
  std::ofstream(file) << std::string(8192, 'x');
  const Error error = Caught([&] { Database::Open(file); });
  CHECK(error.kind() == ErrorKind::kConfig);
  CHECK_THAT(error.what(), Catch::Contains(file.string()) && Catch::Contains("move the file away"));
  CHECK(Caught([&] { Database::OpenReadOnly(file); }).kind() == ErrorKind::kConfig);
}

TEST_CASE("a damaged page is a configuration error, not wrong data") {
  const Folder folder;
  const auto file = folder.path / "things.db";
  {
    Database database = Database::Open(file);
    database.Execute("CREATE TABLE things (a); INSERT INTO things VALUES (zeroblob(9000))");
    database.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
  }
  {
    std::fstream damaged(file, std::ios::in | std::ios::out | std::ios::binary);
    damaged.seekp(4096);
    damaged << std::string(4096, '\x7f');
  }
  const Error error = Caught([&] {
    Database database = Database::Open(file);
    Count(database);
  });
  CHECK(error.kind() == ErrorKind::kConfig);
  CHECK_THAT(error.what(), Catch::Contains(file.string()));
}

TEST_CASE("a folder that cannot be made is a configuration error") {
  const Folder folder;
  std::ofstream(folder.path / "file") << "not a folder";
  CHECK(Caught([&] { Database::Open(folder.path / "file" / "x.db"); }).kind() ==
        ErrorKind::kConfig);
}

TEST_CASE("wrong SQL is a bug, with the text in the message") {
  Database database = Database::Open(":memory:");
  const Error error = Caught([&] { database.Prepare("SELEKT 1"); });
  CHECK(error.kind() == ErrorKind::kBug);
  CHECK_THAT(error.what(), Catch::Contains("SELEKT 1"));
}

TEST_CASE("the schema is brought forward step by step, and a newer file is refused") {
  const Folder folder;
  const auto file = folder.path / "things.db";
  constexpr std::string_view kFirst = "CREATE TABLE things (a); INSERT INTO things VALUES (1)";
  constexpr std::string_view kSecond = "ALTER TABLE things ADD COLUMN b DEFAULT 7";
  Database::Open(file).Migrate({kFirst});
  {
    Database database = Database::Open(file);
    database.Migrate({kFirst, kSecond});
    database.Migrate({kFirst, kSecond});
    Statement row = database.Prepare("SELECT b FROM things");
    REQUIRE(row.Step());
    CHECK(row.Int(0) == 7);
  }
  const Error error = Caught([&] { Database::Open(file).Migrate({kFirst}); });
  CHECK(error.kind() == ErrorKind::kConfig);
  CHECK_THAT(error.what(), Catch::Contains("newer version"));
}

TEST_CASE("a step that fails leaves the version before it") {
  Database database = Database::Open(":memory:");
  CHECK_THROWS_AS(database.Migrate({"CREATE TABLE things (a)", "CREATE TABLE others (a); SELEKT"}),
                  Error);
  database.Migrate({"unused", "CREATE TABLE others (a)"});
  CHECK(Count(database) == 0);
}

TEST_CASE("a reader sees what a writer committed, and cannot write") {
  const Folder folder;
  const auto file = folder.path / "things.db";
  CHECK(Caught([&] { Database::OpenReadOnly(file); }).kind() == ErrorKind::kConfig);
  CHECK_FALSE(std::filesystem::exists(file));
  Database writer = Database::Open(file);
  writer.Execute("CREATE TABLE things (a)");
  Database reader = Database::OpenReadOnly(file);
  {
    Transaction transaction(writer);
    writer.Execute("INSERT INTO things VALUES (1)");
    CHECK(Count(reader) == 0);
    transaction.Commit();
  }
  CHECK(Count(reader) == 1);
  CHECK_THROWS_AS(reader.Execute("INSERT INTO things VALUES (2)"), Error);
}

}  // namespace
}  // namespace ocean::state
