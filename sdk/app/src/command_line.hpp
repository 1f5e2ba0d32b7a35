#pragma once
/// @file The command line of `ocean-<type>`.

#include <string>
#include <vector>

#include "ocean/app/mapping_schema_flags.hpp"
#include "sail_options.hpp"

namespace ocean::app {

/// What a command line asks for.
struct Command {
  enum class Verb {
    kSail,
    kPlan,
    kSpecJson,
    kMappingSchema,
    kVersion,
    kNothing,  ///< help was printed, or the line is wrong and that was said: exit with exit_code
  };
  Verb verb = Verb::kNothing;
  SailOptions sail;
  /// Of spec json.
  std::filesystem::path folder = ".";
  MappingSchemaRequest schema;
  int exit_code = 0;
};

/// Parses the line; prints help and what is wrong with it.
///
/// Errors    Error{kConfig} for a value that cannot be meant
Command ParseCommandLine(int argc, char** argv, const std::string& type);

}  // namespace ocean::app
