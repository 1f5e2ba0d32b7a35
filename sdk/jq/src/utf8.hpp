#pragma once
/// @file Code points in UTF-8.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace ocean::jq {

inline constexpr std::uint32_t kReplacement = 0xFFFD;

constexpr bool IsContinuationByte(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

/// Reads the code point at `position` and moves past it; a malformed byte reads as U+FFFD.
std::uint32_t NextCodePoint(std::string_view text, std::size_t& position);

/// Appends a code point; what is none becomes U+FFFD.
void AppendCodePoint(std::string& text, std::uint32_t code_point);

/// How many code points `text` has.
std::size_t CountCodePoints(std::string_view text);

/// The byte at which the code point number `index` starts, or the end.
std::size_t ByteOffset(std::string_view text, std::size_t index);

/// The first `limit` bytes of `text`, less where a character would be cut apart.
std::string CutText(std::string_view text, std::size_t limit);

/// `text` with U+FFFD for what is not UTF-8.
std::string RepairUtf8(std::string_view text);

}  // namespace ocean::jq
