#include "ocean/sync/trial.hpp"

#include "ocean/base/error.hpp"
#include "ocean/catch.hpp"
#include "ocean/config/yaml.hpp"

namespace ocean::sync {
namespace {

using Catch::Matchers::Contains;

std::vector<Trial> Try(const std::string& mapping, const std::string& kind, const char* item) {
  return TryMapping(config::ParseYaml(mapping, "m"), {"issue", "user"}, kind, ParseJson(item));
}

constexpr const char* kMapping = R"(
resources:
  - kind: user
    selector: {query: 'true'}
    port: {entity: {mappings: {identifier: .id, blueprint: '"user"'}}}
  - kind: issue
    selector: {query: .type != "epic"}
    port: {entity: {mappings: {identifier: .key, blueprint: '"issue"', properties: {state: .sate, url: .url}}}}
)";

TEST_CASE("a trial shows the entity, and why a property is null") {
  const auto trials = Try(kMapping, "issue", R"({"key":"A-1","state":"open","url":"u"})");
  REQUIRE(trials.size() == 1);
  const Trial& trial = trials[0];
  CHECK(trial.resource == 1);
  CHECK(trial.outcome == Trial::Outcome::kMapped);
  CHECK(trial.entity.at("properties") == Json({{"state", nullptr}, {"url", "u"}}));
  REQUIRE(trial.leaves.size() == 4);
  CHECK(trial.leaves[2].path == "properties.state");
  CHECK(trial.leaves[2].expression == ".sate");
  CHECK(trial.leaves[2].reason == "`.sate`: no key `sate`; did you mean `state`?");
  CHECK(trial.leaves[3].value == "u");
  CHECK(trial.leaves[3].reason.empty());
  CHECK(trial.leaves[3].steps == ".url  →  \"u\"\n");
}

TEST_CASE("a trial says why an item is left out or cannot be mapped") {
  const Trial filtered = Try(kMapping, "issue", R"({"key":"A-1","type":"epic"})").at(0);
  CHECK(filtered.outcome == Trial::Outcome::kFiltered);
  CHECK_THAT(filtered.message, Contains(".type  →  \"epic\""));
  const Trial nameless = Try(kMapping, "issue", R"({"id":"A-1"})").at(0);
  CHECK(nameless.outcome == Trial::Outcome::kNoIdentifier);
  CHECK(nameless.leaves.at(0).reason == "`.key`: no key `key`");
  const Trial failed = Try(kMapping, "issue", R"({"key":["A-1"]})").at(0);
  CHECK(failed.outcome == Trial::Outcome::kFailed);
  CHECK_THAT(failed.message, Contains("identifier must be a string"));
}

TEST_CASE("a trial maps every element that itemsToParse takes from the item") {
  constexpr const char* kElements = R"(
resources:
  - kind: issue
    selector: {query: 'true'}
    port:
      itemsToParse: .comments
      entity: {mappings: {identifier: .item.id, title: .key, blueprint: '"comment"'}}
)";
  const auto trials =
      Try(kElements, "issue", R"({"key":"A-1","comments":[{"id":"1"},{"id":"2"}]})");
  REQUIRE(trials.size() == 2);
  CHECK(trials[1].entity.at("identifier") == "2");
  CHECK(trials[1].entity.at("title") == "A-1");
  CHECK(Try(kElements, "issue", R"({"key":"A-1","comments":[]})").empty());
  const auto wrong = Try(kElements, "issue", R"({"key":"A-1","comments":{"id":1}})");
  REQUIRE(wrong.size() == 1);
  CHECK(wrong[0].outcome == Trial::Outcome::kFailed);
  CHECK_THAT(wrong[0].message, Contains("itemsToParse gave object"));
}

TEST_CASE("a kind that the mapping does not have is an error, and so is a wrong mapping") {
  CHECK_THROWS_WITH(Try(kMapping, "isue", "{}"), Contains("did you mean \"issue\"?"));
  CHECK_THROWS_WITH(Try("resources: [{kind: issue}]", "issue", "{}"),
                    Contains("resources[0].selector.query"));
}

}  // namespace
}  // namespace ocean::sync
