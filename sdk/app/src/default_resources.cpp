#include "ocean/app/default_resources.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "ocean/base/error.hpp"
#include "ocean/config/yaml.hpp"

namespace ocean::app {

namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 5> kNames = {"blueprints", "port-app-config", "actions",
                                                    "scorecards", "pages"};
constexpr std::array<std::string_view, 3> kEndings = {".json", ".yaml", ".yml"};

[[noreturn]] void Fail(const fs::path& file, const std::string& message) {
  throw Error(ErrorKind::kConfig, file.string() + ": " + message);
}

bool IsOneOf(std::string_view text, const auto& known) {
  for (const std::string_view candidate : known) {
    if (text == candidate) return true;
  }
  return false;
}

/// Refuses what looks like a resource file and would be ignored silently.
void CheckNames(const fs::path& folder) {
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    const fs::path& file = entry.path();
    if (!IsOneOf(file.stem().string(), kNames)) continue;
    if (entry.is_directory()) Fail(file, "is a folder; expected a .json, .yaml or .yml file");
    if (!IsOneOf(file.extension().string(), kEndings)) {
      Fail(file, "is no .json, .yaml or .yml file");
    }
  }
}

/// The file of a resource; empty when there is none.
fs::path FindFile(const fs::path& folder, std::string_view name) {
  fs::path found;
  for (const std::string_view ending : kEndings) {
    const fs::path file = folder / (std::string(name) + std::string(ending));
    if (!fs::exists(file)) continue;
    if (!found.empty()) {
      Fail(file, "there is also " + found.filename().string() + "; keep one of them");
    }
    found = file;
  }
  return found;
}

void CheckElement(const fs::path& file, std::size_t i, const Json& element,
                  const std::vector<std::string_view>& required) {
  const std::string place = "[" + std::to_string(i) + "]";
  if (!element.is_object()) {
    Fail(file, place + ": expected an object, got " + std::string(TypeName(element)));
  }
  for (const std::string_view member : required) {
    if (GetString(element, member).empty()) {
      Fail(file, place + "." + std::string(member) + ": expected text");
    }
  }
}

std::vector<Json> LoadList(const fs::path& folder, std::string_view name,
                           const std::vector<std::string_view>& required) {
  const fs::path file = FindFile(folder, name);
  if (file.empty()) return {};
  Json list = config::LoadYamlFile(file);
  if (!list.is_array()) Fail(file, "expected a list, got " + std::string(TypeName(list)));
  std::vector<Json> result;
  for (std::size_t i = 0; i < list.size(); ++i) {
    CheckElement(file, i, list[i], required);
    result.push_back(std::move(list[i]));
  }
  return result;
}

void CheckScorecards(const fs::path& folder, const std::vector<Json>& scorecards) {
  for (std::size_t i = 0; i < scorecards.size(); ++i) {
    if (!Get(scorecards[i], "data").is_array()) {
      Fail(FindFile(folder, "scorecards"), "[" + std::to_string(i) + "].data: expected a list");
    }
  }
}

struct RootFlag {
  const char* name;
  const char* snake_name;
  Json fallback;
};

/// Port keeps the four flags with their effective values; files may leave them out or spell them in
/// snake_case.
Json WithRootFlags(const Json& mapping) {
  const std::array<RootFlag, 4> flags = {
      {{"deleteDependentEntities", "delete_dependent_entities", true},
       {"createMissingRelatedEntities", "create_missing_related_entities", true},
       {"enableMergeEntity", "enable_merge_entity", true},
       {"entityDeletionThreshold", "entity_deletion_threshold", 0.9}}};
  Json result = Json::object();
  for (const RootFlag& flag : flags) {
    const Json& camel = Get(mapping, flag.name);
    const Json& snake = Get(mapping, flag.snake_name);
    result[flag.name] = !camel.is_null() ? camel : !snake.is_null() ? snake : flag.fallback;
  }
  for (const auto& [key, value] : mapping.items()) {
    const bool is_flag =
        std::any_of(flags.begin(), flags.end(), [&given = key](const RootFlag& flag) {
          return given == flag.name || given == flag.snake_name;
        });
    if (!is_flag) result[key] = value;
  }
  if (!result.contains("resources")) result["resources"] = Json::array();
  return result;
}

void LoadMapping(const fs::path& folder, DefaultResources& resources) {
  resources.mapping_file = FindFile(folder, "port-app-config");
  if (resources.mapping_file.empty()) return;
  const Json mapping = config::LoadYamlFile(resources.mapping_file);
  if (!mapping.is_object()) {
    Fail(resources.mapping_file,
         "expected a mapping with `resources`, got " + std::string(TypeName(mapping)));
  }
  resources.mapping = WithRootFlags(mapping);
}

Json Without(const Json& blueprint, const std::vector<std::string_view>& members) {
  Json result = Json::object();
  for (const auto& [key, value] : blueprint.items()) {
    if (!IsOneOf(key, members)) result[key] = value;
  }
  return result;
}

}  // namespace

DefaultResources LoadDefaultResources(const fs::path& folder) {
  DefaultResources resources;
  if (!fs::is_directory(folder)) return resources;
  CheckNames(folder);
  resources.blueprints = LoadList(folder, "blueprints", {"identifier"});
  resources.actions = LoadList(folder, "actions", {"identifier"});
  resources.scorecards = LoadList(folder, "scorecards", {"blueprint"});
  CheckScorecards(folder, resources.scorecards);
  resources.pages = LoadList(folder, "pages", {});
  LoadMapping(folder, resources);
  return resources;
}

std::vector<OtherResource> OthersOf(const DefaultResources& resources) {
  std::vector<OtherResource> others;
  for (const Json& action : resources.actions) {
    others.push_back({"action " + GetString(action, "identifier"),
                      [action](port::Client& port) { port.CreateAction(action); }});
  }
  for (const Json& group : resources.scorecards) {
    const std::string blueprint = GetString(group, "blueprint");
    for (const Json& scorecard : group.at("data")) {
      others.push_back({"scorecard " + GetString(scorecard, "identifier") + " of " + blueprint,
                        [blueprint, scorecard](port::Client& port) {
                          port.CreateScorecard(blueprint, scorecard);
                        }});
    }
  }
  for (const Json& page : resources.pages) {
    others.push_back({"page " + GetString(page, "identifier"),
                      [page](port::Client& port) { port.CreatePage(page); }});
  }
  return others;
}

BlueprintStages StagesOf(const Json& blueprint) {
  const std::vector<std::string_view> last = {"calculationProperties", "mirrorProperties",
                                              "aggregationProperties"};
  std::vector<std::string_view> relational = last;
  for (const std::string_view member : {"relations", "ownership", "teamInheritance"}) {
    relational.push_back(member);
  }
  return {.bare = Without(blueprint, relational),
          .with_relations = Without(blueprint, last),
          .full = blueprint};
}

void CompleteBlueprints(port::Client& port, const std::vector<Json>& blueprints) {
  for (const auto stage : {&BlueprintStages::with_relations, &BlueprintStages::full}) {
    for (const Json& blueprint : blueprints)
      port.PatchBlueprint(GetString(blueprint, "identifier"), StagesOf(blueprint).*stage);
  }
}

}  // namespace ocean::app
