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
