#pragma once
/// @file An integration's .port/spec.yaml: what it is, which kinds it has, how it is configured.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "ocean/base/json.hpp"
#include "ocean/config/field_info.hpp"

namespace ocean::config {

/// When another option has a value, this one is (or is not) required.
struct SpecDependency {
  /// snake_case name of the other option.
  std::string on;
  /// Any of these values; empty means any value at all.
  std::vector<Json> values;
  bool then_required = false;
};

/// One entry of `configurations`.
struct SpecConfiguration {
  /// As the file has it: camelCase.
  std::string name;
  /// What integration code reads: "jiraHost" → "jira_host".
  std::string snake_name;
  /// string, integer, boolean, object, array or url.
  std::string type;
  bool required = false;
  /// Null for none; of the declared type.
  Json default_value;
  bool sensitive = false;
  std::string title;
  std::string description;
  Json example;
  std::vector<Json> enum_values;
  std::vector<SpecDependency> dependencies;
};

/// What the core reads of a spec file; the rest is in `raw`, which other tools show.
struct Spec {
  /// `type` of the file, or the folder's name.
  std::string type;
  /// Empty when the file has none.
  std::string version;
  std::string title;
  std::string description;
  std::string icon;
  /// features[].resources[].kind, in the order of the file, each once.
  std::vector<std::string> kinds;
  /// Mappings may name other kinds too (`allowCustomKinds`).
  bool allow_custom_kinds = false;
  std::vector<SpecConfiguration> configurations;
  /// True unless `saas.enabled` is false.
  bool saas_enabled = true;
  bool actions_processing_enabled = false;
  /// The whole file.
  Json raw;
  /// Where it was read from.
  std::filesystem::path file;

  /// Reads .port/spec.yaml, .yml or .json (the first that is there) of an integration's folder.
  ///
  /// Errors    Error{kConfig} naming the file: none there, unreadable, or with all problems of its
  /// content together
  static Spec Load(const std::filesystem::path& integration_folder);

  /// The same from a value; `type` is the one to use when the value names none, `file_name` goes
  /// into messages.
  static Spec FromJson(Json value, const std::string& type, const std::string& file_name);

  /// The declared configuration as a field table with snake_case names.
  std::vector<FieldInfo> Fields() const;
};

/// Configuration::integration_config for what looks at an integration that nobody has configured: defaults, and for the
/// options that must be given their examples.
Json SampleConfig(const Spec& spec);

/// A config.example.yaml: each setting that an operator must think of, then every option with its
/// meaning and default.
std::string ExampleConfigYaml(const Spec& spec);

/// The same as variables, for a .env.example.
std::string ExampleEnv(const Spec& spec);

}  // namespace ocean::config
