#pragma once
/// @file YAML as Json: reading with positions in every message, and writing for people.

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "ocean/base/json_fwd.hpp"

namespace ocean::config {

/// Parses one YAML document.
///
/// Shape     YAML 1.2 core schema: plain true/false/null, integers and floats are typed, everything
/// quoted is a
///           string, and so are yes, on, and dates. Keys are strings as they are written. Anchors,
///           aliases and merge keys (<<) are resolved: an explicit member wins over a merged one.
///           An empty text is null
/// Errors    Error{kConfig} "file:line:column: …": syntax, a duplicate key, a key that is no
/// scalar, an unknown tag,
///           a number that JSON cannot hold, a second document, nesting beyond kMaxYamlDepth,
///           aliases that expand beyond kMaxYamlNodes, bytes that are not UTF-8
Json ParseYaml(std::string_view text, std::string_view file_name);

/// The deepest nesting ParseYaml accepts.
inline constexpr std::size_t kMaxYamlDepth = 200;
/// The most values one document may hold after its aliases are resolved.
inline constexpr std::size_t kMaxYamlNodes = 1'000'000;

/// Reads a YAML file, or a JSON file when its name ends in .json.
///
/// Errors    Error{kConfig} with the file's name: as ParseYaml, or when it cannot be read
Json LoadYamlFile(const std::filesystem::path& file);

/// Block-style YAML that ParseYaml reads back as the same value.
///
/// Shape     ends with a newline; strings of several lines are literal blocks where that is exact,
/// strings that would
///           be read as something else are quoted
std::string EmitYaml(const Json& value);

}  // namespace ocean::config
