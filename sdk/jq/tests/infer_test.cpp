/// @file What is known of programs without running them: rows of program, paths that are read, and type of the outputs.

#include <string>
#include <vector>

#include "case_files.hpp"
#include "ocean/base/error.hpp"
#include "ocean/base/text.hpp"
#include "ocean/catch.hpp"
#include "ocean/jq/program.hpp"

namespace {

using ocean::Join;
using ocean::Json;
using ocean::jq::Program;
using ocean::jq::Type;

struct Row {
  std::string program;
  std::string reads;
  std::string type;
};

}  // namespace

TEST_CASE("what a program reads and gives is known before it runs") {
  const std::vector<Row> rows = {
      {".", ".", "anything"},
      {"\"jiraIssue\"", "", "string"},
      {"true", "", "boolean"},
      {".key", ".key", "anything"},
      {".fields.status.name | ascii_downcase", ".fields.status.name", "string"},
      {".fields.subtasks | map(.key)", ".fields.subtasks[].key", "array"},
      {"[.fields.subtasks[] | {key, at: .fields.status}]",
       ".fields.subtasks[].fields.status .fields.subtasks[].key", "array of objects"},
      {".labels | length", ".labels", "number"},
      {".a // \"none\"", ".a", "string or number or boolean or array or object"},
      {"(.a | tostring) // null", ".a", "string or null"},
      {"if .n > 1 then \"many\" else null end", ".n", "string or null"},
      {"if .n then .s | tojson end", ".", "anything"},
      {".a.b, .a", ".a", "anything"},
      {".[\"a b\"].c", ".\"a b\".c", "anything"},
      {".[.k]", ".", "anything"},
      {".items[0].id", ".items[].id", "anything"},
      {".n + 1", ".n", "number"},
      {"(.a | tostring) + \"/\" + (.b | tostring)", ".a .b", "string"},
      {"\"\\(.a)-\\(.b.c)\"", ".a .b.c", "string"},
      {".self | split(\"/\") | .[:3] | join(\"/\")", ".self", "string"},
      {".self | split(\"/\")", ".self", "array of strings"},
      {".self | split(\"/\") | .[0]", ".self", "string or null"},
      {"[.a[] | 1]", ".a[]", "array of numbers"},
      {"[]", "", "array of nothing"},
      {"[1, \"a\", null]", "", "array of strings or numbers or nulls"},
      {".a[] as {b: $x} | $x", ".a[].b", "anything"},
      {". as [$x, {k: $y}] | $y | length", ".[].k", "number"},
      {"reduce .a[] as $x (0; . + $x)", ".a[]", "anything"},
      {"reduce .a[] as $x (0; . + 1 | length)", ".a[]", "number"},
      {"reduce .a[] as $x (0; empty)", ".a[]", "number or null"},
      {"reduce .a[] as $x (0; [.[]?] | length)", ".a[]", "number"},
      {"def f(g): g | tostring; f(.x)", ".x", "string"},
      {"def f: if . > 3 then . else . + 1 | f end; .n | f", ".n", "anything"},
      {"[recurse(.children[]; .id) | .id]", ".children[] .id", "array"},
      {"select(.a == 1) | .b", ".a .b", "anything"},
      {"empty", "", "nothing"},
      {"error(.m)", ".m", "nothing"},
      {".. | .x?", ".", "anything"},
      {"to_entries", ".", "array of objects"},
      {"with_entries(.value |= tostring)", ".", "object"},
      {".list | sort_by(.n) | .[0].id", ".list", "anything"},
      {"[.list[].n | tostring] | unique", ".list[].n", "array of strings"},
      {"[.list[].n | tostring] | group_by(.)", ".list[].n", "array of arrays of strings"},
      {"[.list[].n | tostring] | max", ".list[].n", "string or null"},
      {"try .a.b catch \"x\"", ".a.b", "anything"},
      {"try (.a | tonumber) catch null", ".a", "number or null"},
      {".a.b = 1", ".", "anything"},
      {"limit(2; .a[] | tojson)", ".a[]", "string"},
      {"first(.a[], \"x\")", ".a[]", "anything"},
      {".s | sub(\"a\"; .x)", ".s", "string"},
      {"$ENV.HOME", "", "anything"},
      {"now", "", "number"},
      {"label $out | .a[] | if . then break $out else 1 end", ".a[]", "number"},
  };
  for (const Row& row : rows) {
    INFO(row.program);
    const Program program = Program::Compile(row.program);
    CHECK(Join(program.Reads(), " ") == row.reads);
    CHECK(program.ResultType().ToText() == row.type);
  }
}

TEST_CASE("a program that is too large to look through may read and give anything") {
  std::string text = "def f0: .a;";
  for (int i = 1; i < 40; ++i) {
    const std::string last = "f" + std::to_string(i - 1);
    text += "def f" + std::to_string(i) + ": " + last + " + " + last + ";";
  }
  const Program program = Program::Compile(text + " f39");
  CHECK(Join(program.Reads(), " ") == ".");
  CHECK(program.ResultType().ToText() == "anything");
}

TEST_CASE("facts about a program that is made to have many are bounded") {
  std::string doubling = ".";
  for (int i = 0; i < 100; ++i) doubling += " | (.a, .b)";
  std::string wide = ".[0]";
  for (int i = 0; i < 6'000; ++i) wide += ",.k" + std::to_string(i);
  std::string literals = "def f: [0";
  for (int i = 0; i < 10'000; ++i) literals += ",1";
  literals += "]; [f";
  for (int i = 0; i < 10'000; ++i) literals += ",f";
  for (const std::string& text : {doubling, "[" + wide + "]", literals + "]"}) {
    INFO(text.substr(0, 40));
    const Program program = Program::Compile(text);
    CHECK(Join(program.Reads(), " ") == ".");
    CHECK(program.ResultType().ToText() == "anything");
  }
  std::string deep;
  std::string start;
  for (int i = 0; i < 1'000; ++i) deep += ".a";
  for (int i = 0; i < 32; ++i) start += ".a";
  CHECK(Join(Program::Compile(deep).Reads(), " ") == start);
}

namespace {

bool Fits(const Json& value, const Type& type) {
  switch (value.type()) {
    case Json::value_t::null:
      return type.Has(Type::kNull);
    case Json::value_t::boolean:
      return type.Has(Type::kBoolean);
    case Json::value_t::string:
      return type.Has(Type::kString);
    case Json::value_t::object:
      return type.Has(Type::kObject);
    case Json::value_t::array:
      if (!type.Has(Type::kArray)) return false;
      if (!type.elements) return true;
      for (const Json& element : value) {
        if (!Fits(element, *type.elements)) return false;
      }
      return true;
    default:
      return type.Has(Type::kNumber);
  }
}

/// Runs a program on an input and checks each output against its inferred type; returns how many it has checked.
int CheckOutputs(const std::string& text, const std::string& input) {
  int count = 0;
  try {
    const Program program = Program::Compile(text);
    const Type type = program.ResultType();
    ocean::jq::Budget budget;
    program.ForEach(Json::parse(input), budget, [&](Json&& output) {
      INFO(text << " is " << type.ToText() << " and gives " << ocean::DumpJson(output));
      CHECK(Fits(output, type));
      return ++count < 100;
    });
  } catch (const ocean::Error&) {
    // Programs that end with an error are among the cases too.
  }
  return count;
}

}  // namespace

TEST_CASE("every output of every case is of the type that was inferred") {
  int count = 0;
  for (const ocean::jq::Case& test : ocean::jq::AllCases(OCEAN_TEST_DIR "/cases"))
    count += CheckOutputs(test.program, test.input);
  CHECK(count > 1000);
}
