#pragma once
/// @file Where a record can be looked at.

#include <string>
#include <string_view>

#include "ocean/ocean.hpp"

namespace octopus {

/// The address of a record's page in Octopus; empty for a kind whose pages are not known, and for a
/// record without Id.
std::string WebUrl(const std::string& server_url, std::string_view kind, const ocean::Json& record);

}  // namespace octopus
