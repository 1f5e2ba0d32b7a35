#pragma once
/// @file Test cases as data: a configuration, the third party's conversation, and what must come out.

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "ocean/app/integration.hpp"

namespace ocean::testing {

/// The case folders of an integration, `<folder>/tests/cases/*`, by name.
///
/// Errors    Error{kConfig} when there is none
std::vector<std::filesystem::path> CaseFolders(const std::filesystem::path& integration_folder);

/// Runs one case and says what is wrong with it, one finding per element; empty when it is good.
///
/// Shape     config.yaml    {kind, selector?, config?}: "${upstream}" in it is the fake's URL
///           upstream.yaml  a list of exchanges {method?, path, query?, headers?, body?, times?,
///                          status?, response? | response_text?, response_headers?}. A request takes
///                          the first exchange that fits and is not used up: query and headers must
///                          contain what is named, a JSON body must contain `body` (arrays
///                          elementwise). `times` is 1 unless given; 0 means any number
///           expected.json  {items, incomplete, error}: items in any order; error is null, or a part
///                          of the message
/// A request that fits no exchange, and an exchange that was not used often enough, are findings.
/// With OCEAN_UPDATE_CASES=1 in the environment expected.json is written instead of compared.
///
/// Errors    Error{kConfig} when a file of the case is missing or not valid
std::vector<std::string> RunCase(const std::filesystem::path& integration_folder,
                                 const std::filesystem::path& case_folder,
                                 const std::function<void(Integration&)>& setup);

}  // namespace ocean::testing
