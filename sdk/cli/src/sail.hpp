#pragma once
/// @file `ocean sail` and `ocean plan`: find an integration's program and run it.

#include <span>
#include <string>

#include "ocean/app/sail_flags.hpp"

namespace ocean::cli {

/// One of the program's commands, with what it was given.
struct SailRequest {
  std::string command = "sail";
  std::span<const app::SailFlag> known_flags = app::kSailFlags;
  std::string path = ".";
  /// Sync into the embedded catalog instead of Port.
  bool local = false;
  app::SailFlagValues flags = {};
};

/// Returns the program's exit code. Error{kConfig} when there is nothing to run.
int Sail(const SailRequest& request);

}  // namespace ocean::cli
