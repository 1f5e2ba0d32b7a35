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

TEST_CASE("a text that does not fit is not made") {
  // Each would be a text of two to six times the limit.
  const std::string program = GENERATE(
      "@html", "@uri", "@base64", "@base32", "tojson", "@json", "[.] | @sh", "[.] | @csv",
      "[.] | @tsv", "[.] | tostring", "\"\\(.)\\(.)\"", "@html \"\\(.)\"", ". + .", "[., .]",
      "{a: ., b: .}", "{a: (., .), b: .}", "ascii_downcase, ascii_upcase | [., .]");
  const std::string text = program.find("base") != std::string::npos  ? std::string(7 << 20, 'x')
                           : program.find("tsv") != std::string::npos ? std::string(7 << 20, '\t')
                           : program.find("sh") != std::string::npos  ? std::string(7 << 20, '\'')
                                                                      : std::string(7 << 20, '"');
  INFO(program);
  const Result result = RunSmall(program, text);
  CHECK(result.error == "the expression exceeds its budget: value_bytes (8388608)");
  CHECK_FALSE(result.value);
}

TEST_CASE("an output may be as long as the limit") {
  Limits limits;
  limits.output_bytes = 1'000;
  Budget budget(limits);
  const std::string error = "the expression exceeds its budget: output_bytes (1000)";
  const Json input = {{"long", std::string(1'000, 'x')}, {"short", std::string(900, 'x')}};
  for (const char* program :
       {".long", ".", "[.long]", ".long | ascii_upcase", "\"x\" * 1000", ".[]"}) {
    INFO(program);
    const Result result = Program::Compile(program).First(input, budget);
    CHECK(result.error == error);
    CHECK(result.budget_exceeded);
    CHECK_FALSE(result.value);
  }
  CHECK(Program::Compile(".short").First(input, budget).value == input["short"]);
  CHECK(Program::Compile(".short | ascii_upcase").First(input, budget).value);
  // The outputs of a run add up.
  int count = 0;
  CHECK_THROWS_WITH(Program::Compile("repeat(.short)")
                        .ForEach(input, budget, [&](Json&&) { return ++count < 9; }),
                    error);
  CHECK(count == 1);
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
  CHECK(result.error == "the regular expression gave up: more than 5000000 steps back in a search");
}

TEST_CASE("steps back add up over the places and matches of a search, and over searches") {
  // Each place is within what one may take.
  const std::string runs = [] {
    std::string text;
    for (int i = 0; i < 2'000; ++i) text += std::string(15, 'a') + "b";
    return text;
  }();
  const std::string gave_up =
      "the regular expression gave up: more than 5000000 steps back in a search";
  CHECK(RunSmall("test(\"(a+)+c\")", runs).budget_exceeded);
  Budget budget;
  CHECK(Program::Compile("test(\"(a+)+c\")").First(runs, budget).error == gave_up);
  CHECK(Program::Compile("[scan(\"(?:(a+)+c)?\")]").First(runs.substr(0, 4'000), budget).error ==
        gave_up);
  CHECK(Program::Compile("last(range(1e9) | $__loc__ | tojson | . * 300 | test(\"(.*)*$^x\")?)")
            .First(Json(), budget)
            .error == "the expression exceeds its budget: steps (10000000)");
}

TEST_CASE("searching and copying long values takes steps") {
  const std::string many = "(\"a\" * 2e5) as $many | (\"a\" * 1e5 + \"b\") as $part | ";
  const std::string program = GENERATE(
      "[$many | range(1000) as $i | contains($part)]", "$many | indices(\"a\" * 1e5)",
      "[range(1000) as $i | $many | split($part)]", "[range(1000) as $i | $many / $part]",
      "[range(1000) as $i | $many | test(\"b\")]", "last(range(5000) as $i | $many + \"b\")",
      "reduce range(5000) as $i ({}; {(\"k\\($i)\"): 1} + .)",
      "reduce range(3000) as $i ({}; {(\"k\\($i)\"): 1} * .)",
      "reduce range(5000) as $i ([]; [1] + .)");
  INFO(program);
  Limits limits = SmallLimits();
  limits.steps = 50'000;
  Budget budget(limits);
  CHECK(Program::Compile(many + program).First(Json(), budget).error ==
        "the expression exceeds its budget: steps (50000)");
}

TEST_CASE("a search of a long text finds what there is") {
  const std::string a(3'000'000, 'a');
  const auto run = [](const std::string& program, const Json& input) {
    Budget budget;
    return Program::Compile(program).First(input, budget).value;
  };
  CHECK(run("contains(\"ab\")", a + "b") == Json(true));
  CHECK(run("contains(\"ba\")", a + "b") == Json(false));
  CHECK(run("indices(\"b\")", a + "b" + a + "b") == Json::array({3'000'000, 6'000'001}));
  CHECK(run("split(\"b\") | map(length)", a + "b" + a) == Json::array({3'000'000, 3'000'000}));
  CHECK(run("[match(\"b.?\"; \"g\").offset]", a + "ä" + a + "bä") == Json::array({6'000'001}));
  CHECK(run("[scan(\"(?<=a)b|ä$\")]", a + "bc" + "ä") == Json::array({"b", "ä"}));
  CHECK(run("[scan(\"(?>a*)\") | length]", "b" + a + "b") == Json::array({0, 3'000'000, 0, 0}));
  CHECK(run("[test(\"^a{9}\"), test(\"\\\\Ab\")]", a) == Json::array({true, false}));
}

TEST_CASE("a regular expression that looks far ahead from each place can be stopped") {
  const std::string program = GENERATE("test(\"(?>x*)z(?!$)\")", "[scan(\"(?=(x*))\")] | length");
  const Json subject = std::string(2'000'000, 'x') + "z";
  Limits limits;
  limits.value_bytes = std::size_t{1} << 40;
  limits.time = std::chrono::milliseconds(0);
  Budget out_of_time(limits);
  CHECK(Program::Compile(program).First(subject, out_of_time).error ==
        "the expression exceeds its budget: time (0 ms)");
}

TEST_CASE("what a regular expression captures is counted") {
  std::string groups;
  for (int i = 0; i < 1'000; ++i) groups += "(?<a" + std::to_string(i) + ">";
  const Json pattern = groups + "x*" + std::string(1'000, ')');
  for (const char* program : {"match", "capture", "scan", "[match", "sub"}) {
    INFO(program);
    const bool is_open = program[0] == '[';
    const std::string text = std::string(program) + "($p" +
                             (program == std::string_view("sub") ? "; .a0)" : ")") +
                             (is_open ? "]" : "");
    const Result result =
        RunSmall(".p as $p | .t | " + text, {{"p", pattern}, {"t", std::string(50'000, 'x')}});
    CHECK(result.error == "the expression exceeds its budget: value_bytes (8388608)");
  }
}

TEST_CASE("a pattern may be 64 KiB long") {
  const auto run = [](const char* program) {
    Budget budget;
    return Program::Compile(program).First("x", budget);
  };
  CHECK(run("test(. * 65536)").value == Json(false));
  CHECK(run("test(. * 65537)").error ==
        "Regex failure: the pattern has 65537 bytes, more than 65536");
}

TEST_CASE("a pattern that is made in the run takes steps by its length") {
  CHECK(
      RunSmall("last(range(1e9) | tojson | \"(\" * 300 + . + \")\" * 300 | test(.)?)", "x").error ==
      "the expression exceeds its budget: steps (200000)");
  CHECK(RunSmall("test(. * 65536)", "x").error ==
        "the expression exceeds its budget: steps (200000)");
}

TEST_CASE("the longest match, and the place where the search began, are for texts of 64 KiB") {
  CHECK(RunSmall("match(\"b+\"; \"l\").length", "bb" + std::string(60'000, 'a') + "bbb").value ==
        Json(3));
  CHECK(RunSmall("[match(\"\\\\Gx\"; \"g\").offset]", "xxyx").value == Json::array({0, 1}));
  CHECK(RunSmall("test(\"\\\\Gx\")", std::string(70'000, 'x')).error ==
        "the regular expression gave up: the flag l and \\G are for texts of at most 65536 bytes");
}

TEST_CASE("evaluation borrows the input") {
  Json items = Json::array();
  for (int i = 0; i < 10'000; ++i) items.push_back({{"key", i}, {"text", std::string(1'000, 'x')}});
  const Json input = {{"items", std::move(items)}};
  Limits limits;
  limits.value_bytes = std::size_t{64} << 10;
  Budget budget(limits);
  const auto run = [&](const char* program) {
    return Program::Compile(program).First(input, budget);
  };
  CHECK(run(".items[9999].key").value == Json(9'999));
  CHECK(run(".items | length").value == Json(10'000));
  CHECK(run("[.items[] | .text | length] | add").error ==
        "the expression exceeds its budget: value_bytes (65536)");
  CHECK(run(".items | map(.key)").budget_exceeded);
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

TEST_CASE("a stop request ends a run, also in the middle of a search") {
  const std::string program = GENERATE("last(range(1e15))", "test(\"(?>x*)z(?!$)\")");
  const Json subject = std::string(1'000'000, 'x') + "z";
  Limits limits;
  limits.steps = 1'000'000'000'000;
  limits.time = std::chrono::hours(24);
  std::stop_source source;
  Budget budget(limits, source.get_token());
  std::jthread stopper([&] { source.request_stop(); });
  try {
    const Result result = Program::Compile(program).First(subject, budget);
    FAIL(program << ": not cancelled: " << result.error);
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
