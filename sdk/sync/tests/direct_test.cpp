// What an integration writes of its own accord.
#include "ocean/sync/direct.hpp"

#include "world.hpp"

namespace ocean::sync {
namespace {

const char* const kOpenThings = R"(
createMissingRelatedEntities: false
resources:
  - kind: thing
    selector: {query: .n < 100}
    port:
      entity:
        mappings:
          identifier: .id
          blueprint: '"thing"'
          title: .name
          properties: {n: .n}
          relations: {parent: .parent}
)";

/// Counts the entities that are sent.
class UpsertCount final : public http::Transport {
 public:
  http::Response Send(const http::WireRequest& request, const std::stop_token& stop) override {
    if (request.request.url.ends_with("/entities/bulk"))
      upserted += ParseJson(request.request.body).at("entities").size();
    return wire_->Send(request, stop);
  }
  std::size_t upserted = 0;

 private:
  const std::shared_ptr<http::Transport> wire_ = http::MakeCurlTransport();
};

struct DirectWorld : World {
  DirectWorld() : World(kOpenThings) {}
  LiveSync live{Parts(), {}};
  std::unique_ptr<DirectOperations> direct = MakeDirectOperations(live, {});
};

Json EntityOf(int n) {
  return {{"identifier", "t" + std::to_string(n)},
          {"blueprint", "thing"},
          {"title", "Thing " + std::to_string(n)},
          {"properties", {{"n", n}}}};
}

std::vector<Json> EntitiesOf(const std::vector<int>& numbers) {
  std::vector<Json> entities;
  for (const int n : numbers) entities.push_back(EntityOf(n));
  return entities;
}

std::vector<Json> ThingsOf(const std::vector<int>& numbers) {
  std::vector<Json> things;
  for (const int n : numbers) things.push_back(Thing(n));
  return things;
}

void CheckResult(const DirectResult& result, std::int64_t upserted, std::int64_t deleted) {
  CHECK(result.upserted == upserted);
  CHECK(result.deleted == deleted);
  CHECK(result.failures.empty());
}

using Names = std::vector<std::string>;

TEST_CASE("entities are registered, and unregistered where they are") {
  DirectWorld world;
  CheckResult(world.direct->Register(EntitiesOf({1, 2, 3})), 3, 0);
  CheckResult(world.direct->Register(EntitiesOf({2})), 1, 0);
  CHECK(world.Identifiers() == Names{"t1", "t2", "t3"});
  CHECK(world.Entity("t2")["properties"]["n"] == 2);
  CheckResult(world.direct->Unregister(EntitiesOf({2, 7})), 0, 1);
  CHECK(world.Identifiers() == Names{"t1", "t3"});
  CheckResult(world.direct->Register({}), 0, 0);
}

TEST_CASE("objects are mapped, and those that no selector takes are removed") {
  DirectWorld world;
  CheckResult(world.direct->RegisterRaw("thing", ThingsOf({1, 2, 3})), 3, 0);
  CHECK(world.Entity("t2")["title"] == "Thing 2");
  Json refused = Thing(2);
  refused["n"] = 1000;
  CheckResult(world.direct->RegisterRaw("thing", {refused, Thing(4)}), 1, 1);
  CheckResult(world.direct->UnregisterRaw("thing", ThingsOf({3, 9})), 0, 1);
  CHECK(world.Identifiers() == Names{"t1", "t4"});
  CheckResult(world.direct->RegisterRaw("nobody maps this", ThingsOf({5})), 0, 0);
}

TEST_CASE("W-24: of a difference the new and changed are upserted, and the gone are removed") {
  const auto transport = std::make_shared<UpsertCount>();
  World world(kOpenThings, transport);
  LiveSync live(world.Parts(), {});
  const auto direct = MakeDirectOperations(live, {});
  const bool raw = GENERATE(false, true);
  auto before = raw ? ThingsOf({1, 2, 3}) : EntitiesOf({1, 2, 3});
  auto after = raw ? ThingsOf({2, 3, 4}) : EntitiesOf({2, 3, 4});
  after[1][raw ? "name" : "title"] = "changed";
  const auto replace = [&](const std::vector<Json>& from, const std::vector<Json>& to) {
    return raw ? direct->UpdateDiffRaw("thing", from, to) : direct->UpdateDiff(from, to);
  };
  CheckResult(replace({}, before), 3, 0);
  transport->upserted = 0;
  CheckResult(replace(before, after), 2, 1);
  CHECK(transport->upserted == 2);
  CHECK(world.Identifiers() == Names{"t2", "t3", "t4"});
  CHECK(world.Entity("t3")["title"] == "changed");
  CheckResult(direct->UpdateDiffRaw("nobody maps this", ThingsOf({1}), ThingsOf({2})), 0, 0);
}

TEST_CASE("after a failure nothing is removed, and what failed is told") {
  DirectWorld world;
  world.direct->Register(EntitiesOf({1, 2}));
  Json refused = EntityOf(3);
  SECTION("of the catalog's") {
    refused["relations"] = {{"parent", "nobody"}};
  }
  SECTION("of an entity that is none") {
    refused.erase("identifier");
  }
  const DirectResult result = world.direct->UpdateDiff(EntitiesOf({1, 2}), {refused, EntityOf(4)});
  CHECK(result.upserted == 1);
  CHECK(result.deleted == 0);
  REQUIRE(result.failures.size() == 1);
  CHECK_THAT(result.failures[0],
             Catch::Matchers::Contains("t3") || Catch::Matchers::Contains("without identifier"));
  CHECK(world.Identifiers() == Names{"t1", "t2", "t4"});
}

TEST_CASE("an object that cannot be mapped removes nothing either") {
  DirectWorld world;
  world.direct->RegisterRaw("thing", ThingsOf({1, 2}));
  Json nameless = Thing(3);
  nameless["id"] = nullptr;
  const DirectResult result =
      world.direct->UpdateDiffRaw("thing", ThingsOf({1, 2}), {nameless, Thing(2)});
  CHECK(result.deleted == 0);
  REQUIRE(result.failures.size() == 1);
  CHECK_THAT(result.failures[0], Catch::Matchers::Contains("resource 0 (thing)"));
  CHECK(world.Identifiers() == Names{"t1", "t2"});
}

TEST_CASE("a resync compares what was written directly") {
  DirectWorld world;
  world.SetItems(ThingsOf({1, 2}));
  CHECK(world.Sync().outcome == Outcome::kComplete);
  Json other = EntityOf(1);
  other["title"] = "directly";
  world.direct->Register({other});
  CHECK(world.Entity("t1")["title"] == "directly");
  // The index has forgotten it: the source's word counts again.
  CHECK(world.Sync().blocks[0].updated == 1);
  CHECK(world.Entity("t1")["title"] == "Thing 1");
}

TEST_CASE(
    "what is there now keeps what it relates to, where that would be made anew or take it along") {
  const bool creates_missing = GENERATE(true, false);
  const bool is_required = GENERATE(true, false);
  World world(creates_missing ? kMapping : kOpenThings);
  world.Port().CreateBlueprint(
      {{"identifier", "part"},
       {"title", "Part"},
       {"schema", {{"properties", Json::object()}, {"required", Json::array()}}},
       {"relations", {{"of", {{"target", "thing"}, {"many", false}, {"required", is_required}}}}}});
  LiveSync live(world.Parts(), {});
  const auto direct = MakeDirectOperations(live, {});
  const Json thing = EntityOf(1);
  const Json part = {{"identifier", "p1"}, {"blueprint", "part"}, {"relations", {{"of", "t1"}}}};
  // Also where the part is sent before the thing that it misses.
  CheckResult(direct->Register({thing, part}), 2, 0);
  const bool keeps = creates_missing || is_required;
  CheckResult(direct->UpdateDiff({thing, part}, {part}), 0, keeps ? 0 : 1);
  CHECK(world.Identifiers("part") == Names{"p1"});
  CHECK(world.Identifiers().size() == (keeps ? 1 : 0));
  // Of what goes with it nothing is kept.
  CheckResult(direct->UpdateDiff({thing, part}, {}), 0, keeps ? 2 : 1);
}

}  // namespace
}  // namespace ocean::sync
