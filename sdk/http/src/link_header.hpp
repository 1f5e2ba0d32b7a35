#pragma once
/// @file Links in the header of an answer.

#include <optional>
#include <string>
#include <string_view>

#include "ocean/http/message.hpp"

namespace ocean::http {

/// The target of the first link of a relation in the Link fields (RFC 8288), as it is written there.
std::optional<std::string> FindLink(const Headers& headers, std::string_view relation);

}  // namespace ocean::http
