#pragma once
/// @file Errors that point into a program's text.

#include <cstddef>
#include <string>
#include <string_view>

namespace ocean::jq {

/// Throws Error{kConfig}: the message, line and column of the byte `position`, that line with a caret below, and the hint.
[[noreturn]] void ThrowSourceError(std::string_view text, std::size_t position,
                                   const std::string& message, const std::string& hint = "");

/// The line, from 1, of the byte `position`.
std::size_t LineOf(std::string_view text, std::size_t position);

}  // namespace ocean::jq
