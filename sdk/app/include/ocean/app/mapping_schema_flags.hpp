#pragma once
/// @file The flags of `port-app-config schema`: `ocean-<type>` reads them, `ocean` passes them on.

#include <string>

namespace ocean::app {

struct MappingSchemaRequest {
  /// The integration's folder.
  std::string folder = ".";
  /// json or ui.
  std::string format = "json";
  /// A file; empty for standard output.
  std::string output;
  bool compact = false;
};

/// Declares the flags on a CLI11 command, which fills `request` when it is parsed.
///
/// Lifetime  `request` must outlive the parsing
template <class Command>
void AddMappingSchemaFlags(Command& schema, MappingSchemaRequest& request) {
  schema.add_option("PATH", request.folder, "The integration's folder (.)")->type_name("");
  schema
      .add_option("-f,--format", request.format,
                  "json: a JSON Schema; ui: the parts of a form, by kind (json)")
      ->type_name("FORMAT");
  schema.add_option("-o,--output", request.output, "Write to a file")->type_name("FILE");
  schema.add_flag("--compact,!--pretty", request.compact, "All in one line");
}

}  // namespace ocean::app
