#include <chrono>
#include <string>
#include <thread>

#include "ocean/base/error.hpp"
#include "ocean/catch.hpp"
#include "ocean/jq/program.hpp"

using ocean::Json;
using ocean::jq::Budget;
using ocean::jq::Limits;
using ocean::jq::Program;
using ocean::jq::Result;

namespace {

Limits SmallLimits() {
  Limits limits;
  limits.steps = 200'000;
  limits.value_bytes = 8 << 20;
  return limits;
}

Result RunSmall(const std::string& program, const Json& input = Json()) {
  Budget budget(SmallLimits());
  return Program::Compile(program).First(input, budget);
}

}  // namespace

TEST_CASE("no program takes more than its budget") {
  const std::string program =
      GENERATE("[range(1e9)]", "def f: f; f", "def f: 1 + f; f", "def f: [f]; f", "last(repeat(.))",
               "[repeat(1)]", "\"x\" * 1e9", "\"x\" * 1e8", "reduce range(1e9) as $i (0; . + 1)",
               "[limit(1e9; repeat(\"abc\"))]", "def f: (f, f); f", "def f(g): f(g | g); f(.)",
               "last(range(1e12))", "until(false; . + 1)", "reduce range(1e6) as $i (0; [.])",
               "def f: [., .] | f; f", "[recurse(. + 1; true)] | length", ".[500000000] = 1",
               "last(path(repeat(.a)))", "reduce range(100) as $i (\"ab\"; . + .)",
               "reduce range(100) as $i ([1]; . + .)", "[range(10)] | [combinations(50)]",
               "[range(100000)] | [combinations(3)]", "last(label $out | repeat(1))",
               "first(range(1e9) | select(. < 0))", "\"a\" * 100000 | [gsub(\"\"; \"b\" * 1000)]",
               "[range(5000)] | [.[] as $a | .[] as $b | [$a, $b]]");
  INFO(program);
  const Result result = RunSmall(program);
  CHECK(result.budget_exceeded);
  CHECK_FALSE(result.value);
  CHECK(result.error.find("exceeds its budget") != std::string::npos);
}

TEST_CASE("an exceeded limit is named and cannot be caught") {
  Limits limits;
  limits.steps = 10'000;
  Budget budget(limits);
  const Result steps =
      Program::Compile("try last(range(1e9)) catch \"caught\"").First(Json(), budget);
  CHECK(steps.error == "the expression exceeds its budget: steps (10000)");
  CHECK(Program::Compile("(last(range(1e9)))? // 1").First(Json(), budget).budget_exceeded);
  // Each run counts anew.
  CHECK(Program::Compile("1 + .").First(Json(1), budget).value == Json(2));
}

TEST_CASE("regular expressions cannot backtrack without end") {
  const Result result = RunSmall("test(\"(a+)+$\")", std::string(40, 'a') + "b");
  CHECK_FALSE(result.value);
  CHECK_THAT(result.error, Catch::Matchers::Contains("the regular expression gave up"));
}

TEST_CASE("gsub of nothing ends") {
  CHECK(RunSmall("gsub(\"^\"; \"a\")", "xy").value == Json("axy"));
  CHECK(RunSmall("gsub(\"\"; \"-\")", "äb").value == Json("-ä-b-"));
}

TEST_CASE("tail calls need no depth, other calls are limited") {
  CHECK(RunSmall("def f: if . >= 30000 then . else . + 1 | f end; f", 0).value == Json(30000));
  CHECK(RunSmall("[recurse(if . < 20000 then . + 1 else empty end)] | length", 0).value ==
        Json(20001));
  CHECK(RunSmall("def f: if . == 0 then 0 else 1 + (. - 1 | f) end; f", 1000).value == Json(1000));
  const Result deep = RunSmall("def f: if . == 0 then 0 else 1 + (. - 1 | f) end; f", 5000);
  CHECK(deep.error == "the expression exceeds its budget: depth (2000)");
}

TEST_CASE("time is limited over all runs") {
  Limits limits;
  limits.steps = 1'000'000'000'000;
  limits.time = std::chrono::milliseconds(30);
  Budget budget(limits);
  const Result result = Program::Compile("last(range(1e15))").First(Json(), budget);
  CHECK(result.error == "the expression exceeds its budget: time (30 ms)");
}

TEST_CASE("a stop request ends a run") {
  Limits limits;
  limits.steps = 1'000'000'000'000;
  std::stop_source source;
  Budget budget(limits, source.get_token());
  std::jthread stopper([&] { source.request_stop(); });
  try {
    Program::Compile("last(range(1e15))").First(Json(), budget);
    FAIL("it was not cancelled");
  } catch (const ocean::Error& error) {
    CHECK(error.kind() == ocean::ErrorKind::kCancelled);
  }
}

TEST_CASE("nesting without end is an error, not a crash") {
  for (const char* brackets :
       {"[", "(", "{a:", "[[", "-", "if . then ", "try ", "def f: ", "\"\\("}) {
    std::string program;
    for (int i = 0; i < 10'000; ++i) program += brackets;
    CHECK_THROWS_AS(Program::Compile(program), ocean::Error);
  }
  std::string chain = ".";
  for (int i = 0; i < 10'000; ++i) chain += " + 1";
  CHECK_THROWS_AS(Program::Compile(chain), ocean::Error);
  const std::string data = std::string(10'000, '[') + std::string(10'000, ']');
  CHECK(RunSmall("fromjson", data).budget_exceeded);
}

TEST_CASE("data that nests deeply can be read, compared and copied") {
  Json deep = 1;
  for (int i = 0; i < 1'000; ++i) deep = Json::array({std::move(deep)});
  Budget budget;
  const auto run = [&](const char* program) {
    return Program::Compile(program).First(deep, budget).value;
  };
  CHECK(run("[.] | flatten | .[0]") == Json(1));
  CHECK(run(". == .") == Json(true));
  CHECK(run("[..] | length") == Json(1'001));
  CHECK(run("tojson | fromjson | tojson | length") == Json(2'001));
}
