#include "mapping.hpp"

#include "ocean/base/error.hpp"
#include "ocean/catch.hpp"
#include "ocean/config/yaml.hpp"
#include "ocean/sync/engine.hpp"

namespace ocean::sync {
namespace {

Kinds TestKinds() {
  Kinds kinds;
  kinds.Add("issue",
            {[](const Json& selector, const std::string& path, config::Problems& problems) {
               if (selector.contains("jqll")) problems.Add(path + ".jqll", "is not known");
             },
             [](const Json&, ResyncContext&) {}});
  return kinds;
}

Mapping Parse(const char* yaml) {
  config::Problems problems;
  return ParseMapping(config::ParseYaml(yaml, "mapping.yaml"), TestKinds(), {}, problems);
}

TEST_CASE("flags have Port's defaults and both spellings") {
  const char* resources = R"(
resources:
  - kind: issue
    selector: {query: "true"}
    port: {entity: {mappings: {identifier: .id, blueprint: '"b"'}}}
)";
  const Mapping defaults = Parse(resources);
  CHECK(defaults.flags.enable_merge_entity);
  CHECK(defaults.flags.delete_dependent_entities);
  CHECK(defaults.flags.create_missing_related_entities);
  CHECK(defaults.flags.entity_deletion_threshold == 0.9);

  const Mapping set =
      Parse((std::string("enableMergeEntity: false\ndelete_dependent_entities: false\n"
                         "createMissingRelatedEntities: false\nentityDeletionThreshold: 0.5\n") +
             resources)
                .c_str());
  CHECK_FALSE(set.flags.enable_merge_entity);
  CHECK_FALSE(set.flags.delete_dependent_entities);
  CHECK_FALSE(set.flags.create_missing_related_entities);
  CHECK(set.flags.entity_deletion_threshold == 0.5);
}

TEST_CASE("a resource keeps the selector's own fields and folds constants") {
  const Mapping mapping = Parse(R"(
resources:
  - kind: issue
    selector: {query: true, jql: "x = 1", exportEnvVariables: [HOME]}
    port:
      itemsToParse: .comments
      entity:
        mappings:
          identifier: .id
          blueprint: '"jiraIssue"'
          properties: {count: 3}
)");
  REQUIRE(mapping.resources.size() == 1);
  const ResourceMapping& resource = mapping.resources.front();
  CHECK(resource.selector == ParseJson(R"({"jql":"x = 1"})"));
  CHECK(resource.takes_all);
  CHECK(resource.entity.ConstantBlueprint() == "jiraIssue");
  REQUIRE(resource.items_to_parse);
  CHECK(resource.items_to_parse->name == "item");
  CHECK(resource.items_to_parse->removal);
}

TEST_CASE("W-49: everything that is wrong is told at once, with its place") {
  try {
    Parse(R"(
entityDeletionThreshold: 2
resources:
  - kind: isue
    selector: {query: "true"}
    port: {entity: {mappings: {identifier: .id, blueprint: '"b"'}}}
  - kind: issue
    selector: {jqll: x}
    port:
      entity:
        mappings:
          identifier: .id
          properties: {url: '.self | sub("a"'}
)");
    FAIL("it was accepted");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::kConfig);
    const std::string message = error.what();
    for (const char* part :
         {"entityDeletionThreshold: expected a number from 0 to 1, found 2",
          "resources[0].kind: this integration has no kind \"isue\"; did you mean \"issue\"?",
          "resources[1].selector.query: is required", "resources[1].selector.jqll: is not known",
          "resources[1].port.entity.mappings.blueprint: is required",
          "resources[1].port.entity.mappings.properties.url: "}) {
      CHECK_THAT(message, Catch::Matchers::Contains(part));
    }
  }
}

TEST_CASE("a mapping without resources syncs nothing, and says so") {
  CHECK_THROWS_WITH(Parse("resources: []"), Catch::Matchers::Contains("no resources"));
  CHECK_THROWS_WITH(CheckMapping(Json::object(), TestKinds(), false),
                    Catch::Matchers::Contains("no resources"));
}

}  // namespace
}  // namespace ocean::sync
