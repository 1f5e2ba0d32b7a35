#include "ocean/sync/kind.hpp"

#include "ocean/base/json.hpp"
#include "ocean/catch.hpp"
#include "ocean/config/yaml.hpp"
#include "ocean/sync/engine.hpp"

namespace ocean::sync {
namespace {

/// A kind that says its name when its selector is checked.
Kind Named(const std::string& name) {
  return {[name](const Json&, const std::string& path, config::Problems& problems) {
            problems.Add(path, "seen by " + name);
          },
          [](const Json&, ResyncContext&) {}};
}

std::string CheckedBy(const Kind& kind) {
  config::Problems problems;
  kind.check_selector(Json::object(), "selector", problems);
  return problems.problems().at(0).message;
}

TEST_CASE("kinds are found by name") {
  Kinds kinds;
  kinds.Add("user", Named("user"));
  kinds.Add("issue", Named("issue"));
  CHECK(CheckedBy(kinds.Find("issue").value()) == "seen by issue");
  CHECK_FALSE(kinds.Find("epic"));
  CHECK(kinds.names() == std::vector<std::string>{"issue", "user"});
  CHECK_FALSE(kinds.takes_any_name());
  CHECK_THROWS_WITH(kinds.Add("user", Named("again")), Catch::Matchers::Contains("\"user\""));
}

TEST_CASE("other kinds are made by their name, and named ones come first") {
  Kinds kinds;
  kinds.Add("user", Named("user"));
  kinds.SetOther([](const std::string& name) { return Named("maker of " + name); });
  CHECK(CheckedBy(kinds.Find("user").value()) == "seen by user");
  CHECK(CheckedBy(kinds.Find("runbook").value()) == "seen by maker of runbook");
  CHECK(kinds.names() == std::vector<std::string>{"user"});
  CHECK(kinds.takes_any_name());
  CHECK_THROWS(kinds.SetOther([](const std::string& name) { return Named(name); }));
}

TEST_CASE("W-50: a mapping may name other kinds, and their selectors are checked") {
  const Json mapping = config::ParseYaml(R"(
resources:
  - kind: runbook
    selector: {query: "true"}
    port: {entity: {mappings: {identifier: .Id, blueprint: '"runbook"'}}}
)",
                                         "mapping");
  Kinds kinds;
  CHECK_THROWS_WITH(CheckMapping(mapping, kinds, false),
                    Catch::Matchers::Contains("no kind \"runbook\""));
  kinds.SetOther(Named);
  CHECK_THROWS_WITH(CheckMapping(mapping, kinds, false),
                    Catch::Matchers::Contains("resources[0].selector: seen by runbook"));
}

}  // namespace
}  // namespace ocean::sync
