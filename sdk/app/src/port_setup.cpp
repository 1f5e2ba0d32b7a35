#include "port_setup.hpp"

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>
#include <vector>

#include "ocean/base/error.hpp"
#include "ocean/base/text.hpp"
#include "resync_route.hpp"

namespace ocean::app {

namespace {

constexpr auto kProvisioningFlag = "USE_PROVISIONED_DEFAULTS";
constexpr std::chrono::milliseconds kFirstWait = std::chrono::seconds(3);
constexpr std::chrono::milliseconds kLongestWait = std::chrono::seconds(30);
constexpr auto kProvisioningTime = std::chrono::minutes(10);

/// The members of the integration that follow the running configuration.
Json RunningFacts(const config::Configuration& configuration) {
  Json destination = Json::object();
  if (configuration.settings.event_listener.type == config::EventListenerType::kWebhook)
    destination = {{"type", "WEBHOOK"}, {"url", ResyncUrl(configuration.settings)}};
  if (configuration.settings.event_listener.type == config::EventListenerType::kKafka)
    destination = {{"type", "KAFKA"}};
  return {{"changelogDestination", std::move(destination)},
          {"installationAppType", configuration.settings.integration.type},
          {"actionsProcessingEnabled", false},
          {"incrementalSyncEnabled", false},
          {"processingMode", "ocean-core"}};
}

/// Port answers this for a resource that is there already.
bool AlreadyExists(const Error& error) {
  return error.http_status() == 409;
}

bool IsEmpty(const Json& value) {
  return value.is_null() || value.empty();
}

/// Nothing is mapped by it.
bool MapsNothing(const Json& mapping) {
  return IsEmpty(mapping) || IsEmpty(Get(mapping, "resources"));
}

/// True for a blueprint of ours that an interrupted attempt left at an earlier stage: the same
/// schema, and nothing yet of what the later stages add.
bool IsUnfinished(const Json& existing, const Json& blueprint) {
  if (Get(existing, "schema") != Get(blueprint, "schema")) return false;
  bool lacks_something = false;
  for (const auto* member :
       {"relations", "mirrorProperties", "calculationProperties", "aggregationProperties"}) {
    const Json& ours = Get(blueprint, member);
    const Json& theirs = Get(existing, member);
    if (IsEmpty(theirs)) {
      lacks_something = lacks_something || !IsEmpty(ours);
    } else if (std::string_view(member) != "relations" || theirs.size() != ours.size()) {
      return false;
    }
  }
  return lacks_something;
}

/// Makes blueprints in stages, and takes back what it created when a later step fails.
class BlueprintWork {
 public:
  BlueprintWork(port::Client& port, const Logger& logger) : port_(port), logger_(logger) {}

  void Create(const std::vector<Json>& blueprints) {
    try {
      for (const Json& blueprint : blueprints) CreateBare(blueprint);
      CompleteBlueprints(port_, pending_);
    } catch (const Error&) {
      TakeBack();
      throw;
    }
    Tell("created the blueprints", created_);
    Tell("completed what an earlier start left of the blueprints", completed_);
    Tell("left as they are, since they exist: the blueprints", existing_);
  }

 private:
  void CreateBare(const Json& blueprint) {
    const std::string identifier = GetString(blueprint, "identifier");
    const std::optional<Json> existing = port_.GetBlueprint(identifier);
    if (!existing) {
      port_.CreateBlueprint(StagesOf(blueprint).bare);
      created_.push_back(identifier);
    } else if (IsUnfinished(*existing, blueprint)) {
      completed_.push_back(identifier);
    } else {
      existing_.push_back(identifier);
      return;
    }
    pending_.push_back(blueprint);
  }

  void Tell(const char* what, const std::vector<std::string>& blueprints) const {
    if (!blueprints.empty()) logger_.Info(std::string(what) + " " + Join(blueprints, ", "));
  }

  void TakeBack() {
    for (auto identifier = created_.rbegin(); identifier != created_.rend(); ++identifier) {
      try {
        port_.DeleteBlueprint(*identifier);
      } catch (const Error& error) {
        logger_.Warning("could not take back the blueprint " + *identifier,
                        {{"error", error.what()}});
      }
    }
  }

  port::Client& port_;
  const Logger& logger_;
  /// There, and not complete.
  std::vector<Json> pending_;
  std::vector<std::string> created_;
  std::vector<std::string> completed_;
  std::vector<std::string> existing_;
};

}  // namespace

PortState PortSetup::Run() {
  std::optional<Json> integration = parts_.port.GetIntegration();
  if (integration) CheckRuntime(*integration);
  const Origin origin = OriginFor(integration.value_or(Json()));
  const bool without_mapping = !integration || MapsNothing(Get(*integration, "config"));
  if (without_mapping && origin == Origin::kDefault) CheckDefaultMapping();
  if (integration) TellOwnMapping(Get(*integration, "config"));
  if (!integration) integration = Register(origin);
  PatchDrift(*integration);
  if (origin == Origin::kPort) integration = AwaitMapping(std::move(*integration));
  if (Get(*integration, "arePortResourcesInitialized") != true) Initialise(*integration, origin);
  const Json& state = Get(*integration, "resyncState");
  return {.last_resync = ParseIso8601(GetString(state, "updatedAt")),
          .log_url = GetString(Get(*integration, "logAttributes"), "ingestUrl"),
          .metrics = {.url = GetString(Get(*integration, "metricAttributes"), "ingestUrl"),
                      .installation_type = GetString(*integration, "installationType", "OnPrem")}};
}

void PortSetup::CheckRuntime(const Json& integration) const {
  const std::string installed = GetString(integration, "installationType", "OnPrem");
  const bool saas = parts_.configuration.settings.runtime == config::Runtime::kSaas;
  if (saas ? installed.starts_with("Saas") : installed == "OnPrem") return;
  throw Error(ErrorKind::kConfig, "Port knows the integration \"" +
                                      parts_.configuration.settings.integration.identifier +
                                      "\" as installed as " + installed +
                                      ", which does not fit the runtime " +
                                      NameOf(parts_.configuration.settings.runtime) +
                                      ": use another integration.identifier, or set runtime");
}

PortSetup::Origin PortSetup::OriginFor(const Json& integration) const {
  const std::string stored = GetString(integration, "createPortResourcesOrigin");
  for (const auto& [name, origin] : EnumNames<Origin>::Names()) {
    if (name == stored) return origin == Origin::kOcean ? Origin::kDefault : origin;
  }
  const std::optional<Origin> wanted = parts_.configuration.settings.create_port_resources_origin;
  if (wanted == Origin::kOcean) {
    parts_.logger.Warning("create_port_resources_origin: Ocean is an old name of Default");
    return Origin::kDefault;
  }
  if (wanted && wanted != Origin::kPort) return *wanted;
  // Who has it already keeps the resources that it has.
  if (!integration.is_null()) return Origin::kDefault;
  if (IsProvisionedByPort()) return Origin::kPort;
  if (wanted == Origin::kPort) {
    parts_.logger.Warning(
        "create_port_resources_origin is Port, and Port does not make the resources of \"" +
        parts_.configuration.settings.integration.type +
        "\" for this organization: those of the integration are used");
  }
  return Origin::kDefault;
}

bool PortSetup::IsProvisionedByPort() const {
  try {
    const auto types = parts_.port.GetProvisionedTypes();
    const std::string& type = parts_.configuration.settings.integration.type;
    return std::find(types.begin(), types.end(), type) != types.end() &&
           parts_.port.GetOrganization().Has(kProvisioningFlag);
  } catch (const Error& error) {
    // A server of Port's API that does not know the question does not do it either.
    if (error.kind() != ErrorKind::kNotFound)
      throw error.WithContext("asking what Port provisions");
    return false;
  }
}

Json PortSetup::InitialMapping(Origin origin) const {
  if (origin == Origin::kPort) return Json::object();
  if (origin == Origin::kDefault && parts_.resources.mapping) return *parts_.resources.mapping;
  return {{"deleteDependentEntities", true},
          {"createMissingRelatedEntities", true},
          {"enableMergeEntity", true},
          {"entityDeletionThreshold", 0.9},
          {"resources", Json::array()}};
}

void PortSetup::CheckDefaultMapping() const {
  if (!parts_.resources.mapping) return;
  try {
    parts_.check_mapping(*parts_.resources.mapping);
  } catch (const Error& error) {
    throw error.WithContext(parts_.resources.mapping_file.string());
  }
}

void PortSetup::TellOwnMapping(const Json& stored) const {
  if (IsEmpty(stored) || !parts_.resources.mapping || stored == *parts_.resources.mapping) return;
  parts_.logger.Info("the mapping that Port holds differs from " +
                     parts_.resources.mapping_file.string() +
                     "; Port's is used, the file is for new installations");
}

Json PortSetup::Register(Origin origin) {
  Json body = RunningFacts(parts_.configuration);
  // Not a member of what Port takes here: it is patched right after.
  body.erase("processingMode");
  body["config"] = InitialMapping(origin);
  body["createPortResourcesOrigin"] = NameOf(origin);
  Json created = parts_.port.CreateIntegration(std::move(body), origin == Origin::kPort);
  parts_.logger.Info("registered the integration in Port",
                     {{"identifier", parts_.configuration.settings.integration.identifier}});
  return created;
}

Json PortSetup::AwaitMapping(Json integration) const {
  const Duration deadline = parts_.clock.Elapsed() + kProvisioningTime;
  for (auto wait = kFirstWait; IsEmpty(Get(integration, "config"));
       wait = std::min(wait * 31 / 20, kLongestWait)) {
    if (parts_.clock.Elapsed() >= deadline) {
      throw Error(ErrorKind::kTransient,
                  "Port was asked to make the mapping and the blueprints, and has not within ten "
                  "minutes; see the integration in Port, or set create_port_resources_origin to "
                  "Default under another integration.identifier");
    }
    if (wait == kFirstWait)
      parts_.logger.Info("waiting for Port to make the mapping and the blueprints");
    if (!parts_.clock.SleepFor(wait, parts_.stop)) ThrowCancelled("waiting for Port's resources");
    if (std::optional<Json> current = parts_.port.GetIntegration())
      integration = std::move(*current);
  }
  return integration;
}

void PortSetup::PatchDrift(const Json& integration) {
  const Json facts = RunningFacts(parts_.configuration);
  Json patch = Json::object();
  for (const auto& [member, value] : facts.items()) {
    if (Get(integration, member) != value) patch[member] = value;
  }
  const bool new_version =
      GetString(integration, "version") != parts_.port.options().identity.version;
  if (!patch.empty() || new_version) parts_.port.PatchIntegration(std::move(patch));
}

void PortSetup::Initialise(const Json& integration, Origin origin) {
  // Port makes the resources, and notes it.
  if (origin == Origin::kPort) return;
  const config::Settings& settings = parts_.configuration.settings;
  if (origin == Origin::kDefault && !settings.initialize_port_resources) return;
  const bool has_default = origin == Origin::kDefault && parts_.resources.mapping.has_value();
  const Json& stored = Get(integration, "config");
  if (has_default ? MapsNothing(stored) : IsEmpty(stored)) {
    parts_.port.PatchIntegrationConfig(InitialMapping(origin),
                                       settings.runtime == config::Runtime::kSaas);
  }
  if (origin == Origin::kDefault && !CreateAll()) return;
  // A mapping that is added later is then still put there.
  if (origin == Origin::kDefault && !has_default && MapsNothing(stored)) return;
  parts_.port.PatchIntegration({{"arePortResourcesInitialized", true}});
}

bool PortSetup::CreateAll() {
  try {
    BlueprintWork(parts_.port, parts_.logger).Create(parts_.resources.blueprints);
  } catch (const Error& error) {
    throw error.WithContext("creating the default blueprints");
  }
  return CreateOthers();
}

bool PortSetup::CreateOthers() {
  bool complete = true;
  std::vector<std::string> created;
  for (const OtherResource& other : OthersOf(parts_.resources)) {
    try {
      other.create(parts_.port);
      created.push_back("the " + other.name);
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::kCancelled) throw;
      if (AlreadyExists(error)) continue;
      parts_.logger.Warning("could not create the " + other.name + "; the next start tries again",
                            {{"error", error.what()}});
      complete = false;
    }
  }
  if (!created.empty()) parts_.logger.Info("created " + Join(created, ", "));
  return complete;
}

}  // namespace ocean::app
