#include "ocean/app/default_resources.hpp"

#include "ocean/base/error.hpp"
#include "ocean/catch.hpp"
#include "support.hpp"

namespace ocean::app {

using Catch::Matchers::Contains;

TEST_CASE("A folder that is not there holds nothing") {
  const DefaultResources resources = LoadDefaultResources("/nowhere/at/all");
  CHECK(resources.blueprints.empty());
  CHECK_FALSE(resources.mapping);
}

TEST_CASE("Every resource is read, whatever its ending, and other files are left alone") {
  const TemporaryFolder folder;
  folder.Write("blueprints.json", R"([{"identifier":"a"},{"identifier":"b"}])");
  folder.Write("port-app-config.yml",
               "delete_dependent_entities: false\nresources:\n  - kind: x\n");
  folder.Write("actions.yaml", "- identifier: do\n");
  folder.Write("scorecards.json", R"([{"blueprint":"a","data":[{"identifier":"s"}]}])");
  folder.Write("pages.yml", "- identifier: p\n");
  folder.Write("README.md", "not a resource");
  const DefaultResources resources = LoadDefaultResources(folder.path());
  CHECK(resources.blueprints.size() == 2);
  CHECK(resources.actions.size() == 1);
  CHECK(resources.scorecards.size() == 1);
  CHECK(resources.pages.size() == 1);
  CHECK(resources.mapping_file == folder.path() / "port-app-config.yml");
  CHECK(*resources.mapping == Json({{"deleteDependentEntities", false},
                                    {"createMissingRelatedEntities", true},
                                    {"enableMergeEntity", true},
                                    {"entityDeletionThreshold", 0.9},
                                    {"resources", {{{"kind", "x"}}}}}));
}

TEST_CASE("A wrong file is told by its name and place") {
  const TemporaryFolder folder;
  const auto message = [&](const std::string& name, const std::string& text) {
    folder.Write(name, text);
    try {
      LoadDefaultResources(folder.path());
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::kConfig);
      std::filesystem::remove(folder.path() / name);
      return std::string(error.what());
    }
    return std::string("no error");
  };
  CHECK_THAT(message("blueprints.json", "{}"),
             Contains("blueprints.json") && Contains("expected a list"));
  CHECK_THAT(message("blueprints.json", "[1]"), Contains("[0]: expected an object, got number"));
  CHECK_THAT(message("blueprints.json", R"([{"identifier":"a"},{}])"), Contains("[1].identifier"));
  CHECK_THAT(message("blueprints.json", "[{"), Contains("blueprints.json"));
  CHECK_THAT(message("port-app-config.yaml", "- a"),
             Contains("port-app-config.yaml") && Contains("expected a mapping"));
  CHECK_THAT(message("pages.toml", ""), Contains("pages.toml"));
  CHECK_THAT(message("scorecards.json", R"([{"blueprint":"a"}])"), Contains("[0].data"));
  folder.Write("actions.json", "[]");
  CHECK_THAT(message("actions.yaml", "[]"), Contains("there is also actions.json"));
}

TEST_CASE("A blueprint is made in three stages") {
  const Json blueprint = {{"identifier", "a"},
                          {"schema", {{"properties", Json::object()}}},
                          {"relations", {{"r", 1}}},
                          {"ownership", {{"type", "Direct"}}},
                          {"mirrorProperties", {{"m", 1}}},
                          {"calculationProperties", {{"c", 1}}},
                          {"aggregationProperties", {{"g", 1}}}};
  const BlueprintStages stages = StagesOf(blueprint);
  CHECK(stages.bare == Json({{"identifier", "a"}, {"schema", {{"properties", Json::object()}}}}));
  CHECK(stages.with_relations == Json({{"identifier", "a"},
                                       {"schema", {{"properties", Json::object()}}},
                                       {"relations", {{"r", 1}}},
                                       {"ownership", {{"type", "Direct"}}}}));
  CHECK(stages.full == blueprint);
}

}  // namespace ocean::app
