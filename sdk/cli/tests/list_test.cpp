#include <algorithm>

#include "ocean/base/version.hpp"
#include "ocean/catch.hpp"
#include "process.hpp"
#include "workspace.hpp"

namespace ocean::cli {

using Catch::Matchers::Contains;

TEST_CASE("The integrations of a checkout are listed from anywhere in it") {
  const Workspace workspace;
  for (const auto& folder : {workspace.root(), workspace.sample()}) {
    const Result list = RunOcean({"list"}, {.folder = folder});
    CHECK(list.code == 0);
    CHECK_THAT(list.out, Contains("sample") && Contains("1.2.3") && Contains("thing, owner"));
  }
  const Json json = ParseJson(RunOcean({"list", "--json"}, {.folder = workspace.root()}).out);
  CHECK(json == Json::array({{{"type", "sample"},
                              {"version", "1.2.3"},
                              {"title", "Sample"},
                              {"kinds", {"thing", "owner"}},
                              {"path", "integrations/sample"}}}));
  CHECK(RunOcean({"list"}, {.folder = "/"}).code == 1);
}

TEST_CASE("Every setting is listed with its variable, meaning and default") {
  const Result settings = RunOcean({"config", "env"});
  CHECK(settings.code == 0);
  CHECK_THAT(settings.out, Contains("# OCEAN__PORT__BASE_URL=https://api.getport.io\n") &&
                               Contains("# OCEAN__EVENT_LISTENER__TYPE=POLLING\n") &&
                               Contains("# OCEAN__PORT__CLIENT_SECRET=\n") &&
                               Contains("# OCEAN__STATE__PATH=.ocean\n"));
}

TEST_CASE("A spec is checked and shown") {
  const Workspace workspace;
  const Process::Options here{.folder = workspace.root()};
  CHECK_THAT(RunOcean({"spec", "check", "integrations/sample"}, here).out, Contains("is valid"));
  CHECK(ParseJson(RunOcean({"spec", "json", "integrations/sample"}, here).out).at("title") ==
        "Sample");
  CHECK_THAT(RunOcean({"spec", "yaml", "integrations/sample"}, here).out,
             Contains("thingsFile") || Contains("things_file"));
  CHECK_THAT(RunOcean({"spec", "env", "integrations/sample"}, here).out,
             Contains("OCEAN__INTEGRATION__CONFIG__THINGS_FILE"));
  workspace.Write(workspace.sample() / ".port/spec.yaml", "title: [\n");
  const Result broken = RunOcean({"spec", "check", "integrations/sample"}, here);
  CHECK(broken.code == 1);
  CHECK_THAT(broken.err, Contains("spec.yaml"));
}

TEST_CASE("The tables of a README are written from the spec, and checked") {
  const Workspace workspace;
  const Process::Options here{.folder = workspace.root()};
  const std::filesystem::path page = workspace.sample() / "README.md";
  const auto readme = [&](std::vector<std::string> flags) {
    flags.insert(flags.begin(), {"spec", "readme", "integrations/sample"});
    return RunOcean(flags, here);
  };
  CHECK_THAT(readme({}).err, Contains("README.md"));
  workspace.Write(page, "# Sample\n\n<!-- kinds -->\nold\n<!-- end -->\n\nMine.\n");
  const Result unmarked = readme({});
  CHECK(unmarked.code == 1);
  CHECK_THAT(unmarked.err, Contains("<!-- configuration -->"));
  CHECK_THAT(ReadText(page), Contains("old"));

  workspace.Write(page, ReadText(page) + "\n<!-- configuration -->\n<!-- end -->\n");
  const Result stale = readme({"--check"});
  CHECK(stale.code == 1);
  CHECK_THAT(stale.err, Contains("ocean spec readme integrations/sample"));
  CHECK(readme({}).code == 0);
  CHECK_THAT(ReadText(page), Contains("| `thing` |") && Contains("Mine.") && !Contains("old") &&
                                 Contains("| `token` | `OCEAN__INTEGRATION__CONFIG__TOKEN` |"));
  CHECK(readme({"--check"}).code == 0);
}

TEST_CASE(
    "The schema of a mapping is what the integration's program says, without a configuration") {
  const Workspace workspace;
  std::filesystem::remove(workspace.sample() / "config.yaml");
  const Process::Options here{.folder = workspace.root()};
  const std::vector<std::string> schema = {"port-app-config", "schema", "integrations/sample"};
  const auto with = [&](std::vector<std::string> flags) {
    flags.insert(flags.begin(), schema.begin(), schema.end());
    return RunOcean(flags, here);
  };
  const Result printed = with({});
  CAPTURE(printed.err);
  REQUIRE(printed.code == 0);
  CHECK(ParseJson(printed.out).at("title") == "Mapping of the integration sample");
  CHECK(with({"-o", "schema.json"}).out.empty());
  CHECK(ReadJson(workspace.root() / "schema.json") == ParseJson(printed.out));
  const Result form = with({"-f", "ui", "--compact"});
  CHECK(ParseJson(form.out).at("kinds").contains("thing"));
  CHECK(std::count(form.out.begin(), form.out.end(), '\n') == 1);
  CHECK(with({"-f", "xml"}).code == 1);
}

TEST_CASE("The version is there for people, scripts and programs") {
  const std::string version(SdkVersion());
  CHECK(RunOcean({"version"}).out == "ocean " + version + "\n");
  CHECK(RunOcean({"--version"}).out == "ocean " + version + "\n");
  CHECK(RunOcean({"version", "-s"}).out == version + "\n");
  CHECK(ParseJson(RunOcean({"version", "--json"}).out).at("version") == version);
}

TEST_CASE("Commands that are none are refused, and help is there") {
  CHECK_THAT(RunOcean({}).out, Contains("sail") && Contains("catalog"));
  CHECK(RunOcean({}).code == 0);
  CHECK(RunOcean({"sial"}).code == 1);
  CHECK(RunOcean({"catalog"}).code == 1);
  CHECK(RunOcean({"sail", "--nonsense"}).code == 1);
}

}  // namespace ocean::cli
