#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ocean/catch.hpp"
#include "world.hpp"

namespace ocean::sync {
namespace {

/// Writes down the deletions in their order: blueprint and number of entities.
class NotesDeletions final : public http::Transport {
 public:
  http::Response Send(const http::WireRequest& wire, const std::stop_token& stop) override {
    constexpr std::string_view kBefore = "/blueprints/";
    constexpr std::string_view kBehind = "/bulk/entities/delete";
    const std::string& url = wire.request.url;
    if (url.ends_with(kBehind)) {
      const std::size_t begin = url.find(kBefore) + kBefore.size();
      deletions.emplace_back(url.substr(begin, url.size() - kBehind.size() - begin),
                             ParseJson(wire.request.body).at("entities").size());
    }
    return wire_->Send(wire, stop);
  }
  std::vector<std::pair<std::string, std::size_t>> deletions;

 private:
  const std::shared_ptr<http::Transport> wire_ = http::MakeCurlTransport();
};

const char* const kLevels = R"(
deleteDependentEntities: false
resources:
  - kind: area
    selector: {query: "true"}
    port: {entity: {mappings: {identifier: .id, blueprint: '"area"'}}}
  - kind: host
    selector: {query: "true"}
    port: {entity: {mappings: {identifier: .id, blueprint: '"host"', relations: {on: .on}}}}
  - kind: service
    selector: {query: "true"}
    port: {entity: {mappings: {identifier: .id, blueprint: '"service"', relations: {on: .on}}}}
)";

/// A service is on a host, and a host in an area; each requires what it is on. Of each there are so many as `counts` says at the time.
void AddLevels(World& world, const std::map<std::string, int>& counts) {
  const auto add = [&](const std::string& name, const std::string& target) {
    Json relations = Json::object();
    if (!target.empty())
      relations["on"] = {{"target", target}, {"many", false}, {"required", true}};
    world.Port().CreateBlueprint(
        {{"identifier", name},
         {"title", name},
         {"schema", {{"properties", Json::object()}, {"required", Json::array()}}},
         {"relations", std::move(relations)}});
    world.AddKind(name, [&counts, name, target](ResyncContext& ctx) {
      std::vector<Json> items;
      for (int i = 0; i < counts.at(name); ++i) {
        items.push_back(
            {{"id", name + std::to_string(i)}, {"on", target + std::to_string(i == 0 ? 0 : 1)}});
      }
      ctx.Emit(Batch(std::move(items)));
    });
  };
  add("area", "");
  add("host", "area");
  add("service", "host");
}

TEST_CASE("W-22: what requires others is deleted before them, level by level and in bulk") {
  const auto transport = std::make_shared<NotesDeletions>();
  World world(kLevels, transport);
  std::map<std::string, int> counts = {{"area", 2}, {"host", 2}, {"service", 151}};
  AddLevels(world, counts);
  REQUIRE(world.Sync().outcome == Outcome::kComplete);
  counts = {{"area", 1}, {"host", 1}, {"service", 1}};
  world.options.allow_delete = {"area", "host", "service"};
  const RunReport report = world.Sync();
  CHECK(report.outcome == Outcome::kComplete);
  CHECK(transport->deletions == std::vector<std::pair<std::string, std::size_t>>{
                                    {"service", 100}, {"service", 50}, {"host", 1}, {"area", 1}});
  for (const char* blueprint : {"area", "host", "service"})
    CHECK(world.Identifiers(blueprint) == std::vector<std::string>{blueprint + std::string("0")});
}

}  // namespace
}  // namespace ocean::sync
