#include "ocean/config/fields.hpp"

#include "ocean/base/error.hpp"
#include "ocean/catch.hpp"

using ocean::Json;
using ocean::ParseFields;
using ocean::Problems;

namespace {

struct ReleaseSelector {
  int concurrency = 10;
  static auto Describe() {
    return ocean::Fields<ReleaseSelector>().Add("concurrency", &ReleaseSelector::concurrency,
                                                "Projects read at once.", ocean::Range(1, 50));
  }
};

enum class Mode { kFast, kSafe };

struct Everything {
  bool flag = false;
  int small = 1;
  std::int64_t big = 2;
  double ratio = 0.5;
  std::string name = "n";
  ocean::Secret token;
  std::optional<std::string> maybe = "there";
  std::vector<std::string> tags = {"a"};
  std::chrono::seconds wait{60};
  std::chrono::milliseconds pause{250};
  Json anything;
  ReleaseSelector nested;
  std::vector<ReleaseSelector> many;
  std::map<std::string, int> counts;
  Mode mode = Mode::kSafe;
  std::string site_url;
  std::int64_t limit = 1024;
  static auto Describe();
};

}  // namespace

template <>
struct ocean::EnumNames<Mode> {
  static std::vector<std::pair<std::string, Mode>> Names() {
    return {{"fast", Mode::kFast}, {"safe", Mode::kSafe}};
  }
};

namespace {

auto Everything::Describe() {
  using S = Everything;
  return ocean::Fields<S>()
      .Add("flag", &S::flag, "A flag.")
      .Add("small", &S::small, "A small one.")
      .Add("big", &S::big, "A big one.")
      .Add("ratio", &S::ratio, "A share.", ocean::Range(0, 1))
      .Add("name", &S::name, "A name.", ocean::NotBlank())
      .Add("token", &S::token, "A token.")
      .Add("maybe", &S::maybe, "Null for none.")
      .Add("tags", &S::tags, "Tags.", ocean::MinItems(1), ocean::UniqueItems(),
           ocean::OneOf({"a", "b", "cc"}))
      .Add("wait", &S::wait, "A wait.")
      .Add("pause", &S::pause, "A pause.")
      .Add("anything", &S::anything, "Anything.")
      .Add("nested", &S::nested, "Nested.")
      .Add("many", &S::many, "Many.")
      .Add("counts", &S::counts, "Counts.")
      .Add("mode", &S::mode, "How.")
      .Add("siteUrl", &S::site_url, "Where.", ocean::Url())
      .Add("limit", &S::limit, "How much.", ocean::ByteUnits());
}

Everything Parse(const char* json) {
  Problems problems;
  auto result = ParseFields<Everything>(Json::parse(json), "s", problems);
  problems.ThrowIfAny("unexpected:");
  return result;
}

std::vector<std::string> ProblemsOf(const char* json) {
  Problems problems;
  ParseFields<Everything>(Json::parse(json), "s", problems);
  std::vector<std::string> lines;
  for (const auto& problem : problems.problems())
    lines.push_back(problem.path + ": " + problem.message);
  return lines;
}

struct Strict {
  std::string id;
  std::optional<int> count;
  static auto Describe() {
    return ocean::Fields<Strict>()
        .Add("objectId", &Strict::id, "Which.", ocean::Required())
        .Add("count", &Strict::count, "How many.", ocean::AtLeast(1));
  }
};

}  // namespace

TEST_CASE("What is not given keeps its default") {
  const Everything e = Parse("{}");
  CHECK(e.small == 1);
  CHECK(e.maybe == "there");
  CHECK(e.tags == std::vector<std::string>{"a"});
  CHECK(e.nested.concurrency == 10);
  CHECK(Parse("null").small == 1);
  CHECK(Parse(R"({"small": null, "tags": null})").small == 1);
}

TEST_CASE("Every member type is read") {
  const Everything e = Parse(R"({
    "flag": true, "small": -5, "big": 9007199254740993, "ratio": 1, "name": "x", "token": "t0ken", "maybe": null,
    "tags": ["b", "cc"], "wait": 5, "pause": 10, "anything": {"a": [1]}, "nested": {"concurrency": 3},
    "many": [{"concurrency": 4}, {}], "counts": {"x": 1, "yZ": 2}, "mode": "FAST", "site_url": "https://a.io//", "limit": "8MiB"
  })");
  CHECK(e.flag);
  CHECK(e.small == -5);
  CHECK(e.big == 9007199254740993);
  CHECK(e.ratio == 1.0);
  CHECK(e.token.Reveal() == "t0ken");
  CHECK_FALSE(e.maybe.has_value());
  CHECK(e.tags == std::vector<std::string>{"b", "cc"});
  CHECK(e.wait == std::chrono::seconds(5));
  CHECK(e.pause == std::chrono::milliseconds(10));
  CHECK(e.anything == Json{{"a", Json::array({1})}});
  CHECK(e.nested.concurrency == 3);
  REQUIRE(e.many.size() == 2);
  CHECK(e.many[0].concurrency == 4);
  CHECK(e.many[1].concurrency == 10);
  CHECK(e.counts == std::map<std::string, int>{{"x", 1}, {"yZ", 2}});
  CHECK(e.mode == Mode::kFast);
  CHECK(e.site_url == "https://a.io");
  CHECK(e.limit == 8 * 1024 * 1024);
}

TEST_CASE("Text that holds the value is accepted") {
  const Everything e = Parse(R"({
    "flag": "On", "small": " 7 ", "ratio": "0.25", "name": 12, "tags": "[\"a\",\"b\"]", "wait": "15m", "pause": "1.5s",
    "nested": "{\"concurrency\": \"4\"}", "limit": 5
  })");
  CHECK(e.flag);
  CHECK(e.small == 7);
  CHECK(e.ratio == 0.25);
  CHECK(e.name == "12");
  CHECK(e.tags == std::vector<std::string>{"a", "b"});
  CHECK(e.wait == std::chrono::minutes(15));
  CHECK(e.pause == std::chrono::milliseconds(1500));
  CHECK(e.nested.concurrency == 4);
  CHECK(e.limit == 5);
}

TEST_CASE("All problems are told together, each with its path, what was expected and what came") {
  CHECK(
      ProblemsOf(R"({
    "flag": "maybe", "small": 3000000000, "ratio": 1.5, "name": " ", "tags": ["a", "a"], "wait": "soon",
    "nested": {"concurrency": 51}, "many": [{}, {"concurency": 1}], "counts": {"x": "y"}, "mode": "fasst",
    "siteUrl": "http:///", "limit": "8 parsecs", "token": ["x"], "Name": 1
  })") ==
      std::vector<std::string>{
          R"(s.flag: expected true or false, got "maybe")",
          "s.small: expected an integer, got 3000000000",
          "s.ratio: must be 0 to 1, got 1.5",
          "s.name: must not be blank",
          R"(s.tags: has the same item twice: "a")",
          R"(s.wait: expected a number of seconds, or text with a unit such as 90s or 15m, got "soon")",
          "s.nested.concurrency: must be 1 to 50, got 51",
          "s.many[1].concurency: is not a known key; did you mean 'concurrency'?",
          R"(s.counts.x: expected an integer, got "y")",
          R"(s.mode: must be one of fast, safe, got "fasst"; did you mean 'fast'?)",
          R"(s.siteUrl: expected an absolute URL such as https://example.com, got "http:///")",
          R"(s.limit: expected a number of bytes, such as 8388608 or 8MiB, got "8 parsecs")",
          "s.token: expected text, got a list",
          "s.Name: is given twice, in two spellings",
      });
  CHECK(ProblemsOf(R"({"tags": []})") ==
        std::vector<std::string>{"s.tags: needs at least 1 item, got 0"});
  CHECK(ProblemsOf("[1]") == std::vector<std::string>{"s: expected an object, got a list"});
  CHECK(ProblemsOf(R"({"tags": ["xyz"], "small": 1.5})") ==
        std::vector<std::string>{R"(s.tags[0]: must be one of a, b, cc, got "xyz")",
                                 "s.small: expected an integer, got 1.5"});
}

TEST_CASE("Secrets are not shown, long values are cut") {
  CHECK(ProblemsOf(R"({"token": true})") ==
        std::vector<std::string>{"s.token: expected text, got a boolean that is not shown"});
  const std::string json = R"({"small": ")" + std::string(100, 'x') + R"("})";
  CHECK(ProblemsOf(json.c_str()).front().size() < 120);
}

TEST_CASE("Required fields, and what is done about unknown keys") {
  Problems problems;
  ParseFields<Strict>(Json::parse(R"({"count": 0, "objectID": null})"), "", problems);
  REQUIRE(problems.problems().size() == 2);
  CHECK(problems.problems()[0].path == "count");
  CHECK(problems.problems()[0].message == "must be at least 1, got 0");
  CHECK(problems.problems()[1].message == "is required");

  Problems warned;
  ParseFields<Strict>(Json::parse(R"({"object_id": "x", "coun": 1})"), "p", warned,
                      ocean::UnknownKeys::kWarn);
  CHECK(warned.empty());
  REQUIRE(warned.warnings().size() == 1);
  CHECK(warned.warnings()[0].path == "p.coun");
  CHECK(warned.warnings()[0].message == "is not a known key; did you mean 'count'?");
}

namespace {

struct Outer {
  Strict inner;
  std::optional<Strict> maybe;
  static auto Describe() {
    return ocean::Fields<Outer>()
        .Add("inner", &Outer::inner, "Always there.")
        .Add("maybe", &Outer::maybe, "May be missing.");
  }
};

}  // namespace

TEST_CASE("What a struct requires is missed when the struct itself is not given") {
  Problems problems;
  ParseFields<Outer>(Json::object(), "", problems);
  REQUIRE(problems.problems().size() == 1);
  CHECK(problems.problems()[0].path == "inner.objectId");
}

TEST_CASE("Heading and one line for each problem") {
  Problems problems;
  problems.ThrowIfAny("nothing");
  problems.Add("a.b", "is wrong");
  problems.Add("", "is all wrong");
  CHECK_THROWS_WITH(problems.ThrowIfAny("heading:"), "heading:\n  a.b: is wrong\n  is all wrong");
}

TEST_CASE("JSON Schema of a table") {
  CHECK(
      ocean::DumpJson(ocean::JsonSchemaOf<ReleaseSelector>()) ==
      R"({"type":"object","properties":{"concurrency":{"type":"integer","minimum":1,"maximum":50,)"
      R"("description":"Projects read at once.","default":10}},"additionalProperties":false})");
  const Json schema = ocean::JsonSchemaOf<Everything>();
  const Json& properties = schema["properties"];
  CHECK(properties["maybe"]["type"] == Json{"string", "null"});
  CHECK(properties["tags"]["items"] == Json{{"type", "string"}, {"enum", {"a", "b", "cc"}}});
  CHECK(properties["tags"]["minItems"] == 1);
  CHECK(properties["many"]["items"]["properties"]["concurrency"]["maximum"] == 50);
  CHECK(properties["counts"]["additionalProperties"] == Json{{"type", "integer"}});
  CHECK(properties["mode"]["default"] == "safe");
  CHECK(properties["token"].contains("default") == false);
  CHECK(ocean::JsonSchemaOf<Strict>()["required"] == Json::array({"objectId"}));
}

TEST_CASE("Labels for documentation") {
  const auto& infos = ocean::FieldsOf<Everything>().infos();
  const auto label = [&](const char* name) {
    const auto* field = ocean::config::FindField(infos, name);
    REQUIRE(field != nullptr);
    return ocean::config::TypeLabel(field->type) + "/" +
           ocean::config::ConstraintLabel(field->type);
  };
  CHECK(label("ratio") == "number/0 to 1");
  CHECK(label("tags") == "list of one of a, b, cc/at least 1 item, no item twice");
  CHECK(label("site_url") == "url/");
  CHECK(label("wait") == "duration/");
}

TEST_CASE("A table writes what it reads, and hides secrets") {
  Everything e;
  e.token = ocean::Secret("hidden");
  const Json json = ocean::FieldsOf<Everything>().ToJson(e);
  CHECK(json["token"] == "***");
  CHECK(json["wait"] == 60);
  CHECK(json["nested"] == Json{{"concurrency", 10}});
}
