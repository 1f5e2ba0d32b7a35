#pragma once
/// @file `ocean sail`: finds an integration's program and runs it.

#include <string>

#include "ocean/app/sail_flags.hpp"

namespace ocean::cli {

struct SailRequest {
  std::string path = ".";
  /// Sync into the embedded catalog instead of Port.
  bool local = false;
  app::SailFlagValues flags;
};

/// Returns the program's exit code. Error{kConfig} when there is nothing to run.
int Sail(const SailRequest& request);

}  // namespace ocean::cli
