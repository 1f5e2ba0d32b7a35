#include "ocean/testing/cases.hpp"

#include <cstdlib>
#include <string>
#include <vector>

#include "exchange.hpp"
#include "fixture/acme.hpp"
#include "ocean/base/text.hpp"
#include "ocean/error_of.hpp"
#include "ocean/run_cases.hpp"
#include "ocean/testing/temp_dir.hpp"

namespace ocean::testing {
namespace {

using Findings = std::vector<std::string>;

const Findings kNoFindings;

const std::filesystem::path kFixture = std::filesystem::path(OCEAN_TEST_DIR) / "fixture";

constexpr const char* kConfig =
    "{kind: widget, config: {acmeHost: \"${upstream}\", acmeToken: t0ken-t0ken}}";
constexpr const char* kOneWidget = "[{path: /widgets, response: {widgets: [{id: a}]}}]";
constexpr const char* kGotOneWidget =
    R"({"items": [{"id": "a"}], "incomplete": [], "error": null})";

/// A case of a test's own.
struct Case {
  Case(const std::string& config, const std::string& upstream, const std::string& expected) {
    folder.Write("config.yaml", config);
    folder.Write("upstream.yaml", upstream);
    folder.Write("expected.json", expected);
  }
  Findings Run() const { return RunCase(kFixture, folder.path(), acme::SetUp); }

  TempDir folder;
};

TEST_CASE("the cases of the fixture") {
  RunCases(kFixture, acme::SetUp);
}

TEST_CASE("a good case has no findings") {
  CHECK(Case(kConfig, kOneWidget, kGotOneWidget).Run() == kNoFindings);
}

TEST_CASE("what is wrong with a case is told") {
  struct Faulty {
    std::string upstream;
    std::string expected;
    Findings findings;
  };
  const std::vector<Faulty> cases = {
      {kOneWidget,
       R"({"items": [{"id": "b"}], "incomplete": [], "error": null})",
       {R"(items lacks {"id":"b"})", R"(items has too much: {"id":"a"})"}},
      {kOneWidget,
       R"({"items": [{"id": "a"}, {"id": "a"}], "incomplete": [], "error": null})",
       {R"(items lacks {"id":"a"})"}},
      {kOneWidget,
       R"({"items": [{"id": "a"}], "incomplete": ["x"], "error": null})",
       {R"(incomplete lacks "x")"}},
      {kOneWidget,
       R"({"items": [{"id": "a"}], "incomplete": [], "error": "refused"})",
       {R"(error: expected "refused", got null)"}},
      {"[{path: /widgets, response: {widgets: [{id: a}]}}, {path: /other, method: POST, body: {a: "
       "1}}]",
       kGotOneWidget,
       {R"(unused exchange: POST /other {"a":1} (used 0 of 1 times))"}},
      {"[{path: /widgets, times: 3, response: {widgets: [{id: a}]}}]",
       kGotOneWidget,
       {"unused exchange: GET /widgets (used 1 of 3 times)"}},
      {"[{path: /widgets, times: 0, response: {widgets: [{id: a}]}}, {path: /never, times: 0}]",
       kGotOneWidget,
       {}},
  };
  for (const Faulty& c : cases) {
    CAPTURE(c.upstream, c.expected);
    CHECK(Case(kConfig, c.upstream, c.expected).Run() == c.findings);
  }
}

TEST_CASE("a request that fits no exchange is a finding, and an error of the run") {
  const Findings findings =
      Case(kConfig, "[{path: /widgets, query: {color: blue}}]", kGotOneWidget).Run();
  REQUIRE(findings.size() == 4);
  CHECK(findings[0] == "unplanned request: GET /widgets?limit=2");
  CHECK(findings[1] == "unused exchange: GET /widgets?color=blue (used 0 of 1 times)");
  CHECK(findings[2] == R"(items lacks {"id":"a"})");
  CHECK(findings[3].find("error: expected null, got ") == 0);
}

TEST_CASE("a faulty file of a case is told with its name and place") {
  const auto error_of = [](const std::string& config, const std::string& upstream,
                           const std::string& expected) {
    const Case test(config, upstream, expected);
    return ReplaceAll(ErrorOf([&] { test.Run(); }), test.folder.path().string(), "CASE");
  };
  CHECK(error_of("{kind: widget, selectr: {}}", "[]", "{}")
            .find("config: CASE/config.yaml is not valid:") == 0);
  CHECK(error_of(kConfig, "{}", "{}").find("config: CASE/upstream.yaml is not valid:") == 0);
  CHECK(error_of(kConfig, "[{method: GRAB}]", "{}").find("[0].") != std::string::npos);
  CHECK(error_of(kConfig, kOneWidget, R"({"items": {}})") ==
        R"(config: CASE/expected.json: expected {"items": [], "incomplete": [], "error": null})");
  CHECK(error_of("{kind: gadget, config: {acmeHost: \"http://x\", acmeToken: abcdefgh}}", "[]",
                 "{}") == "config: there is no kind \"gadget\"; registered are: part, widget");
  CHECK(ErrorOf([] { CaseFolders("/nowhere"); }) ==
        "config: there are no cases in /nowhere/tests/cases");
}

TEST_CASE("expectations are rewritten on request, with nothing in them that changes") {
  const Case test(
      kConfig,
      "[{path: /widgets, response: {widgets: [{id: b}, {id: a, self: \"${upstream}/a\"}]}}]", "{}");
  setenv("OCEAN_UPDATE_CASES", "1", 1);
  const Findings updating = test.Run();
  unsetenv("OCEAN_UPDATE_CASES");
  CHECK(updating == kNoFindings);
  CHECK(ParseJson(ReadFile(test.folder / "expected.json")) ==
        Json{{"items", {{{"id", "a"}, {"self", "${upstream}/a"}}, {{"id", "b"}}}},
             {"incomplete", Json::array()},
             {"error", nullptr}});
  CHECK(test.Run() == kNoFindings);
}

TEST_CASE("a body must contain what an exchange names") {
  struct Pattern {
    std::string actual;
    std::string pattern;
    bool fits;
  };
  const std::vector<Pattern> cases = {
      {R"({"a":1,"b":2})", R"({"a":1})", true},
      {R"({"a":1})", R"({"a":1,"b":2})", false},
      {R"({"a":{"b":[1,{"c":2,"d":3}]}})", R"({"a":{"b":[1,{"c":2}]}})", true},
      {R"([1,2])", R"([1])", false},
      {R"([1,2])", R"([2,1])", false},
      {R"([])", R"({})", false},
      {R"({"a":null})", R"({"a":null})", true},
      {R"({})", R"({"a":null})", false},
      {R"("x")", R"("x")", true},
      {"1", "1.0", true},
  };
  for (const Pattern& c : cases) {
    CAPTURE(c.actual, c.pattern);
    CHECK(Contains(ParseJson(c.actual), ParseJson(c.pattern)) == c.fits);
  }
}

}  // namespace
}  // namespace ocean::testing
