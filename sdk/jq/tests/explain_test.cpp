/// @file Explanations: each row is a program, an input and the reason for its result; then the tree.

#include <string>
#include <vector>

#include "ocean/base/error.hpp"
#include "ocean/catch.hpp"
#include "ocean/jq/explanation.hpp"

namespace {

using ocean::Json;
using ocean::ParseJson;
using ocean::jq::Budget;
using ocean::jq::Explanation;
using ocean::jq::Program;

Explanation Explain(const std::string& program, const std::string& input) {
  Budget budget;
  return Program::Compile(program).Explain(ParseJson(input), budget);
}

struct Row {
  std::string program;
  std::string input;
  std::string reason;
};

}  // namespace

TEST_CASE("the reason names the first step that made the result null, missing or an error") {
  const std::string issue =
      R"({"key":"A-1","fields":{"summary":"s","parent":null,"labels":[],"subtasks":[{"key":"A-2"}]}})";
  const std::vector<Row> rows = {
      {".key", issue, ""},
      {"false", issue, ""},
      {".fields.sumary", issue, "`.fields.sumary`: no key `sumary`; did you mean `summary`?"},
      {".felds.summary", issue, "`.felds`: no key `felds`; did you mean `fields`?"},
      {".fields.zzz", issue, "`.fields.zzz`: no key `zzz`"},
      {".fields.parent.key", issue, "`.fields.parent`: its value is null"},
      {".fields | .parent | .key", issue, "`.parent`: its value is null"},
      {".fields.subtasks[3].key", issue, "`.fields.subtasks[3]`: the array has 1 element"},
      {".fields.labels[]", issue, "`.fields.labels[]`: it is empty"},
      {".key.name", issue, "`.key.name`: Cannot index string with string \"name\""},
      {".fields.parent // .fields.sumary", issue,
       "`.fields.sumary`: no key `sumary`; did you mean `summary`?"},
      {"if .key == \"A-1\" then .x else 1 end", issue, "`.x`: no key `x`"},
      {"select(.key == \"B\") | .key", issue, "`select(.key == \"B\")`: the condition is not true"},
      {".fields.watchers | map(.name)", issue,
       "`map(.name)`: Cannot iterate over null (null); `.fields.watchers`: no key `watchers`"},
      {".fields.sumary | length | tostring | null", issue, "`null` is null"},
      {".fields.subtasks | map(.id | ltrimstr(1))", issue,
       "`ltrimstr(1)`: startswith() requires string inputs; `.id`: no key `id`"},
      {".fields.subtasks[0].id * {}", issue,
       "`.fields.subtasks[0].id * {}`: null (null) and object ({}) cannot be multiplied; "
       "`.fields.subtasks[0].id`: no key `id`"},
      {"(.key.name)?", issue,
       "`(.key.name)`: Cannot index string with string \"name\" (the error is hidden)"},
      {"first(.fields.labels[])", issue, "`.fields.labels[]`: it is empty"},
      {".fields.subtasks as [$first] | $first.parent", issue, "`$first.parent`: no key `parent`"},
      {"def f: .nope; .fields | f", issue, "`.nope`: no key `nope`"},
      {"def f: if . == 0 then .x else . - 1 | f end; 3 | f", "0",
       "`.x`: Cannot index number with string \"x\""},
      {"empty", issue, "`empty` gave no value"},
      {"error(\"no\")", issue, "`error(\"no\")`: no"},
      {".", "null", "the item is null"},
      {".fields.sumary // empty", issue,
       "`.fields.sumary`: no key `sumary`; did you mean `summary`?"},
      {"{a: .fields.sumary} | .a", issue,
       "`.fields.sumary`: no key `sumary`; did you mean `summary`?"},
      {"{x: {y: .fields.sumary}} | .x.y", issue,
       "`.fields.sumary`: no key `sumary`; did you mean `summary`?"},
      {"{a: 1} | .b", issue, "`.b`: no key `b`; did you mean `a`?"},
      {"[.fields.sumary] | .[0]", issue,
       "`.fields.sumary`: no key `sumary`; did you mean `summary`?"},
      {"[.key] | .[1]", issue, "`.[1]`: the array has 1 element"},
      {".fields.subtasks | map({k: .kee}) | .[0].k", issue,
       "`.kee`: no key `kee`; did you mean `key`?"},
      {".fields.subtasks | map(.kee) | first", issue, "`.kee`: no key `kee`; did you mean `key`?"},
      {".fields.labels | first", issue, "`first`: the array is empty"},
      {".fields.subtasks | map(select(.kee == \"A-2\")) | .[0].key", issue,
       "`.[0]`: the array has 0 elements; `select(.kee == \"A-2\")`: the condition is not true; "
       "`.kee`: no key `kee`; did you mean `key`?"},
      {"select(.fields.sumary) | .key", issue,
       "`select(.fields.sumary)`: the condition is not true; `.fields.sumary`: no key `sumary`; "
       "did "
       "you mean `summary`?"},
      {"getpath([\"fields\", \"sumary\"])", issue,
       "`getpath([\"fields\", \"sumary\"])`: no key `sumary`; did you mean `summary`?"},
      {". as {fields: {$sumary}} | $sumary", issue,
       "`$sumary`: no key `sumary`; did you mean `summary`?"},
      {".fields as {sumary: $text} | $text", issue,
       "`$text`: no key `sumary`; did you mean `summary`?"},
      {".fields.subtasks as [$a, $b] | $b", issue, "`$b`: the array has 1 element"},
      {".fields.sumary as $text | $text", issue,
       "`.fields.sumary`: no key `sumary`; did you mean `summary`?"},
      {".fields[\"sum\" + \"ary\"]", issue,
       "`.fields[\"sum\" + \"ary\"]`: there is no such member"},
      {"'x' | .y", issue, "`.y`: Cannot index string with string \"y\""},
  };
  for (const Row& row : rows) {
    INFO(row.program);
    CHECK(Explain(row.program, row.input).reason == row.reason);
  }
}

TEST_CASE("the tree shows what flowed through each expression") {
  const Explanation explanation =
      Explain(".fields.subtasks | map(.key | ascii_downcase)",
              R"({"fields":{"subtasks":[{"key":"A-2"},{"key":"A-3"}]}})");
  REQUIRE(explanation.result.value);
  CHECK(*explanation.result.value == Json::array({"a-2", "a-3"}));
  CHECK(ToText(explanation.root) ==
        R"(.fields.subtasks | map(.key | ascii_downcase)  →  ["a-2","a-3"]
  .fields.subtasks  →  [{"key":"A-2"},{"key":"A-3"}]
    .fields  →  {"subtasks":[{"key":"A-2"},{"key":"A-3"}]}
  map(.key | ascii_downcase)  →  ["a-2","a-3"]
    .key | ascii_downcase  →  "a-2", "a-3"
      .key  →  "A-2", "A-3"
      ascii_downcase  →  "a-2", "a-3"
)");
}

TEST_CASE("an explanation tells errors, what was not reached, and only the first outputs") {
  const Explanation explanation =
      Explain(".a[] | tostring, (.b // error(\"x\"))", R"({"a":[1,2,3,4,5]})");
  CHECK(explanation.result.value == Json("1"));
  CHECK(explanation.root.output_count == 1);
  const Explanation all =
      Explain("[.a[]] | if length > 9 then .[0] else error(\"few\") end", R"({"a":[1,2,3,4,5]})");
  CHECK(all.result.error == "few");
  CHECK(ToText(all.root) ==
        R"([.a[]] | if length > 9 then .[0] else error("few") end  →  error: few
  [.a[]]  →  [1,2,3,4,5]
    .a[]  →  1, 2, 3, … (5 in all)
      .a  →  [1,2,3,4,5]
  if length > 9 then .[0] else error("few") end  →  error: few
    length > 9  →  false
      length  →  5
    .[0]  →  not reached
    error("few")  →  error: few
)");
}

TEST_CASE("an explanation of a run that exceeds its budget says which limit") {
  ocean::jq::Limits limits;
  limits.steps = 1000;
  Budget budget(limits);
  const Explanation explanation = Program::Compile("def f: f; f").Explain(Json(), budget);
  CHECK(explanation.reason == "the expression exceeds its budget: steps (1000)");
}

TEST_CASE("explaining keeps to the budget that it is given") {
  ocean::jq::Limits limits;
  limits.steps = 5'000;
  Budget budget(limits);
  const Explanation explanation = Program::Compile("last(range(1e9)) | .x").Explain(Json(), budget);
  CHECK(explanation.reason == "the expression exceeds its budget: steps (5000)");
  REQUIRE(explanation.root.parts.size() == 2);
  CHECK(explanation.root.parts[0].parts[0].output_count < 5'000);

  std::stop_source source;
  source.request_stop();
  Budget stopped(limits, source.get_token());
  CHECK_THROWS_AS(Program::Compile(".x").Explain(Json(), stopped), ocean::Error);
}
