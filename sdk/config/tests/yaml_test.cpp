#include "ocean/config/yaml.hpp"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <limits>
#include <random>

#include "ocean/base/error.hpp"
#include "ocean/base/json.hpp"
#include "ocean/catch.hpp"

using ocean::Json;
using ocean::config::EmitYaml;
using ocean::config::ParseYaml;

namespace {

std::string ErrorOf(const std::string& text) {
  try {
    ParseYaml(text, "f.yaml");
  } catch (const ocean::Error& error) {
    CHECK(error.kind() == ocean::ErrorKind::kConfig);
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("Plain scalars are typed by the core schema") {
  const std::pair<const char*, const char*> vectors[] = {
      {"true", "true"},
      {"True", "true"},
      {"FALSE", "false"},
      {"tRUE", "\"tRUE\""},
      {"yes", "\"yes\""},
      {"No", "\"No\""},
      {"on", "\"on\""},
      {"off", "\"off\""},
      {"y", "\"y\""},
      {"null", "null"},
      {"~", "null"},
      {"", "null"},
      {"NULL", "null"},
      {"nUll", "\"nUll\""},
      {"none", "\"none\""},
      {"0", "0"},
      {"-0", "0"},
      {"42", "42"},
      {"+42", "42"},
      {"-17", "-17"},
      {"010", "10"},
      {"0o17", "15"},
      {"0x1F", "31"},
      {"0xfg", "\"0xfg\""},
      {"0b101", "\"0b101\""},
      {"1_000", "\"1_000\""},
      {"1:30", "\"1:30\""},
      {"9223372036854775807", "9223372036854775807"},
      {"-9223372036854775808", "-9223372036854775808"},
      {"18446744073709551615", "18446744073709551615"},
      {"1.5", "1.5"},
      {"-1.5e3", "-1500.0"},
      {".5", "0.5"},
      {"5.", "5.0"},
      {"1e3", "1000.0"},
      {"1e", "\"1e\""},
      {".", "\".\""},
      {"1.2.3", "\"1.2.3\""},
      {"-", "[null]"},
      {"2024-01-02", "\"2024-01-02\""},
      {"2001-12-14t21:59:43.10-05:00", "\"2001-12-14t21:59:43.10-05:00\""},
      {"'42'", "\"42\""},
      {"\"true\"", "\"true\""},
      {"'null'", "\"null\""},
      {"''", "\"\""},
      {"!!str 42", "\"42\""},
      {"!!int '42'", "42"},
      {"!!float 1", "1.0"},
      {"! 42", "\"42\""},
      {"\"a\\u00e9\\n\"", "\"aé\\n\""},
      {"|\n  12\n", "\"12\\n\""},
      {"hello world", "\"hello world\""},
      {"{a: 1, b: [x, 2]}", R"({"a":1,"b":["x",2]})"},
      {"on: 1\ntrue: 2\n3: x", R"({"on":1,"true":2,"3":"x"})"},
      {"key:", R"({"key":null})"},
      {"# only a comment", "null"},
      {"--- 1\n", "1"},
  };
  for (const auto& [yaml, json] : vectors) {
    CAPTURE(yaml);
    CHECK(ocean::DumpJson(ParseYaml(yaml, "f.yaml")) == json);
  }
}

TEST_CASE("Anchors, aliases and merge keys") {
  const Json value = ParseYaml(R"(
base: &base {a: 1, b: 2}
more: &more {b: 3, c: 4}
one:
  <<: *base
  b: 9
after: {b: 8, <<: *base}
list: {<<: [*base, *more]}
quoted: {'<<': 1}
text: &t hello
again: [*t, *t]
*t : key
)",
                               "f.yaml");
  CHECK(value["one"] == Json{{"a", 1}, {"b", 9}});
  CHECK(value["after"] == Json{{"a", 1}, {"b", 8}});
  CHECK(value["list"] == Json{{"a", 1}, {"b", 2}, {"c", 4}});
  CHECK(value["quoted"] == Json{{"<<", 1}});
  CHECK(value["again"] == Json{"hello", "hello"});
  CHECK(value["hello"] == "key");
}

TEST_CASE("Bad YAML names file, line and column") {
  const std::pair<const char*, const char*> vectors[] = {
      {"a: 1\nb: 2\na: 3\n", "f.yaml:3:1: the key 'a' is given twice in the same mapping"},
      {"x:\n  k: 1\n  k: 1\n", "f.yaml:3:3: the key 'k' is given twice in the same mapping"},
      {"a: [1, 2\n", "f.yaml:2:1: end of sequence flow not found"},
      {"a: b: c\n", "f.yaml:1:5: illegal map value"},
      {"a: *nope\n", "f.yaml:1:4: the referenced anchor is not defined"},
      {"a: 1\n---\nb: 2\n", "f.yaml:2:1: a second document begins here; one is expected"},
      {"? [a, b]\n: 1\n", "f.yaml:1:3: a key must be text, not a collection"},
      {"~: 1\n", "f.yaml:1:1: a key is missing, or is null: quote it"},
      {"a: .inf\n",
       "f.yaml:1:4: the number .inf cannot be expressed in JSON; quote it when it is meant as "
       "text"},
      {"a: 1e999\n",
       "f.yaml:1:4: the number 1e999 cannot be expressed in JSON; quote it when it is meant as "
       "text"},
      {"a: !secret x\n", "f.yaml:1:4: the tag !secret is not supported"},
      {"a: !!int x\n", "f.yaml:1:4: 'x' cannot be read as !!int"},
      {"a: {<<: 1}\n", "f.yaml:1:9: << takes a mapping, or a list of mappings"},
      {"a: &x [*x]\n", "f.yaml:1:8: the alias stands inside its own anchor"},
      {"a: 1\nb: \x04\nc: 2\n", "f.yaml:2:4: a control character stands here"},
      {"a: 1\nb: \xff\n", "f.yaml:2:1: this line is not UTF-8"},
      {"a:\n\tb: 1\n", "f.yaml:2:3: illegal map value"},
  };
  for (const auto& [yaml, message] : vectors) {
    CAPTURE(yaml);
    CHECK(ErrorOf(yaml) == message);
  }
}

TEST_CASE("Nesting and alias expansion are bounded") {
  CHECK_THAT(ErrorOf(std::string(400, '[') + std::string(400, ']')),
             Catch::Matchers::Contains("nested deeper than 200 levels"));
  CHECK_THAT(ErrorOf(std::string(20'000, '[')), Catch::Matchers::Contains("f.yaml:1:"));
  CHECK(ParseYaml(std::string(150, '[') + std::string(150, ']'), "f.yaml").is_array());

  std::string bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string below = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 10; ++j) bomb += (j == 0 ? "" : ",") + below;
    bomb += "]\n";
  }
  CHECK_THAT(ErrorOf(bomb), Catch::Matchers::Contains("more than 1000000 values"));
}

TEST_CASE("Files: YAML, JSON, and what cannot be read") {
  const auto folder = std::filesystem::temp_directory_path() / "ocean_yaml_test";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "a.yaml") << "\xEF\xBB\xBF"
                                      "a: 1\r\nb: x\r\n";
  std::ofstream(folder / "a.json") << R"({"a":1})";
  std::ofstream(folder / "bad.json") << "{\"a\":\n1,}";
  CHECK(ocean::config::LoadYamlFile(folder / "a.yaml") == Json{{"a", 1}, {"b", "x"}});
  CHECK(ocean::config::LoadYamlFile(folder / "a.json") == Json{{"a", 1}});
  CHECK_THROWS_WITH(ocean::config::LoadYamlFile(folder / "bad.json"),
                    Catch::Matchers::Contains("bad.json") && Catch::Matchers::Contains("line 2"));
  CHECK_THROWS_WITH(ocean::config::LoadYamlFile(folder / "none.yaml"),
                    Catch::Matchers::Contains("none.yaml: the file cannot be read"));
  CHECK_THROWS_WITH(ocean::config::LoadYamlFile(folder),
                    Catch::Matchers::Contains("cannot be read"));
  std::filesystem::remove_all(folder);
}

TEST_CASE("Written for people") {
  const Json value = Json::parse(R"({
    "name": "jira", "version": "1.0", "flag": "yes", "yes": true, "empty": {}, "none": [], "nothing": null,
    "list": [1, "two", {"a": 1, "b": [true]}, [1, 2]],
    "text": "first\nsecond\n", "chomped": "a\nb",
    "odd": "ends with colon:", "hash": "a #b", "dash": "- x", "url": "https://x.io/a?b=c"
  })");
  CHECK(EmitYaml(value) == R"(name: jira
version: "1.0"
flag: yes
yes: true
empty: {}
none: []
nothing: null
list:
  - 1
  - two
  - a: 1
    b:
      - true
  - - 1
    - 2
text: |
  first
  second
chomped: |-
  a
  b
odd: "ends with colon:"
hash: "a #b"
dash: "- x"
url: https://x.io/a?b=c
)");
}

namespace {

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  Json Value(int depth) {
    switch (Below(depth > 0 ? 9 : 7)) {
      case 0:
        return nullptr;
      case 1:
        return Below(2) == 0;
      case 2:
        return static_cast<std::int64_t>(random_()) - 2'000'000'000;
      case 3:
        return static_cast<double>(Below(1000)) / 7 * (Below(2) == 0 ? 1e-9 : 1e30);
      case 7:
        return List(depth);
      case 8:
        return Object(depth);
      default:
        return Text();
    }
  }

 private:
  std::size_t Below(std::size_t bound) { return random_() % bound; }

  Json List(int depth) {
    Json list = Json::array();
    for (std::size_t i = Below(4); i > 0; --i) list.push_back(Value(depth - 1));
    return list;
  }

  Json Object(int depth) {
    Json object = Json::object();
    for (std::size_t i = Below(4); i > 0; --i) object[Text()] = Value(depth - 1);
    return object;
  }

  std::string Text() {
    static const std::vector<std::string> kPieces = {
        "a",    "B",      "7",      "0",    "-",  "+",   ".",      "e",   "x",  "o",  " ",
        "  ",   "\n",     "\t",     ":",    ": ", "#",   " #",     "'",   "\"", "\\", "{",
        "}",    "[",      "]",      ",",    "&",  "*",   "!",      "|",   ">",  "%",  "@",
        "`",    "?",      "---",    "\r",   "<<", "...", "\u00e9", "～",  "😀", "~",  "null",
        "true", "\u0085", "\u2028", "\x01", "=",  "n",   "inf",    "nan", "1e", "0x", "\x7f"};
    std::string text;
    for (std::size_t i = Below(5); i > 0; --i) text += kPieces[Below(kPieces.size())];
    if (Below(200) == 0) text += std::string(1200, 'k');
    return text;
  }

  std::mt19937 random_;
};

}  // namespace

TEST_CASE("What is written reads back as the same value") {
  for (unsigned seed = 0; seed < 4000; ++seed) {
    const Json value = Generator(seed).Value(4);
    const std::string yaml = EmitYaml(value);
    CAPTURE(seed, yaml);
    Json back;
    REQUIRE_NOTHROW(back = ParseYaml(yaml, "emitted"));
    REQUIRE(ocean::DumpJson(back) == ocean::DumpJson(value));
  }
}

TEST_CASE("Documents cut or changed at any place are read or refused, never worse") {
  const std::string text =
      "a: &x {b: [1, 2.5, 'q', \"w\\n\"], c: ~}\nd:\n  <<: *x\n  e: |\n    text\n  f: >-\n    "
      "more\n"
      "? g\n: - h\n  - !!str 5\n";
  std::mt19937 random(7);
  for (int i = 0; i < 3000; ++i) {
    std::string changed = text.substr(0, random() % (text.size() + 1));
    for (int j = 0; j < 3 && !changed.empty(); ++j)
      changed[random() % changed.size()] = "{}[]:-&*!|>'\"#\n ,?%@a1"[random() % 22];
    CAPTURE(changed);
    try {
      ParseYaml(changed, "f");
    } catch (const ocean::Error& error) {
      CHECK(error.kind() == ocean::ErrorKind::kConfig);
    }
  }
}
