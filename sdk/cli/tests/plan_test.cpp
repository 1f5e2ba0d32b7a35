#include <filesystem>

#include "ocean/catch.hpp"
#include "process.hpp"
#include "workspace.hpp"

namespace ocean::cli {

using Catch::Matchers::Contains;

namespace {

Result Run(const Workspace& workspace, const std::string& command,
           std::vector<std::string> more = {}) {
  std::vector<std::string> arguments = {command, "integrations/sample", "--local"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return RunOcean(arguments, {.folder = workspace.root()});
}

std::string Export(const Workspace& workspace) {
  return RunOcean({"catalog", "export"}, {.folder = workspace.root()}).out;
}

/// A catalog with 30 things; then t0 changes, t29 goes and "new" comes.
struct Scene {
  Scene() {
    workspace.SetThings(30);
    REQUIRE(Run(workspace, "sail", {"--once"}).code == 0);
    Change("green");
  }
  void Change(const char* color) const {
    Json source = workspace.Source(29);
    source["things"][0]["color"] = color;
    source["things"].push_back({{"id", "new"}, {"name", "New"}, {"owner", "ann"}});
    workspace.SetSource(source);
  }

  Workspace workspace;
};

}  // namespace

TEST_CASE("plan says what would change and why, and changes nothing") {
  const Scene scene;
  const std::string before = Export(scene.workspace);
  const Result plan =
      Run(scene.workspace, "plan", {"--out", "plan.json", "--report", "report.json"});
  INFO(plan.err);
  CHECK(plan.code == 3);
  CHECK_THAT(plan.out, Contains("Plan: 1 to create, 1 to update, 1 to delete, 0 held back"));
  CHECK_THAT(plan.out, Contains("+ new  the source has it, the catalog does not"));
  CHECK_THAT(plan.out, Contains("~ t0  the source has it otherwise"));
  CHECK_THAT(plan.out, Contains("properties.color: \"red\" → \"green\""));
  CHECK_THAT(plan.out, Contains("- t29  the source no longer has it"));
  CHECK(Export(scene.workspace) == before);
  CHECK(ReadJson(scene.workspace.root() / "plan.json").at("changes").size() == 3);
  CHECK(ReadJson(scene.workspace.root() / "report.json").at("outcome") == "complete");

  const Result json = Run(scene.workspace, "plan", {"--json"});
  CHECK(ParseJson(json.out).at("changes") ==
        ReadJson(scene.workspace.root() / "plan.json").at("changes"));
}

TEST_CASE("a plan is carried out, and then there is nothing left to plan") {
  const Scene scene;
  REQUIRE(Run(scene.workspace, "plan", {"--out", "plan.json"}).code == 3);
  const Result sail = Run(scene.workspace, "sail", {"--once", "--plan", "plan.json"});
  INFO(sail.err);
  CHECK(sail.code == 0);
  const Result again = Run(scene.workspace, "plan");
  CHECK(again.code == 0);
  CHECK_THAT(again.out, Contains("Plan: 0 to create, 0 to update, 0 to delete, 0 held back"));
}

TEST_CASE("what moved since the plan was made is refused and named, the rest is done") {
  const Scene scene;
  REQUIRE(Run(scene.workspace, "plan", {"--out", "plan.json"}).code == 3);
  scene.Change("blue");
  const Result sail =
      Run(scene.workspace, "sail", {"--once", "--plan", "plan.json", "--report", "report.json"});
  INFO(sail.err);
  CHECK(sail.code == 2);
  CHECK_THAT(sail.out, Contains("not carried out: update sampleThing \"t0\"") &&
                           Contains("the source has it otherwise since the plan was made"));
  const Json refused = ReadJson(scene.workspace.root() / "report.json").at("refused");
  REQUIRE(refused.size() == 1);
  CHECK(refused[0].at("identifier") == "t0");
  const std::string after = Export(scene.workspace);
  CHECK_THAT(after, Contains("\"new\"") && !Contains("\"t29\""));
}

TEST_CASE("a plan that would delete most is held back until it is allowed, and then carried out") {
  const Scene scene;
  scene.workspace.SetThings(1);
  const Result plan = Run(scene.workspace, "plan", {"--out", "plan.json"});
  CHECK(plan.code == 2);
  CHECK_THAT(plan.out, Contains("29 held back") && Contains("--allow-delete sampleThing"));
  REQUIRE(
      Run(scene.workspace, "plan", {"--allow-delete", "sampleThing", "--out", "plan.json"}).code ==
      3);
  CHECK(Run(scene.workspace, "sail", {"--once", "--plan", "plan.json"}).code == 0);
  CHECK_THAT(Export(scene.workspace), !Contains("\"t29\""));
}

TEST_CASE("a plan that cannot be meant is refused before anything is done") {
  const Scene scene;
  scene.workspace.Write("other.json",
                        R"({"plan_version": 1, "installation": "x/y", "changes": []})");
  scene.workspace.Write("broken.json",
                        R"({"plan_version": 1, "installation": "x/y", "changes": [{}]})");
  const std::string before = Export(scene.workspace);
  for (const auto& [file, message] :
       {std::pair{"missing.json", "cannot be read"}, std::pair{"broken.json", "changes[0].action"},
        std::pair{"other.json", "the plan is for x/y"}}) {
    const Result sail = Run(scene.workspace, "sail", {"--once", "--plan", file});
    INFO(file << ": " << sail.err);
    CHECK(sail.code == 1);
    CHECK_THAT(sail.err, Contains(message));
  }
  const Result listening = Run(scene.workspace, "sail", {"--plan", "other.json"});
  CHECK(listening.code == 1);
  CHECK_THAT(listening.err, Contains("add --once"));
  CHECK(Export(scene.workspace) == before);
}

}  // namespace ocean::cli
