#pragma once
/// @file Which rule an answer falls under.

#include <vector>

#include "ocean/http/error_rule.hpp"
#include "ocean/http/message.hpp"

namespace ocean::http {

/// The first rule that matches; null when none does.
const ErrorRule* FindRule(const std::vector<ErrorRule>& rules, const Response& response);

}  // namespace ocean::http
