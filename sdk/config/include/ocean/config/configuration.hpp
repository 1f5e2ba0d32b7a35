#pragma once
/// @file From the command line, the environment, .env, config.yaml and spec.yaml to one valid
/// configuration.

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ocean/base/json.hpp"
#include "ocean/config/fields.hpp"
#include "ocean/config/problems.hpp"
#include "ocean/config/settings.hpp"
#include "ocean/config/spec.hpp"

namespace ocean::config {

struct LoadOptions {
  /// The integration's folder: .port/spec.yaml, and, when they are there, config.yaml and .env.
  std::filesystem::path folder;
  /// Usually ProcessEnvironment(); wins over .env, which wins over config.yaml.
  std::map<std::string, std::string> environment;
  /// A tree of settings with snake_case keys, from the command line; wins over all.
  Json overrides = Json::object();
  /// False where no Port account is needed, as with the embedded catalog.
  bool require_port_credentials = true;
};

struct Configuration {
  Settings settings;
  Spec spec;
  /// Valid, with snake_case keys and defaults filled in; an option that was not given and has no
  /// default is null.
  Json integration_config;
  /// Values to mask wherever they would be shown. None is empty or too short to be told from
  /// innocent text.
  std::vector<std::string> secrets;
  /// For the log: unknown keys, keys that have no effect any more, variables that are not set.
  std::vector<std::string> warnings;
  /// The integration's folder; relative paths of the settings start here.
  std::filesystem::path folder;
};

/// Reads and validates all of a configuration.
///
/// Shape     per key, the first of these wins: overrides, the environment, .env, config.yaml, the
/// default. Sub-trees may be
///           JSON in the variable of their parent (OCEAN__INTEGRATION__CONFIG='{…}'); variables of
///           leaves are laid over it. A string "{{ from env NAME }}" in config.yaml is that
///           variable's value; when it is not set, neither is the key
/// Errors    one Error{kConfig} with all problems: path, what is expected, what came, and what set
/// it (variable, line of
///           .env or of config.yaml). Values of sensitive options are never in it. A file that
///           cannot be parsed, and a faulty spec.yaml, are told alone
Configuration Load(const LoadOptions& options);

/// The variables of this process.
std::map<std::string, std::string> ProcessEnvironment();

/// The variable that sets a key: "port.client_id" → "OCEAN__PORT__CLIENT_ID", "port_number" →
/// "APPLICATION__PORT".
std::string EnvironmentName(std::string_view key);

/// The integration's own configuration type, filled from Configuration::integration_config.
///
/// Errors    Error{kConfig} when T's constraints are not met, with the paths of all that is wrong
template <Described T>
T ParseIntegrationConfig(const Json& integration_config) {
  Problems problems;
  T result =
      ParseFields<T>(integration_config, "integration.config", problems, UnknownKeys::kIgnore);
  problems.ThrowIfAny("the configuration of the integration is not valid:");
  return result;
}

}  // namespace ocean::config
