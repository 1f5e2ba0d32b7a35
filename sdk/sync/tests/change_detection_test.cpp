#include "change_detection.hpp"

#include "ocean/base/json.hpp"
#include "ocean/catch.hpp"

namespace ocean::sync {
namespace {

struct Case {
  const char* what;
  const char* mapped;
  const char* stored;
  bool unchanged;
};

TEST_CASE("an entity is unchanged when sending it would change nothing") {
  const Case cases[] = {
      {"equal", R"({"title":"A","properties":{"x":1}})", R"({"title":"A","properties":{"x":1}})",
       true},
      {"title differs", R"({"title":"A"})", R"({"title":"B"})", false},
      {"null title stands for the identifier", R"({"identifier":"a","title":null})",
       R"({"title":"a"})", true},
      {"null title against another", R"({"identifier":"a","title":null})", R"({"title":"b"})",
       false},
      {"icon differs", R"({"icon":"Jira"})", R"({"icon":null})", false},
      {"property differs", R"({"properties":{"x":1}})", R"({"properties":{"x":2}})", false},
      {"integer and double of one value", R"({"properties":{"x":1}})",
       R"({"properties":{"x":1.0}})", true},
      {"null and absent", R"({"properties":{"x":null}})", R"({"properties":{}})", true},
      {"null against a value", R"({"properties":{"x":null}})", R"({"properties":{"x":"y"}})",
       false},
      {"a property that is not mapped", R"({"properties":{"x":1}})",
       R"({"properties":{"x":1,"y":2}})", true},
      {"order of members", R"({"properties":{"o":{"a":1,"b":2}}})",
       R"({"properties":{"o":{"b":2,"a":1}}})", true},
      {"order of a list", R"({"properties":{"l":[1,2]}})", R"({"properties":{"l":[2,1]}})", false},
      {"empty list is no null in a property", R"({"properties":{"l":[]}})",
       R"({"properties":{"l":null}})", false},
      {"empty relation and none", R"({"relations":{"r":[]}})", R"({"relations":{"r":null}})", true},
      {"relation differs", R"({"relations":{"r":"a"}})", R"({"relations":{"r":"b"}})", false},
      {"teams have no order", R"({"team":["b","a"]})", R"({"team":["a","b"]})", true},
      {"one team as a string", R"({"team":"a"})", R"({"team":["a"]})", true},
      {"team differs", R"({"team":["a"]})", R"({"team":["a","b"]})", false},
      {"no team and an empty list", R"({"team":null})", R"({"team":[]})", true},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    CHECK(IsUnchanged(ParseJson(c.mapped), ParseJson(c.stored)) == c.unchanged);
  }
}

TEST_CASE("the comparison asks for what the mapping sets, and no more") {
  config::Problems problems;
  const auto entity =
      EntityTemplate::Compile(ParseJson(R"({"identifier":".id","blueprint":"\"b\"","title":".t",
                    "properties":{"url":".u"},
                    "relations":{"owner":".o","found":{"combinator":"\"and\"","rules":[{"property":".p","operator":"\"=\"","value":".v"}]}}})"),
                              "m", {}, problems);
  REQUIRE(problems.empty());
  CHECK(FieldsToCompare(entity) == std::vector<std::string>{"blueprint", "identifier", "title",
                                                            "properties.url", "relations.owner"});
}

TEST_CASE("differences are those that a comparison sees, with both values") {
  const Json mapped =
      ParseJson(R"({"identifier": "a", "title": "new", "icon": "X", "team": ["q", "p"],
    "properties": {"same": 1, "n": 2, "gone": null}, "relations": {"owner": "ann", "none": []}})");
  const Json stored =
      ParseJson(R"({"identifier": "a", "title": "old", "icon": "X", "team": ["p", "q"],
    "properties": {"same": 1, "n": 1, "other": 5}, "relations": {"owner": null, "none": null}})");
  const auto differences = DifferencesOf(mapped, stored);
  Json found = Json::array();
  for (const FieldChange& one : differences) found.push_back({one.field, one.before, one.after});
  CHECK(
      found ==
      ParseJson(
          R"([["title", "old", "new"], ["properties.n", 1, 2], ["relations.owner", null, "ann"]])"));
  CHECK(DifferencesOf(mapped, mapped).empty());
}

}  // namespace
}  // namespace ocean::sync
