#include "ocean/state/store.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "ocean/base/error.hpp"
#include "ocean/base/hash.hpp"
#include "ocean/base/json.hpp"
#include "ocean/catch.hpp"
#include "ocean/state/database.hpp"

namespace ocean::state {
namespace {

struct Folder {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("ocean-store-" + RandomUuid());
  ~Folder() { std::filesystem::remove_all(path); }
};

std::vector<std::string> Drain(Store& store, const std::string& run) {
  std::vector<std::string> seen;
  store.DrainEntities(run, [&](const std::string& reason, const Json& entity) {
    seen.push_back(reason + " " + GetString(entity, "identifier"));
  });
  return seen;
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

TEST_CASE("a report that is saved again replaces the first") {
  const Folder folder;
  Store store(folder.path);
  store.SaveReport("run", Json{{"outcome", "incomplete"}});
  store.SaveReport("run", Json{{"outcome", "complete"}});
  REQUIRE(store.RecentReports(5).size() == 1);
  CHECK(store.RecentReports(5)[0] == Json{{"outcome", "complete"}});
}

TEST_CASE("spilled entities come back in order, once, and per run") {
  const Folder folder;
  Store store(folder.path);
  store.SpillEntity("a", "dependency", Json{{"identifier", "1"}, {"title", "ünï"}});
  store.SpillEntity("b", "transient", Json{{"identifier", "2"}});
  store.SpillEntity("a", "transient", Json{{"identifier", "3"}});
  CHECK(store.SpilledCount("a") == 2);
  CHECK(Drain(store, "a") == std::vector<std::string>{"dependency 1", "transient 3"});
  CHECK(store.SpilledCount("a") == 0);
  CHECK(Drain(store, "a").empty());
  CHECK(store.SpilledCount("b") == 1);
}

TEST_CASE("what a visitor spills waits for the next call") {
  const Folder folder;
  Store store(folder.path);
  store.SpillEntity("run", "first", Json{{"identifier", "1"}});
  int visits = 0;
  store.DrainEntities("run", [&](const std::string&, const Json& entity) {
    ++visits;
    store.SpillEntity("run", "again", entity);
  });
  CHECK(visits == 1);
  CHECK(Drain(store, "run") == std::vector<std::string>{"again 1"});
}

TEST_CASE("an entity whose visitor throws stays, with those behind it") {
  const Folder folder;
  Store store(folder.path);
  for (const char* identifier : {"1", "2", "3"})
    store.SpillEntity("run", "r", Json{{"identifier", identifier}});
  const auto visit = [](const std::string&, const Json& entity) {
    if (GetString(entity, "identifier") == "2") throw Error(ErrorKind::kTransient, "no network");
  };
  CHECK_THROWS_WITH(store.DrainEntities("run", visit), "no network");
  CHECK(Drain(store, "run") == std::vector<std::string>{"r 2", "r 3"});
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
      store.DrainEntities(run, [](const std::string&, const Json&) {});
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
