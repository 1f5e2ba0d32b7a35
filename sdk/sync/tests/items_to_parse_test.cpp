#include "items_to_parse.hpp"

#include "ocean/catch.hpp"

namespace ocean::sync {
namespace {

TEST_CASE("the path of the list is found where one leads there plainly") {
  const std::pair<const char*, std::optional<std::string>> cases[] = {
      {".comments", ".comments"},
      {".fields.subtasks", ".fields.subtasks"},
      {".a[0].b", ".a[0].b"},
      {".[\"my-key\"]", ".[\"my-key\"]"},
      {".comments // []", ".comments"},
      {".comments[]?", ".comments"},
      {".rows | map(select(.ok))", ".rows"},
      {". as $root | .rows", ".rows"},
      {". | .rows", ".rows"},
      {"(.rows | sort)", ".rows"},
      {"[.a[], .b[]]", std::nullopt},
      {".\"my-key\"", std::nullopt},
      {".a + .b", std::nullopt},
      {"(.rows", std::nullopt},
      {"[1, 2]", std::nullopt},
      {"", std::nullopt},
  };
  for (const auto& [expression, path] : cases) {
    INFO(expression);
    CHECK(SourcePath(expression) == path);
  }
}

std::vector<Json> Elements(const ItemsToParse& items, const char* item,
                           std::string* error = nullptr) {
  std::vector<Json> elements;
  jq::Budget budget;
  const std::string problem = ForEachElement(items, ParseJson(item), budget, [&](Json&& element) {
    elements.push_back(std::move(element));
  });
  if (error != nullptr) *error = problem;
  return elements;
}

TEST_CASE("W-43: each element goes with the item, without the list where that can be taken out") {
  const ItemsToParse plain{jq::Program::Compile(".rows"), "row",
                           jq::Program::Compile("del(.rows)")};
  CHECK(Elements(plain, R"({"id":1,"rows":[10,20]})") ==
        std::vector<Json>{ParseJson(R"({"id":1,"row":10})"), ParseJson(R"({"id":1,"row":20})")});

  const ItemsToParse joined{jq::Program::Compile("[.a[], .b[]]"), "item", {}};
  CHECK(Elements(joined, R"({"a":[1],"b":[2]})") ==
        std::vector<Json>{ParseJson(R"({"a":[1],"b":[2],"item":1})"),
                          ParseJson(R"({"a":[1],"b":[2],"item":2})")});
  CHECK(Elements(plain, R"({"rows":[]})").empty());
}

TEST_CASE("an item without a list is an error that says what came instead") {
  const ItemsToParse items{jq::Program::Compile(".rows"), "item", {}};
  std::string error;
  CHECK(Elements(items, R"({"rows":"x"})", &error).empty());
  CHECK(error == "itemsToParse gave string instead of a list");
  Elements(items, R"({"id":1})", &error);
  CHECK(error == "itemsToParse gave null instead of a list");
  Elements(items, "[1]", &error);
  CHECK_THAT(error, Catch::Matchers::Contains("itemsToParse failed"));
}

}  // namespace
}  // namespace ocean::sync
