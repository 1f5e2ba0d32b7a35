#pragma once
/// @file Brings Port to where a resync can run: the integration is registered, its default resources are there.

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "ocean/app/default_resources.hpp"
#include "ocean/base/clock.hpp"
#include "ocean/base/log.hpp"
#include "ocean/config/configuration.hpp"
#include "ocean/port/client.hpp"
#include "sync_metrics.hpp"

namespace ocean::app {

/// What Port knew of the integration when the process started.
struct PortState {
  /// When Port last heard of a resync; empty when never.
  std::optional<TimePoint> last_resync;
  /// Where it takes log records; empty when it did not say.
  std::string log_url;
  MetricsTarget metrics;
};

/// Registers the integration and creates its default resources.
///
/// Rule      idempotent: what exists is left alone, what is missing is created, and
///           arePortResourcesInitialized is set only once all of it is there. Blueprints that an
///           interrupted attempt left without their relations are completed
class PortSetup {
 public:
  struct Parts {
    port::Client& port;
    const config::Configuration& configuration;
    const DefaultResources& resources;
    /// Throws Error{kConfig} for a mapping that no resync could run with.
    std::function<void(const Json& mapping)> check_mapping;
    Clock& clock;
    Logger logger;
    std::stop_token stop;
  };
  explicit PortSetup(Parts parts) : parts_(std::move(parts)) {}

  /// Errors    Error{kConfig} before anything is changed: a default mapping that is wrong, a
  /// runtime that does not fit;
  ///           Error{kTransient} when Port does not make the resources it was asked for within ten
  ///           minutes; what Port's client throws otherwise, with what was being done
  PortState Run();

 private:
  using Origin = config::ResourcesOrigin;

  void CheckRuntime(const Json& integration) const;
  /// What Port keeps for the integration; for a new one, what is set and Port can do.
  Origin OriginFor(const Json& integration) const;
  bool IsProvisionedByPort() const;
  /// The mapping a new integration starts with.
  Json InitialMapping(Origin origin) const;
  void CheckDefaultMapping() const;
  /// Says so when the mapping in use is not the one in the integration's folder.
  void TellOwnMapping(const Json& stored) const;
  Json Register(Origin origin);
  /// Waits until Port has made the mapping that it was asked to make.
  Json AwaitMapping(Json integration) const;
  void PatchDrift(const Json& integration);
  void Initialise(const Json& integration, Origin origin);
  /// False when something could not be created, which was logged.
  bool CreateAll();
  bool CreateOthers();

  Parts parts_;
};

}  // namespace ocean::app
