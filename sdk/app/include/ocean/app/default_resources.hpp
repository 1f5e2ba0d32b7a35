#pragma once
/// @file The resources an integration ships: .port/resources.

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ocean/base/json.hpp"
#include "ocean/port/client.hpp"

namespace ocean::app {

/// What the resources folder holds; absent files leave their member empty.
struct DefaultResources {
  std::vector<Json> blueprints;
  std::vector<Json> actions;
  /// {"blueprint": …, "data": [scorecard, …]}
  std::vector<Json> scorecards;
  std::vector<Json> pages;
  /// The mapping in the form that Port keeps: the four root flags are always there.
  std::optional<Json> mapping;
  /// The file of the mapping, for messages.
  std::filesystem::path mapping_file;
};

/// Reads blueprints, port-app-config, actions, scorecards and pages, each .json, .yaml or .yml, from `folder`. Other files
/// are ignored; a folder that is not there holds nothing.
///
/// Errors    Error{kConfig} naming the file: unreadable, of the wrong shape, or twice with different endings
DefaultResources LoadDefaultResources(const std::filesystem::path& folder);

/// An action, a scorecard or a page.
struct OtherResource {
  /// "action restart", "scorecard tier of service", "page overview".
  std::string name;
  /// Throws what Port's client throws: an error of HTTP status 409 where it is there already, which Port does not tell beforehand.
  std::function<void(port::Client& port)> create;
};
/// What is made after the blueprints, in its order.
std::vector<OtherResource> OthersOf(const DefaultResources& resources);

/// The three steps in which a blueprint is made, so that blueprints can point at each other.
struct BlueprintStages {
  Json bare;
  Json with_relations;
  Json full;
};
BlueprintStages StagesOf(const Json& blueprint);
/// The second and the third step, for blueprints that Port has in their bare form.
void CompleteBlueprints(port::Client& port, const std::vector<Json>& blueprints);

}  // namespace ocean::app
