#pragma once
/// @file `ocean list` and `ocean spec`: what integrations say of themselves.

#include <string>

#include "ocean/app/mapping_schema_flags.hpp"

namespace ocean::cli {

/// The integrations nearby.
int ListIntegrations(bool json);

/// Says whether an integration's spec.yaml is valid.
int SpecCheck(const std::string& path);
/// Prints it as JSON.
int SpecJson(const std::string& path);
/// Prints the example configuration: config.yaml, or the variables of a .env.
int SpecExample(const std::string& path, bool as_variables);

/// Runs the integration's program to print the schema of its mapping.
int MappingSchema(const app::MappingSchemaRequest& request);

}  // namespace ocean::cli
