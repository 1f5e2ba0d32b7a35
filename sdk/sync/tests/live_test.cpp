#include "ocean/sync/live.hpp"

#include <map>

#include "ocean/base/error.hpp"
#include "ocean/catalog/catalog.hpp"
#include "ocean/catch.hpp"
#include "ocean/config/yaml.hpp"
#include "ocean/error_of.hpp"
#include "ocean/testing/capture_log.hpp"
#include "ocean/testing/manual_clock.hpp"
#include "ocean/testing/temp_dir.hpp"

namespace ocean::sync {
namespace {

const char* const kBlueprint = R"({
  "identifier": "thing", "title": "Thing",
  "schema": {"properties": {"n": {"type": "number"}}, "required": []},
  "relations": {"parent": {"target": "thing", "many": false, "required": false}}})";

const char* const kMapping = R"(
createMissingRelatedEntities: false
resources:
  - kind: thing
    selector: {query: .open}
    port:
      entity:
        mappings: {identifier: .id, blueprint: '"thing"', properties: {n: .n}, relations: {parent: .parent}}
  - kind: thing
    selector: {query: .starred}
    port:
      entity:
        mappings: {identifier: .id, blueprint: '"thing"', properties: {n: .n}}
  - kind: list
    selector: {query: .item.open}
    port:
      itemsToParse: .items
      entity:
        mappings: {identifier: .item.id, blueprint: '"thing"'}
)";

class World {
 public:
  World() {
    for (const auto* kind : {"thing", "list"}) {
      kinds_.Add(kind, {[](const Json&, const std::string&, config::Problems&) {},
                        [](const Json&, ResyncContext&) {}});
    }
    port.CreateBlueprint(ParseJson(kBlueprint));
    port.CreateIntegration({{"config", config::ParseYaml(kMapping, "mapping")},
                            {"changelogDestination", Json::object()}});
  }

  LiveResult Apply(const std::vector<LiveChange>& changes) {
    return live.Apply(live.CurrentMapping(), changes, {});
  }
  /// Identifiers and numbers of what is in the catalog, whoever owns it.
  std::map<std::string, Json> Things() {
    std::map<std::string, Json> things;
    catalog::CatalogReader reader(folder_ / "catalog.db");
    reader.ForEachEntity("thing", [&](const Json& entity) {
      things[GetString(entity, "identifier")] = Get(Get(entity, "properties"), "n");
    });
    return things;
  }
  port::Client MakePort(const std::string& identifier) {
    return {{.base_url = catalog_->url(),
             .client_id = "id",
             .client_secret = Secret("secret"),
             .identity = {"test", "1.0.0", identifier}},
            {.transport = http::MakeCurlTransport(),
             .clock = Clock::System(),
             .logger = Logger::Null()}};
  }

 private:
  static std::unique_ptr<catalog::CatalogServer> Started(const std::filesystem::path& file) {
    auto server = std::make_unique<catalog::CatalogServer>(catalog::CatalogOptions{.file = file},
                                                           Clock::System(), Logger::Null());
    server->Start();
    return server;
  }

  testing::TempDir folder_;
  std::unique_ptr<catalog::CatalogServer> catalog_ = Started(folder_ / "catalog.db");
  Kinds kinds_;
  state::Store store_{folder_ / "state"};

 public:
  testing::ManualClock clock;
  port::Client port = MakePort("mine");
  LiveSync live{{port, store_, kinds_, clock, Logger::Null(), nullptr},
                {.mapping_ttl = std::chrono::seconds(60)}};
};

Json Thing(const std::string& id, int n, bool open = true) {
  return {{"id", id}, {"n", n}, {"open", open}, {"starred", false}, {"parent", nullptr}};
}

using Things = std::map<std::string, Json>;

TEST_CASE("a live event creates, changes and deletes") {
  World world;
  CHECK(world.Apply({{0, {Thing("a", 1), Thing("b", 1)}, {}}}).upserted == 2);
  CHECK(world.Things() == Things{{"a", 1}, {"b", 1}});
  CHECK(world.Apply({{0, {Thing("a", 2)}, {Thing("b", 1)}}}).deleted == 1);
  CHECK(world.Things() == Things{{"a", 2}});
  // Again, as after a crash: nothing is left to do, and that is well.
  const LiveResult again = world.Apply({{0, {Thing("a", 2)}, {Thing("b", 1)}}});
  CHECK(again.deleted == 0);
  CHECK(again.rejection.empty());
  CHECK(again.waits_for.empty());
  CHECK(world.Things() == Things{{"a", 2}});
}

TEST_CASE("an object that the selector refuses now is removed") {
  World world;
  world.Apply({{0, {Thing("a", 1)}, {}}});
  CHECK(world.Apply({{0, {Thing("a", 1, false)}, {}}}).deleted == 1);
  CHECK(world.Things().empty());
}

TEST_CASE("what one resource takes stays, whatever another says") {
  World world;
  world.Apply({{0, {Thing("a", 1)}, {}}});
  Json starred = Thing("a", 2, false);
  starred["starred"] = true;
  CHECK(world.Apply({{0, {starred}, {}}, {1, {starred}, {}}}).deleted == 0);
  CHECK(world.Things() == Things{{"a", 2}});
}

TEST_CASE("entities of others stay") {
  World world;
  port::Client other = world.MakePort("other");
  const port::Entity theirs{
      "thing", "a", {{"identifier", "a"}, {"blueprint", "thing"}, {"properties", {{"n", 7}}}}};
  other.Upsert(std::span(&theirs, 1), {}, {});
  CHECK(world.Apply({{0, {Thing("a", 1, false)}, {}}}).deleted == 0);
  CHECK(world.Apply({{0, {}, {Thing("a", 1)}}}).deleted == 0);
  CHECK(world.Things() == Things{{"a", 7}});
}

TEST_CASE("items to parse are taken apart for live events, too") {
  World world;
  const Json list = {{"items", {{{"id", "a"}, {"open", true}}, {{"id", "b"}, {"open", true}}}}};
  CHECK(world.Apply({{2, {list}, {}}}).upserted == 2);
  const Json changed = {{"items", {{{"id", "a"}, {"open", true}}, {{"id", "b"}, {"open", false}}}}};
  CHECK(world.Apply({{2, {changed}, {}}}).deleted == 1);
  CHECK(world.Things().size() == 1);
  CHECK(world.Apply({{2, {}, {list}}}).deleted == 1);
  CHECK(world.Things().empty());
}

TEST_CASE("W-15: what cannot be applied is told, and the rest is applied") {
  World world;
  SECTION("a selector that gives no boolean") {
    Json odd = Thing("a", 1);
    odd["open"] = "yes";
    const LiveResult result = world.Apply({{0, {odd, Thing("b", 1)}, {}}});
    CHECK_THAT(result.rejection,
               Catch::StartsWith("resource 0 (thing)") && Catch::Contains("true or false"));
  }
  SECTION("no identifier") {
    Json odd = Thing("a", 1);
    odd["id"] = nullptr;
    const LiveResult result = world.Apply({{0, {odd, Thing("b", 1)}, {}}});
    CHECK_THAT(result.rejection, Catch::Contains("without identifier"));
  }
  SECTION("an entity that the catalog refuses") {
    Json odd = Thing("a", 1);
    odd["n"] = "one";
    const LiveResult result = world.Apply({{0, {odd, Thing("b", 1)}, {}}});
    CHECK_THAT(result.rejection, Catch::Contains("thing \"a\""));
  }
  SECTION("a relation whose target is missing") {
    Json child = Thing("a", 1);
    child["parent"] = "not-there-yet";
    const LiveResult result = world.Apply({{0, {child, Thing("b", 1)}, {}}});
    CHECK(result.rejection == "");
    CHECK_THAT(result.waits_for, Catch::Contains("thing \"a\""));
  }
  CHECK(world.Things() == Things{{"b", 1}});
}

TEST_CASE("the mapping is fetched again when its time is over, and a wrong one is an error") {
  World world;
  CHECK(world.live.CurrentMapping().ResourcesOf("thing").size() == 2);
  CHECK(world.live.CurrentMapping().ResourcesOf("nothing").empty());
  world.port.PatchIntegrationConfig({{"resources", Json::array()}});
  CHECK(world.live.CurrentMapping().ResourcesOf("thing").size() == 2);
  world.clock.Advance(std::chrono::seconds(60));
  CHECK_THAT(testing::ErrorOf([&] { world.live.CurrentMapping(); }),
             Catch::StartsWith("config: ") && Catch::Contains("no resources"));
}

}  // namespace
}  // namespace ocean::sync
