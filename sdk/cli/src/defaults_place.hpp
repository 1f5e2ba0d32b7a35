#pragma once
/// @file An integration's default resources, and the Port that they belong to.

#include <string>

#include "ocean/app/default_resources.hpp"
#include "ocean/base/log.hpp"
#include "ocean/config/configuration.hpp"
#include "ocean/port/client.hpp"

namespace ocean::cli {

/// Errors    Error{kConfig}: no integration in the folder, or its configuration or resources are not valid
struct DefaultsPlace {
  explicit DefaultsPlace(const std::string& path);

  const std::string& identifier() const { return configuration.settings.integration.identifier; }

  config::Configuration configuration;
  /// Warnings on standard error.
  Logger logger;
  app::DefaultResources resources;
  port::Client port;
};

}  // namespace ocean::cli
