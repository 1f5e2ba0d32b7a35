#include "ocean/state/store.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "faulty_disk.hpp"
#include "ocean/base/error.hpp"
#include "ocean/base/hash.hpp"
#include "ocean/base/json.hpp"
#include "ocean/catch.hpp"
#include "ocean/error_of.hpp"
#include "ocean/state/database.hpp"

namespace ocean::state {
namespace {

struct Folder {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("ocean-store-" + RandomUuid());
  ~Folder() { std::filesystem::remove_all(path); }
};

std::vector<std::string> Spilled(const Store& store, const std::string& run) {
  std::vector<std::string> spilled;
  store.VisitSpilled(run, [&](std::int64_t, const std::string& reason, const Json& entity) {
    spilled.push_back(reason + " " + GetString(entity, "identifier"));
  });
  return spilled;
}

TEST_CASE("reports come newest first, survive reopening, and only the newest stay") {
  const Folder folder;
  {
    Store store(folder.path);
    CHECK(store.RecentReports(5).empty());
    for (int i = 0; i < 60; ++i) store.SaveReport("run-" + std::to_string(i), Json{{"number", i}});
  }
  const Store store(folder.path);
  const std::vector<Json> reports = store.RecentReports(1000);
  REQUIRE(reports.size() == Store::kKeptReports);
  CHECK(reports.front() == Json{{"number", 59}});
  CHECK(reports.back() == Json{{"number", 10}});
  CHECK(store.RecentReports(2).size() == 2);
}

TEST_CASE("a note that is not on disk is not kept") {
  const Folder folder;
  test::FaultyDisk disk;
  Store store(folder.path);
  disk.syncs_fail = true;
  CHECK(testing::ErrorOf([&] { store.SetNote("due", "a"); }).starts_with("transient: "));
  CHECK_FALSE(store.Note("due"));
  disk.syncs_fail = false;
  store.SetNote("due", "b");
  CHECK(store.Note("due") == "b");
}

TEST_CASE("a note outlives the store, and is dropped only as it was read") {
  const Folder folder;
  Store(folder.path).SetNote("due", "a");
  Store store(folder.path);
  CHECK(store.Note("due") == "a");
  CHECK_FALSE(store.Note("other"));
  store.SetNote("due", "b");
  store.DropNote("due", "a");
  CHECK(store.Note("due") == "b");
  store.DropNote("due", "b");
  CHECK_FALSE(store.Note("due"));
}

TEST_CASE("a report that is saved again replaces the first") {
  const Folder folder;
  Store store(folder.path);
  store.SaveReport("run", Json{{"outcome", "incomplete"}});
  store.SaveReport("run", Json{{"outcome", "complete"}});
  REQUIRE(store.RecentReports(5).size() == 1);
  CHECK(store.RecentReports(5)[0] == Json{{"outcome", "complete"}});
}

TEST_CASE("spilled entities come back in order, per run, until they are forgotten") {
  const Folder folder;
  Store store(folder.path);
  store.SpillEntity("a", "dependency", Json{{"identifier", "1"}, {"title", "ünï"}});
  store.SpillEntity("b", "transient", Json{{"identifier", "2"}});
  store.SpillEntity("a", "transient", Json{{"identifier", "3"}});
  CHECK(store.SpilledCount("a") == 2);
  CHECK(Spilled(store, "a") == std::vector<std::string>{"dependency 1", "transient 3"});
  store.ForgetSpilled("a");
  CHECK(store.SpilledCount("a") == 0);
  CHECK(Spilled(store, "a").empty());
  CHECK(store.SpilledCount("b") == 1);
}

TEST_CASE("a spilled entity is found again by its number") {
  const Folder folder;
  Store store(folder.path);
  for (const char* identifier : {"1", "2"})
    store.SpillEntity("run", "r", Json{{"identifier", identifier}});
  std::vector<std::int64_t> numbers;
  store.VisitSpilled("run", [&](std::int64_t sequence, const std::string&, const Json&) {
    numbers.push_back(sequence);
  });
  REQUIRE(numbers.size() == 2);
  CHECK(store.SpilledEntity(numbers[1]) == Json{{"identifier", "2"}});
  CHECK(testing::ErrorOf([&] { store.SpilledEntity(numbers[1] + 1); }).starts_with("bug: "));
}

TEST_CASE("what a visitor throws passes, and nothing is forgotten") {
  const Folder folder;
  Store store(folder.path);
  store.SpillEntity("run", "r", Json{{"identifier", "1"}});
  const auto visit = [](std::int64_t, const std::string&, const Json&) {
    throw Error(ErrorKind::kTransient, "no network");
  };
  CHECK_THROWS_WITH(store.VisitSpilled("run", visit), "no network");
  CHECK(store.SpilledCount("run") == 1);
}

TEST_CASE("entities of a run that died are forgotten a day later") {
  const Folder folder;
  {
    Store(folder.path).SpillEntity("old", "r", Json::object());
  }
  CHECK(Store(folder.path).SpilledCount("old") == 1);
  Database::Open(folder.path / "state.db")
      .Execute("UPDATE spilled SET spilled_at = spilled_at - 90000");
  CHECK(Store(folder.path).SpilledCount("old") == 0);
}

TEST_CASE("a store that is no database is a configuration error") {
  const Folder folder;
  std::filesystem::create_directories(folder.path);
  std::ofstream(folder.path / "state.db") << std::string(4096, 'x');
  CHECK_THROWS_WITH(Store(folder.path), Catch::Contains("state.db"));
}

TEST_CASE("all operations may overlap") {
  const Folder folder;
  Store store(folder.path);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&store, run = "run-" + std::to_string(t)] {
      for (int i = 0; i < 50; ++i) store.SpillEntity(run, "r", Json{{"identifier", run}});
      store.VisitSpilled(run, [](std::int64_t, const std::string&, const Json&) {});
      store.ForgetSpilled(run);
      store.SaveReport(run, Json{{"run", run}});
      store.RecentReports(10);
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(store.RecentReports(10).size() == 4);
  CHECK(store.SpilledCount("run-0") == 0);
}

}  // namespace
}  // namespace ocean::state
