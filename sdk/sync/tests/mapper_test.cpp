#include "mapper.hpp"

#include <cmath>

#include "ocean/catch.hpp"
#include "ocean/config/yaml.hpp"

namespace ocean::sync {
namespace {

ResourceMapping Resource(const std::string& query, const std::string& mappings) {
  Kinds kinds;
  kinds.Add("k", {[](const Json&, const std::string&, config::Problems&) {},
                  [](const Json&, ResyncContext&) {}});
  Json config = {
      {"resources",
       Json::array({{{"kind", "k"},
                     {"selector", {{"query", query}}},
                     {"port", {{"entity", {{"mappings", config::ParseYaml(mappings, "m")}}}}}}})}};
  config::Problems problems;
  return std::move(ParseMapping(config, kinds, {}, problems).resources.front());
}

MapResult MapValue(const ResourceMapping& resource, const Json& item,
                   std::vector<std::string>* nulls = nullptr, const jq::Limits& limits = {}) {
  return Mapper(resource, limits).Map(item, {}, [&](std::size_t leaf, const jq::Result&) {
    if (nulls != nullptr) nulls->push_back(resource.entity.leaves()[leaf].path);
  });
}

MapResult MapOne(const ResourceMapping& resource, const char* item,
                 std::vector<std::string>* nulls = nullptr, const jq::Limits& limits = {}) {
  return MapValue(resource, ParseJson(item), nulls, limits);
}

TEST_CASE("an item becomes the entity that the mapping says") {
  const auto resource = Resource("true", R"(
identifier: .key
blueprint: '"issue"'
title: .summary
team: .team
properties: {url: .url, gone: .nothing, bad: .key | map(.)}
relations:
  project: .project
  owner: {combinator: '"and"', rules: [{property: '"$identifier"', operator: '"="', value: .owner}]}
)");
  std::vector<std::string> nulls;
  const MapResult result = MapOne(
      resource,
      R"({"key":"A-1","summary":"Größe","url":"u","project":"A","owner":"ann","team":["x"]})",
      &nulls);
  CHECK(result.outcome == MapOutcome::kMapped);
  CHECK(result.entity.blueprint == "issue");
  CHECK(result.entity.identifier == "A-1");
  CHECK(
      DumpJson(result.entity.body) ==
      R"({"identifier":"A-1","blueprint":"issue","title":"Größe","team":["x"],"properties":{"url":"u","gone":null,"bad":null},)"
      R"("relations":{"project":"A","owner":{"combinator":"and","rules":[{"property":"$identifier","operator":"=","value":"ann"}]}}})");
  CHECK(nulls == std::vector<std::string>{"properties.gone", "properties.bad"});
  CHECK(UsesSearch(result.entity.body));
}

TEST_CASE("W-01: all expressions run on the value that the item was parsed to") {
  // As text it would be null: whoever writes the item and reads it again finds no number.
  const Json item = {{"id", "x"}, {"n", std::nan("")}};
  const auto resource = Resource(".n | isnan", R"(
identifier: .id
blueprint: '"b"'
title: .n | isnan | tostring
properties: {a: .n | isnan, b: '[.n] | map(isnan) | all', c: '. as $all | $all.n | isnan'}
relations: {d: 'if .n | isnan then "nan" else "text" end'}
)");
  const MapResult result = MapValue(resource, item);
  CHECK(result.outcome == MapOutcome::kMapped);
  CHECK(
      DumpJson(result.entity.body) ==
      R"({"identifier":"x","blueprint":"b","title":"true","properties":{"a":true,"b":true,"c":true},)"
      R"("relations":{"d":"nan"}})");
}

TEST_CASE("the selector decides, and must decide by true or false") {
  const std::string mappings = "{identifier: .id, blueprint: '\"b\"'}";
  CHECK(MapOne(Resource(".n > 1", mappings), R"({"id":"x","n":2})").outcome == MapOutcome::kMapped);
  CHECK(MapOne(Resource(".n > 1", mappings), R"({"id":"x","n":1})").outcome ==
        MapOutcome::kFiltered);
  for (const char* query : {".n", "empty", "null", "error(\"no\")"}) {
    INFO(query);
    const MapResult result = MapOne(Resource(query, mappings), R"({"id":"x","n":1})");
    CHECK(result.outcome == MapOutcome::kFailed);
    CHECK_THAT(result.error, Catch::Matchers::StartsWith("selector.query"));
  }
}

TEST_CASE("an entity needs an identifier and a blueprint") {
  const auto resource = Resource("true", "{identifier: .id, blueprint: .bp}");
  for (const char* item :
       {R"({"id":null,"bp":"b"})", R"({"id":"","bp":"b"})", R"({"id":0,"bp":"b"})",
        R"({"id":false,"bp":"b"})", R"({"id":[],"bp":"b"})", R"({"id":"x"})"}) {
    INFO(item);
    CHECK(MapOne(resource, item).outcome == MapOutcome::kNoIdentifier);
  }
  const MapResult number = MapOne(resource, R"({"id":42,"bp":"b"})");
  CHECK(number.outcome == MapOutcome::kMapped);
  CHECK(number.entity.identifier == "42");
}

TEST_CASE("W-07: an entity of an impossible shape is the item's error, not the block's") {
  CHECK_THAT(MapOne(Resource("true", "{identifier: .id, blueprint: '\"b\"', icon: .icon}"),
                    R"({"id":"x","icon":{"a":1}})")
                 .error,
             Catch::Matchers::Contains("icon must be a string"));
  CHECK_THAT(
      MapOne(Resource("true", "{identifier: .id, blueprint: '\"b\"'}"), R"({"id":["x"]})").error,
      Catch::Matchers::Contains("identifier must be a string or a search query"));
}

TEST_CASE("W-06: an expression that does not end fails its item within the limit") {
  jq::Limits limits;
  limits.steps = 10'000;
  const auto resource =
      Resource("true", "{identifier: .id, blueprint: '\"b\"', title: 'last(repeat(.))'}");
  const MapResult result = MapOne(resource, R"({"id":"x"})", nullptr, limits);
  CHECK(result.outcome == MapOutcome::kFailed);
  CHECK_THAT(result.error, Catch::Matchers::StartsWith("title: "));
}

}  // namespace
}  // namespace ocean::sync
