#pragma once
/// @file The examples that an integration ships, and what its default mapping makes of them.

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "ocean/base/json.hpp"

namespace ocean::testing {

/// The examples of a kind, `<folder>/.port/examples/<kind>/*.json`, with their names, by name. Error
/// {kConfig} naming the file for one that is no JSON.
std::vector<std::pair<std::string, Json>> Examples(const std::filesystem::path& integration_folder,
                                                   const std::string& kind);

/// {"<kind>/<example>": [entity, …]} over all kinds of the default mapping, by itself: no engine, no
/// catalog. Error{kConfig}: an example that the mapping cannot map, or filters.
Json MapExamples(const std::filesystem::path& integration_folder);

/// Compares what MapExamples gives with `<folder>/tests/data/mapped.json`, and says what differs; a
/// kind of the default mapping without examples is a finding too. With OCEAN_UPDATE_CASES=1 in the
/// environment the file is written instead.
std::vector<std::string> CheckExamples(const std::filesystem::path& integration_folder);

}  // namespace ocean::testing
