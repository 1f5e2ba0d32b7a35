#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "api_fixture.hpp"
#include "ocean/base/error.hpp"
#include "ocean/base/hash.hpp"
#include "ocean/catalog/catalog.hpp"
#include "ocean/catch.hpp"

namespace ocean::catalog {
namespace {

struct Folder {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("ocean-reader-" + RandomUuid());
  Folder() { std::filesystem::create_directories(path); }
  ~Folder() { std::filesystem::remove_all(path); }
};

ErrorKind KindOf(const std::filesystem::path& file) {
  try {
    const CatalogReader reader(file);
  } catch (const Error& error) {
    return error.kind();
  }
  FAIL("no error");
  return ErrorKind::kBug;
}

TEST_CASE("the reader sees what a running server has written") {
  const Folder folder;
  CatalogOptions options;
  options.file = folder.path / "catalog.db";
  ApiFixture fixture(options);
  const CatalogReader reader(options.file);
  CHECK(reader.Blueprints().empty());
  fixture.Call("POST /v1/blueprints", Json{{"identifier", "service"}, {"title", "Service"}});
  for (const char* identifier : {"b", "a", "c"}) {
    fixture.Call("POST /v1/blueprints/service/entities", Json{{"identifier", identifier}});
  }

  const auto blueprints = reader.Blueprints();
  REQUIRE(blueprints.size() == 1);
  CHECK(blueprints[0].blueprint == "service");
  CHECK(blueprints[0].title == "Service");
  CHECK(blueprints[0].entities == 3);

  std::vector<std::string> seen;
  reader.ForEachEntity(
      "service", [&](const Json& entity) { seen.push_back(GetString(entity, "identifier")); });
  CHECK(seen == std::vector<std::string>{"a", "b", "c"});
  CHECK(reader.Identifiers("service", 2) == std::vector<std::string>{"a", "b"});
  const auto answer = ParseJson(fixture.Call("GET /v1/blueprints/service/entities/a").body);
  CHECK(reader.Entity("service", "a") == Get(answer, "entity"));
  std::vector<std::string> changed;
  reader.ForEachChange("service", "", [&](const Json& change) {
    changed.push_back(DumpJson(change.at("context").at("entity")));
    return changed.size() < 3;
  });
  CHECK(changed == std::vector<std::string>{"\"c\"", "\"a\"", "\"b\""});
  reader.ForEachChange("service", "a", [&](const Json& change) {
    CHECK(change.at("action") == "CREATE");
    CHECK(change.at("diff").at("after").at("title") == "a");
    return true;
  });
  CHECK_FALSE(reader.Entity("service", "z").has_value());
  CHECK_FALSE(reader.Entity("nowhere", "a").has_value());
  CHECK(reader.Identifiers("nowhere", 5).empty());
}

TEST_CASE("no file, and a file of another kind, are configuration errors") {
  const Folder folder;
  CHECK(KindOf(folder.path / "none.db") == ErrorKind::kConfig);
  std::ofstream(folder.path / "text.db") << std::string(4096, 'x');
  CHECK(KindOf(folder.path / "text.db") == ErrorKind::kConfig);
  state::Database::Open(folder.path / "other.db").Execute("CREATE TABLE t (a)");
  CHECK(KindOf(folder.path / "other.db") == ErrorKind::kConfig);
}

}  // namespace
}  // namespace ocean::catalog
