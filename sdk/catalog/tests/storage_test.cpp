#include "storage.hpp"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <latch>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "api_error.hpp"
#include "api_fixture.hpp"
#include "documents.hpp"
#include "entity_rows.hpp"
#include "ocean/base/hash.hpp"
#include "ocean/catch.hpp"

namespace ocean::catalog {
namespace {

struct Folder {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("ocean-catalog-" + RandomUuid());
  ~Folder() { std::filesystem::remove_all(path); }
};

CatalogOptions At(const std::filesystem::path& file) {
  CatalogOptions options;
  options.file = file;
  return options;
}

TEST_CASE("what was written is there after reopening, blueprints included") {
  const Folder folder;
  {
    ApiFixture fixture(At(folder.path / "catalog.db"));
    fixture.Call(
        "POST /v1/blueprints",
        Json{{"identifier", "b"}, {"schema", {{"properties", {{"n", {{"type", "number"}}}}}}}});
    REQUIRE(fixture
                .Call("POST /v1/blueprints/b/entities",
                      Json{{"identifier", "x"}, {"properties", {{"n", 1}}}})
                .status == 201);
  }
  ApiFixture fixture(At(folder.path / "catalog.db"));
  CHECK(fixture.Call("GET /v1/blueprints/b/entities/x").status == 200);
  CHECK(fixture
            .Call("POST /v1/blueprints/b/entities",
                  Json{{"identifier", "y"}, {"properties", {{"n", "1"}}}})
            .status == 422);
}

TEST_CASE("a write that throws leaves nothing, and the next one works") {
  Storage storage(":memory:");
  const auto write_and_fail = [](state::Database& database) -> int {
    InternDatasource(database, "someone");
    throw Invalid("no");
  };
  CHECK_THROWS_AS(storage.Write(write_and_fail), ApiError);
  CHECK(storage.Read([](state::Database& database) { return Datasources(database).size(); }) == 0);
  storage.Rehearse([](state::Database& database) { return InternDatasource(database, "someone"); });
  CHECK(storage.Read([](state::Database& database) { return Datasources(database).size(); }) == 0);
  storage.Write([](state::Database& database) { return InternDatasource(database, "someone"); });
  CHECK(storage.Read([](state::Database& database) { return Datasources(database).size(); }) == 1);
}

TEST_CASE("a file that is no catalog is a configuration error") {
  const Folder folder;
  std::filesystem::create_directories(folder.path);
  std::ofstream(folder.path / "catalog.db") << std::string(4096, 'x');
  try {
    const Storage storage(folder.path / "catalog.db");
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::kConfig);
    CHECK_THAT(error.what(), Catch::Contains("catalog.db"));
  }
}

TEST_CASE("readers and writers may overlap") {
  const Folder folder;
  ApiFixture fixture(At(folder.path / "catalog.db"));
  fixture.Call("POST /v1/blueprints",
               Json{{"identifier", "b"}, {"relations", {{"next", {{"target", "b"}}}}}});
  std::vector<std::thread> threads;
  std::vector<int> failures(4);
  for (std::size_t t = 0; t < failures.size(); ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 30; ++i) {
        const std::string name = std::to_string(t) + "-" + std::to_string(i);
        const Json entity{{"identifier", name}, {"relations", {{"next", name + "n"}}}};
        const auto written = fixture.Call(
            "POST /v1/blueprints/b/entities/bulk?upsert=true&create_missing_related_entities=true",
            Json{{"entities", Json::array({entity})}});
        const auto read = fixture.Call("GET /v1/blueprints/b/entities/" + name);
        fixture.Call("PATCH /v1/blueprints/b", Json{{"title", name}});
        const auto deleted = fixture.Call("DELETE /v1/blueprints/b/entities/" + name);
        failures[t] += (written.status != 200) + (read.status != 200) + (deleted.status != 200);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(failures == std::vector<int>(4, 0));
  CHECK(fixture.api.storage().Read(
            [](state::Database& database) { return CountEntities(database, 3); }) == 120);
}

TEST_CASE("the change log keeps the newest records, and none when it is switched off") {
  for (const int kept : {0, 5}) {
    CatalogOptions options = ApiFixture::InMemory();
    options.changes_kept = kept;
    ApiFixture fixture(options);
    fixture.Call("POST /v1/blueprints", Json{{"identifier", "b"}});
    for (int i = 0; i < 8; ++i) {
      fixture.Call("POST /v1/blueprints/b/entities?upsert=true",
                   Json{{"identifier", "e"}, {"title", std::to_string(i)}});
    }
    const Json audits = ParseJson(fixture.Call("GET /v1/audit-log?limit=1000").body).at("audits");
    REQUIRE(audits.size() == static_cast<std::size_t>(kept));
    if (kept == 0) continue;
    CHECK(audits.front().at("diff").at("after").at("title") == "7");
    CHECK(audits.back().at("diff").at("before").at("title") == "2");
  }
}

TEST_CASE("a migration that was cut short is finished at the next start") {
  const Folder folder;
  const CatalogOptions options = At(folder.path / "catalog.db");
  {
    ApiFixture fixture(options);
    fixture.Call("POST /v1/blueprints", Json{{"identifier", "b"}});
    for (int i = 0; i < 5; ++i)
      fixture.Call("POST /v1/blueprints/b/entities", Json{{"identifier", "e" + std::to_string(i)}});
    const Json migration{{"id", "m"}, {"sourceBlueprint", "b"}, {"status", "RUNNING"}};
    fixture.api.storage().Write([&](state::Database& database) {
      SaveDocument(database, "migration", "m", migration);
      return true;
    });
  }
  ApiFixture fixture(options);
  fixture.api.migrations().WaitUntilIdle();
  CHECK(GetString(Get(ParseJson(fixture.Call("GET /v1/migrations/m").body), "migration"),
                  "status") == "COMPLETED");
  CHECK(ParseJson(fixture.Call("GET /v1/blueprints/b/entities").body).at("entities").empty());
}

TEST_CASE("a migration of what is gone fails, and the next one is done") {
  const Folder folder;
  const CatalogOptions options = At(folder.path / "catalog.db");
  {
    ApiFixture fixture(options);
    fixture.Call("POST /v1/blueprints", Json{{"identifier", "b"}});
    const std::map<std::string, std::string> blueprints = {{"m1", "gone"}, {"m2", "b"}};
    for (const auto& [id, blueprint] : blueprints) {
      const Json migration{{"id", id}, {"sourceBlueprint", blueprint}, {"status", "PENDING"}};
      fixture.api.storage().Write([&](state::Database& database) {
        SaveDocument(database, "migration", id, migration);
        return true;
      });
    }
  }
  ApiFixture fixture(options);
  fixture.api.migrations().WaitUntilIdle();
  const auto status = [&](const char* id) {
    const http::ServerResponse answer = fixture.Call(std::string("GET /v1/migrations/") + id);
    return GetString(Get(ParseJson(answer.body), "migration"), "status");
  };
  CHECK(status("m1") == "FAILURE");
  CHECK(status("m2") == "COMPLETED");
}

TEST_CASE("a listing in pages shows each entity once while others are written and deleted") {
  ApiFixture fixture;
  fixture.Call("POST /v1/blueprints", Json{{"identifier", "b"}});
  const auto write = [&](int number) {
    fixture.Call("POST /v1/blueprints/b/entities?upsert=true",
                 Json{{"identifier", "e" + std::to_string(number)}});
  };
  for (int i = 0; i < 10; ++i) write(i);
  fixture.clock.Advance(std::chrono::seconds(1));
  std::vector<std::string> seen;
  Json body{{"datasource_prefix", "port-ocean/"},
            {"datasource_suffix", "/exporter"},
            {"limit", 3},
            {"before", "2026-01-01T00:00:01Z"}};
  for (int page = 0; page < 10; ++page) {
    const Json answer =
        ParseJson(fixture.Call("POST /v1/blueprints/entities/datasource-entities", body).body);
    for (const Json& entity : answer.at("entities"))
      seen.push_back(GetString(entity, "identifier"));
    if (answer.at("next").is_null()) break;
    body["from"] = answer.at("next");
    fixture.Call("DELETE /v1/blueprints/b/entities/e" + std::to_string(page));
    write(100 + page);
  }
  CHECK(seen ==
        std::vector<std::string>{"e0", "e1", "e2", "e3", "e4", "e5", "e6", "e7", "e8", "e9"});
}

TEST_CASE("readings go on beside each other and beside a writing") {
  const Folder folder;
  Storage storage(folder.path / "catalog.db");
  std::latch all_read(3);
  const auto read = [&] {
    storage.Read([&](state::Database& database) {
      // None of them ends before all have begun.
      all_read.arrive_and_wait();
      return Datasources(database).size();
    });
  };
  storage.Write([&](state::Database& database) {
    InternDatasource(database, "someone");
    std::vector<std::jthread> readers;
    for (int i = 0; i < 3; ++i) readers.emplace_back(read);
    return true;
  });
  CHECK(storage.Read([](state::Database& database) { return Datasources(database).size(); }) == 1);
}

TEST_CASE("more readings than connections wait for each other") {
  const Folder folder;
  Storage storage(folder.path / "catalog.db");
  storage.Write([](state::Database& database) { return InternDatasource(database, "someone"); });
  std::atomic<std::size_t> found = 0;
  {
    std::vector<std::jthread> readers;
    for (int i = 0; i < 20; ++i) {
      readers.emplace_back([&] {
        found +=
            storage.Read([](state::Database& database) { return Datasources(database).size(); });
      });
    }
  }
  CHECK(found == 20);
}

TEST_CASE("an answer without bounds is refused, and its pages are given") {
  CatalogOptions options = ApiFixture::InMemory();
  options.max_answer_bytes = 1000;
  ApiFixture fixture(options);
  fixture.Call("POST /v1/blueprints", Json{{"identifier", "b"}});
  for (int i = 0; i < 20; ++i)
    fixture.Call("POST /v1/blueprints/b/entities", Json{{"identifier", "e" + std::to_string(i)}});
  const Json all{{"combinator", "and"}, {"rules", Json::array()}};
  for (const http::ServerResponse& answer : {fixture.Call("POST /v1/entities/search", all),
                                             fixture.Call("GET /v1/blueprints/b/entities")}) {
    CHECK(answer.status == 422);
    CHECK(GetString(ParseJson(answer.body), "error") == "answer_too_large");
    CHECK_THAT(GetString(ParseJson(answer.body), "message"),
               Catch::Matchers::Contains("limit, from"));
  }
  const auto page = fixture.Call("POST /v1/blueprints/b/entities/search", Json{{"limit", 20}});
  CHECK(page.status == 200);
  CHECK(ParseJson(page.body).at("entities").size() == 20);
}

}  // namespace
}  // namespace ocean::catalog
