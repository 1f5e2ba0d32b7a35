#include "ocean/jq/program.hpp"

#include <string>
#include <thread>
#include <vector>

#include "ocean/base/error.hpp"
#include "ocean/catch.hpp"

using ocean::Json;
using ocean::jq::Budget;
using ocean::jq::CompileOptions;
using ocean::jq::Program;
using ocean::jq::Result;

namespace {

Result First(const std::string& program, const Json& input = Json(),
             const CompileOptions& options = {}) {
  Budget budget;
  return Program::Compile(program, options).First(input, budget);
}

std::string CompileError(const std::string& program) {
  try {
    Program::Compile(program);
  } catch (const ocean::Error& error) {
    CHECK(error.kind() == ocean::ErrorKind::kConfig);
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a path gives the value it leads to, or null") {
  const Json issue = Json::parse(
      R"({"fields": {"status": {"name": "Done"}, "labels": [], "big": 18446744073709551615}})");
  CHECK(First(".fields.status.name", issue).value == Json("Done"));
  CHECK(First(".fields.missing.name", issue).value == Json());
  CHECK(First(".fields.big", issue).value == Json(18446744073709551615u));
  const Result wrong = First(".fields.labels.name", issue);
  CHECK_FALSE(wrong.value);
  CHECK(wrong.error == "Cannot index array with string \"name\"");
  CHECK_FALSE(wrong.budget_exceeded);
}

TEST_CASE("the first output counts, and there may be none") {
  CHECK(First(".[]", Json::array({false, 1})).value == Json(false));
  const Result none = First("empty");
  CHECK_FALSE(none.value);
  CHECK(none.error.empty());
  // What would come after the first output is never computed.
  CHECK(First("1, error(\"x\")").value == Json(1));
}

TEST_CASE("whole numbers come back as integers") {
  CHECK(First(".", 1.0).value->is_number_integer());
  CHECK(First(".a", Json{{"a", Json::array({2.0})}}).value->at(0).is_number_integer());
  CHECK(First("1.5 * 2").value->is_number_integer());
  CHECK(First(". / 2", 3).value == Json(1.5));
  CHECK(First("[., tojson]", 9007199254740993).value ==
        Json::array({9007199254740993, "9007199254740993"}));
}

TEST_CASE("constants are known without an input") {
  CHECK(Program::Compile("\"jiraIssue\"").Constant() == Json("jiraIssue"));
  CHECK(Program::Compile("'jiraIssue'").Constant() == Json("jiraIssue"));
  CHECK(Program::Compile("true").Constant() == Json(true));
  CHECK(Program::Compile("{a: [1, \"x\" + \"y\"]}").Constant() == Json{{"a", {1, "xy"}}});
  CHECK(Program::Compile("[range(3)]").Constant() == Json::array({0, 1, 2}));
  CHECK_FALSE(Program::Compile(".").Constant());
  CHECK_FALSE(Program::Compile("now").Constant());
  CHECK_FALSE(Program::Compile("\"a\" | now").Constant());
  CHECK_FALSE(Program::Compile("if . then 1 else 2 end").Constant());
  CHECK_FALSE(Program::Compile("[range(1e9)]").Constant());
}

TEST_CASE("W-31: the environment is hidden unless it is allowed") {
  CompileOptions options;
  options.environment = {{"HOME", "/root"}};
  CHECK(First("[env, $ENV, env.HOME, $ENV.HOME]", Json(), options).value ==
        Json::array({Json::object(), Json::object(), nullptr, nullptr}));
  options.allow_environment = true;
  CHECK(First("[env.HOME, $ENV.HOME]", Json(), options).value == Json::array({"/root", "/root"}));
}

TEST_CASE("single quotes delimit strings where they stand as delimiters") {
  const auto [text, rewritten] = GENERATE(table<std::string, std::string>({
      {"'a'", "\"a\""},
      {".org + '/' + .repo", ".org + \"/\" + .repo"},
      {"'a' 'b'", "\"a\" 'b\""},
      {"select(.a=='x')", "select(.a=='x')"},
      {"it's", "it's"},
      {"'", "\""},
      {"' a'", "' a\""},
      {"\"it's\"", "\"it's\""},
      {".a == 'x'", ".a == \"x\""},
      {".a | test('x')", ".a | test('x')"},
      {"'a b'", "\"a b\""},
      {"\t'x'\n", "\t\"x\"\n"},
      {"", ""},
  }));
  CHECK(ocean::jq::RewriteSingleQuotes(text) == rewritten);
}

TEST_CASE("compile errors show the place and a remedy") {
  CHECK(CompileError(".a |") ==
        "unexpected end of the expression, expected a value at line 1, column 5:\n    .a |\n       "
        " ^");
  CHECK(CompileError(".a\n| selct(.b)") ==
        "selct/1 is not defined at line 2, column 3:\n    | selct(.b)\n      ^\n"
        "did you mean `select`?");
  CHECK(CompileError(". as $name | $nam") ==
        "$nam is not defined at line 1, column 14:\n    . as $name | $nam\n                 ^\ndid "
        "you mean $name?");
  CHECK(CompileError("map(.a, 1") ==
        "unexpected end of the expression, expected ')' at line 1, column 10:\n    map(.a, 1\n     "
        "        ^");
  CHECK(CompileError("if . then 1") ==
        "unexpected end of the expression, expected 'end' at line 1, column 12:\n    if . then 1\n "
        "              ^\n"
        "every `if` is closed by `end`");
  CHECK(CompileError("\"ä\" + !") ==
        "unexpected character '!' at line 1, column 7:\n    \"ä\" + !\n          ^");
  CHECK_THAT(CompileError("test('x')"), Catch::Matchers::Contains("double quotes"));
  CHECK_THAT(CompileError(""), Catch::Matchers::Contains("the expression is empty"));
}

TEST_CASE("what needs files, streams or the command line is refused") {
  const std::string program =
      GENERATE("input", "[inputs]", "debug", "debug(1)", "stderr", "halt", "halt_error",
               "input_filename", "input_line_number", "import \"a\" as a; 1", "include \"a\"; 1",
               "modulemeta", "get_search_list");
  INFO(program);
  CHECK_THAT(CompileError(program), Catch::Matchers::Contains("is not available"));
}

TEST_CASE("all outputs can be asked for, until one is enough") {
  Budget budget;
  std::vector<Json> outputs;
  const Program program = Program::Compile("range(10)");
  program.ForEach(Json(), budget, [&](Json&& output) {
    outputs.push_back(std::move(output));
    return outputs.size() < 3;
  });
  CHECK(outputs == std::vector<Json>{0, 1, 2});
  CHECK_THROWS_WITH(
      Program::Compile("1, error(\"boom\")").ForEach(Json(), budget, [](Json&&) { return true; }),
      "boom");
}

TEST_CASE("the input is left as it is") {
  const Json input = Json::parse(R"({"a": [1, {"b": 2}]})");
  const Json before = input;
  First(".a[1].b = 3 | .a += [4] | del(.a[0])", input);
  CHECK(input == before);
}

TEST_CASE("threads share a program") {
  const Program program = Program::Compile(
      "[.items[] | select(.name | test(\"^x\")) | .name | sub(\"x(?<n>.*)\"; \"\\(.n)!\")] | "
      "join(\",\")");
  const Json input = Json::parse(R"({"items": [{"name": "x1"}, {"name": "y"}, {"name": "x2"}]})");
  std::vector<std::jthread> threads;
  std::vector<int> right(4, 0);
  for (std::size_t t = 0; t < right.size(); ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 200; ++i) {
        Budget budget;
        if (program.First(input, budget).value == Json("1!,2!")) ++right[t];
        if (Program::Compile("any(.items[]; .name == \"y\")").First(input, budget).value ==
            Json(true))
          ++right[t];
      }
    });
  }
  threads.clear();
  CHECK(right == std::vector<int>(4, 400));
}
