#pragma once
/// @file What the command line of `ocean-<type> sail` or `plan` asks for.

#include <filesystem>
#include <optional>
#include <set>
#include <string>

#include "ocean/app/sail_flags.hpp"
#include "ocean/base/json.hpp"

namespace ocean::app {

struct SailOptions {
  std::filesystem::path folder = ".";
  bool once = false;
  /// --port was given, so that even a single run serves HTTP.
  bool port_given = false;
  std::optional<std::filesystem::path> report;
  std::set<std::string> allow_delete;
  /// The plan to carry out.
  std::optional<std::filesystem::path> plan;
  /// Where a plan that is made goes.
  std::optional<std::filesystem::path> plan_out;
  bool plan_as_json = false;
  /// Settings that the flags set: the overrides of config::Load.
  Json overrides = Json::object();
};

/// Reads flag values. Error{kConfig} for one that cannot be meant.
SailOptions ReadSailFlags(std::filesystem::path folder, const SailFlagValues& values);

}  // namespace ocean::app
