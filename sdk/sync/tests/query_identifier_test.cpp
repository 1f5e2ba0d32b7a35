#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "ocean/catch.hpp"
#include "world.hpp"

namespace ocean::sync {
namespace {

/// Lists what is owned whenever it was written, so that nothing but having been seen protects an entity.
class ListsAll final : public http::Transport {
 public:
  http::Response Send(const http::WireRequest& wire, const std::stop_token& stop) override {
    if (!wire.request.url.ends_with("/datasource-entities")) return wire_->Send(wire, stop);
    http::WireRequest changed = wire;
    Json query = ParseJson(wire.request.body);
    query.erase("before");
    changed.request.body = DumpJson(query);
    return wire_->Send(changed, stop);
  }

 private:
  const std::shared_ptr<http::Transport> wire_ = http::MakeCurlTransport();
};

const char* const kByQuery = R"(
resources:
  - kind: thing
    selector: {query: "true"}
    port:
      entity:
        mappings:
          identifier:
            combinator: '"and"'
            rules: [{property: '"name"', operator: '"="', value: .name}]
          blueprint: '"thing"'
          properties: {n: .n}
)";

TEST_CASE("W-51: what a query found is seen, and is not taken for gone") {
  World world(kMapping, std::make_shared<ListsAll>());
  world.Sync();
  world.SetMapping(kByQuery);
  std::vector<Json> things = Things(24);
  SECTION("all were found: what the source no longer has goes, and nothing else") {
    world.SetItems(things);
    const RunReport report = world.Sync();
    CheckIdentities(report);
    CHECK(report.outcome == Outcome::kComplete);
    CHECK(report.blocks[0].updated == 24);
    CHECK(report.blueprints[0].seen == 24);
    CHECK(report.blueprints[0].deleted == 1);
    const auto left = world.Identifiers();
    CHECK(left.size() == 24);
    CHECK(std::find(left.begin(), left.end(), "t24") == left.end());
  }
  SECTION("one was not: which it is cannot be told, and all stay") {
    things[3]["name"] = "renamed";
    world.SetItems(things);
    const RunReport report = world.Sync();
    CheckIdentities(report);
    CHECK(report.outcome == Outcome::kIncomplete);
    CHECK(report.blocks[0].rejected == 1);
    CHECK_THAT(report.blocks[0].reason, Catch::Matchers::Contains("addressed by a query"));
    CHECK(report.blueprints[0].deleted == 0);
    CHECK(report.blueprints[0].held_back == 2);
    CHECK(world.Identifiers().size() == 25);
  }
}

}  // namespace
}  // namespace ocean::sync
