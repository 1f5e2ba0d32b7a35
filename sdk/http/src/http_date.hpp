#pragma once
/// @file The date that answers carry.

#include <string>

#include "ocean/base/clock.hpp"

namespace ocean::http {

/// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 §5.6.7).
std::string FormatHttpDate(TimePoint time);

}  // namespace ocean::http
