#include "ocean/testing/examples.hpp"

#include <algorithm>
#include <set>

#include "ocean/app/default_resources.hpp"
#include "ocean/base/error.hpp"
#include "ocean/sync/trial.hpp"
#include "ocean/testing/temp_dir.hpp"
#include "updates_cases.hpp"

namespace ocean::testing {

namespace {

namespace fs = std::filesystem;

Json EntitiesOf(const Json& mapping, const std::string& kind, const std::string& name,
                const Json& example) {
  Json entities = Json::array();
  for (sync::Trial& trial : sync::TryMapping(mapping, {}, kind, example)) {
    if (trial.outcome != sync::Trial::Outcome::kMapped) {
      const std::string what = std::string(kind).append("/").append(name);
      throw Error(ErrorKind::kConfig,
                  "the example " + what + " becomes no entity: " + trial.message);
    }
    entities.push_back(std::move(trial.entity));
  }
  return entities;
}

std::set<std::string> MappedKinds(const Json& mapping) {
  std::set<std::string> kinds;
  for (const Json& resource : mapping.at("resources")) {
    kinds.insert(resource.at("kind").get<std::string>());
  }
  return kinds;
}

}  // namespace

std::vector<std::pair<std::string, Json>> Examples(const fs::path& integration_folder,
                                                   const std::string& kind) {
  std::vector<std::pair<std::string, Json>> examples;
  const fs::path folder = integration_folder / ".port" / "examples" / kind;
  if (!fs::is_directory(folder)) return examples;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".json") continue;
    examples.emplace_back(entry.path().stem().string(),
                          ParseJson(ReadFile(entry.path()), entry.path().string()));
  }
  std::sort(examples.begin(), examples.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  return examples;
}

Json MapExamples(const fs::path& integration_folder) {
  const auto resources = app::LoadDefaultResources(integration_folder / ".port" / "resources");
  Json mapped = Json::object();
  if (!resources.mapping) return mapped;
  for (const std::string& kind : MappedKinds(*resources.mapping)) {
    for (const auto& [name, example] : Examples(integration_folder, kind)) {
      mapped[std::string(kind).append("/").append(name)] =
          EntitiesOf(*resources.mapping, kind, name, example);
    }
  }
  return mapped;
}

std::vector<std::string> CheckExamples(const fs::path& integration_folder) {
  const auto resources = app::LoadDefaultResources(integration_folder / ".port" / "resources");
  if (!resources.mapping) return {};
  const fs::path file = integration_folder / "tests" / "data" / "mapped.json";
  const Json mapped = MapExamples(integration_folder);
  if (UpdatesCases()) {
    fs::create_directories(file.parent_path());
    WriteFile(file, PrettyJson(mapped) + "\n");
  }
  const Json expected = ParseJson(ReadFile(file), file.string());
  std::vector<std::string> findings;
  for (const auto& [name, entities] : mapped.items()) {
    if (Get(expected, name) != entities) {
      findings.push_back(name + ": expected " + PrettyJson(Get(expected, name)) + ", got " +
                         PrettyJson(entities));
    }
  }
  for (const auto& [name, entities] : expected.items()) {
    if (!mapped.contains(name)) findings.push_back(name + ": there is no such example");
  }
  for (const std::string& kind : MappedKinds(*resources.mapping)) {
    if (Examples(integration_folder, kind).empty()) {
      findings.push_back("there is no example in .port/examples/" + kind);
    }
  }
  return findings;
}

}  // namespace ocean::testing
