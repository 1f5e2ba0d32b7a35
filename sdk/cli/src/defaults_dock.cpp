#include <algorithm>
#include <functional>
#include <iostream>
#include <optional>
#include <vector>

#include "defaults.hpp"
#include "defaults_place.hpp"
#include "ocean/base/error.hpp"
#include "ocean/sync/engine.hpp"
#include "ocean/sync/kind.hpp"

namespace ocean::cli {

namespace {

/// The selectors of kinds are known to the integration's program alone: here they are taken as they are.
sync::Kinds KindsOf(const config::Spec& spec) {
  const sync::Kind any = {
      .check_selector = [](const Json&, const std::string&, config::Problems&) {},
      .resync = [](const Json&, ResyncContext&) {}};
  sync::Kinds kinds;
  for (const std::string& name : spec.kinds) kinds.Add(name, any);
  if (spec.allow_custom_kinds)
    kinds.SetOther([any](const std::string&) { return sync::Kind(any); });
  return kinds;
}

/// True when `existing` has all that `wanted` says; Port adds members of its own.
bool Has(const Json& existing, const Json& wanted) {
  const auto members = wanted.items();
  return std::all_of(members.begin(), members.end(), [&](const auto& member) {
    return Get(existing, member.key()) == member.value();
  });
}

/// Does what is asked for, or only says it.
class Dock {
 public:
  Dock(DefaultsPlace& place, bool dry_run) : place_(place), dry_run_(dry_run) {}

  void Run() {
    const std::optional<Json> integration = place_.port.GetIntegration();
    if (!integration) Do("integration " + place_.identifier(), "registered", [&] { Register(); });
    Blueprints();
    Others();
    if (integration && place_.resources.mapping) Mapping(Get(*integration, "config"));
    if (!dry_run_) place_.port.PatchIntegration({{"arePortResourcesInitialized", true}});
  }

 private:
  void Do(const std::string& what, const char* outcome, const std::function<void()>& work) const {
    if (!dry_run_) work();
    std::cout << what << (dry_run_ ? ": would be " : ": ") << outcome << "\n";
  }

  void Register() {
    place_.port.CreateIntegration(
        {{"changelogDestination", Json::object()},
         {"actionsProcessingEnabled", false},
         {"incrementalSyncEnabled", false},
         {"config", place_.resources.mapping.value_or(Json::object())},
         {"createPortResourcesOrigin", NameOf(config::ResourcesOrigin::kDefault)}});
  }

  /// Bare ones first: they may refer to each other.
  void Blueprints() {
    std::vector<Json> created;
    for (const Json& blueprint : place_.resources.blueprints) {
      const std::string identifier = GetString(blueprint, "identifier");
      const std::optional<Json> existing = place_.port.GetBlueprint(identifier);
      if (!existing) {
        Do("blueprint " + identifier, "created",
           [&] { place_.port.CreateBlueprint(app::StagesOf(blueprint).bare); });
        created.push_back(blueprint);
      } else if (!Has(*existing, blueprint)) {
        changed_.push_back(blueprint);
      } else {
        std::cout << "blueprint " << identifier << ": as it should be\n";
      }
    }
    if (!dry_run_) app::CompleteBlueprints(place_.port, created);
    for (const Json& blueprint : changed_) {
      const std::string identifier = GetString(blueprint, "identifier");
      Do("blueprint " + identifier, "updated",
         [&] { place_.port.PatchBlueprint(identifier, blueprint); });
    }
  }

  void Others() {
    for (const app::OtherResource& other : app::OthersOf(place_.resources))
      CreateMissing(other.name, [&] { other.create(place_.port); });
  }

  void CreateMissing(const std::string& what, const std::function<void()>& create) const {
    try {
      Do(what, dry_run_ ? "created where it is missing" : "created", create);
    } catch (const Error& error) {
      if (error.http_status() != 409) throw error.WithContext("creating the " + what);
      std::cout << what << ": there already\n";
    }
  }

  void Mapping(const Json& existing) const {
    const Json& mapping = *place_.resources.mapping;
    if (existing == mapping) {
      std::cout << "mapping: as it should be\n";
    } else {
      Do("mapping", "replaced", [&] { place_.port.PatchIntegrationConfig(mapping); });
    }
  }

  DefaultsPlace& place_;
  bool dry_run_;
  std::vector<Json> changed_;
};

}  // namespace

int DefaultsDock(const DefaultsDockRequest& request) {
  DefaultsPlace place(request.path);
  if (place.resources.mapping) {
    try {
      sync::CheckMapping(*place.resources.mapping, KindsOf(place.configuration.spec),
                         place.configuration.settings.allow_environment_variables_jq_access);
    } catch (const Error& error) {
      throw error.WithContext(place.resources.mapping_file.string());
    }
  }
  Dock(place, request.dry_run).Run();
  return 0;
}

}  // namespace ocean::cli
