#pragma once
/// @file The builtins whose arguments are values.

#include <span>
#include <string_view>

#include "code.hpp"

namespace ocean::jq {

/// By theme; each table is in a file of its own.
std::span<const Native> ConversionNatives();
std::span<const Native> CollectionNatives();
std::span<const Native> StringNatives();
std::span<const Native> RegexNatives();
std::span<const Native> MathNatives();
std::span<const Native> DateNatives();
/// Formats, such as "@base64".
std::span<const Native> FormatNatives();

/// The native of that name and number of arguments; null when there is none.
const Native* FindNative(std::string_view name, std::size_t arity);

/// "name/arity" of all natives.
std::vector<std::string> NativeNames();

}  // namespace ocean::jq
