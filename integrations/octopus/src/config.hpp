#pragma once
/// @file What an operator configures, and what a mapping may select.

#include <string>

#include "ocean/ocean.hpp"

namespace octopus {

struct OctopusConfig {
  std::string server_url;
  ocean::Secret octopus_api_key;
  /// Empty: live events are not checked.
  ocean::Secret webhook_secret = {};

  static auto Describe() {
    return ocean::Fields<OctopusConfig>()
        .Add("server_url", &OctopusConfig::server_url, "Address of the Octopus server.",
             ocean::Url(), ocean::Required())
        .Add("octopus_api_key", &OctopusConfig::octopus_api_key,
             "API key of a user or a service account.", ocean::NotBlank(), ocean::Required())
        .Add("webhook_secret", &OctopusConfig::webhook_secret,
             "What Octopus sends along with live events; without it whoever reaches the address "
             "can send them.");
  }
};

struct DeploymentSelector {
  int max_items_per_space = 150;

  static auto Describe() {
    return ocean::Fields<DeploymentSelector>().Add(
        "max_items_per_space", &DeploymentSelector::max_items_per_space,
        "So many of the newest deployments of each space are read; 0 for all.", ocean::AtLeast(0));
  }
};

/// Of the kinds that the API has and this integration does not name.
struct ResourceSelector {
  std::string path = {};
  int max_items_per_space = 0;

  static auto Describe() {
    return ocean::Fields<ResourceSelector>()
        .Add("path", &ResourceSelector::path,
             "The resource as the API's address has it, such as proxies; the kind and an s if "
             "empty.")
        .Add("max_items_per_space", &ResourceSelector::max_items_per_space,
             "So many of the first items of each space are read; 0 for all.", ocean::AtLeast(0));
  }
};

}  // namespace octopus
