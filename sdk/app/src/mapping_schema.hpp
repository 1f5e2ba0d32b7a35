#pragma once
/// @file What a mapping for an integration may say, as data: for editors, forms and checks.

#include <string>

#include "ocean/app/mapping_schema_flags.hpp"
#include "ocean/base/json.hpp"
#include "ocean/sync/kind.hpp"

namespace ocean::app {

struct Program;

/// The JSON Schema (draft 7) of a mapping. Selectors are sealed: what a kind does not know is refused. Names are in camelCase.
///
/// Errors    Error{kConfig} for a field of a selector that says nothing of itself
Json MappingSchema(const std::string& type, const sync::Kinds& kinds);

/// The same in the parts of a form: {"kinds": {<kind>: {"selectors": <schema>}}, "advancedConfig": <schema of the flags>}; nothing in it
/// refers to another place.
Json MappingForm(const sync::Kinds& kinds);

/// Prints the schema of a program's integration, which need not be configured.
///
/// Errors    Error{kConfig}: the format is unknown, the spec is faulty, the file cannot be written
void WriteMappingSchema(const Program& program, const MappingSchemaRequest& request);

}  // namespace ocean::app
