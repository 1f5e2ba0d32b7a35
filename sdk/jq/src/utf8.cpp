#include "utf8.hpp"

#include <algorithm>

#include "ocean/base/text.hpp"

namespace ocean::jq {

std::uint32_t NextCodePoint(std::string_view text, std::size_t& position) {
  const auto lead = static_cast<unsigned char>(text[position++]);
  if (lead < 0x80) return lead;
  const std::size_t more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
  if (lead < 0xC2 || lead > 0xF4) return kReplacement;
  std::uint32_t code_point = lead & (0x3Fu >> more);
  // As jq has it, an end too early takes all that is left along.
  if (text.size() - position < more) return position = text.size(), kReplacement;
  std::size_t at = position;
  for (std::size_t i = 0; i < more; ++i, ++at) {
    if (!IsContinuationByte(text[at])) return position = at, kReplacement;
    code_point = code_point << 6 | (static_cast<unsigned char>(text[at]) & 0x3Fu);
  }
  position = at;
  constexpr std::uint32_t kSmallest[] = {0, 0x80, 0x800, 0x10000};
  const bool is_surrogate = code_point >= 0xD800 && code_point < 0xE000;
  if (code_point < kSmallest[more] || is_surrogate || code_point > 0x10FFFF) return kReplacement;
  return code_point;
}

void AppendCodePoint(std::string& text, std::uint32_t c) {
  if (c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) c = kReplacement;
  const auto tail = [&](int shift) { text += static_cast<char>(0x80 | (c >> shift & 0x3F)); };
  if (c < 0x80) {
    text += static_cast<char>(c);
  } else if (c < 0x800) {
    text += static_cast<char>(0xC0 | c >> 6);
    tail(0);
  } else if (c < 0x10000) {
    text += static_cast<char>(0xE0 | c >> 12);
    tail(6);
    tail(0);
  } else {
    text += static_cast<char>(0xF0 | c >> 18);
    tail(12);
    tail(6);
    tail(0);
  }
}

std::size_t CountCodePoints(std::string_view text) {
  return text.size() -
         static_cast<std::size_t>(std::count_if(text.begin(), text.end(), IsContinuationByte));
}

std::size_t ByteOffset(std::string_view text, std::size_t index) {
  std::size_t at = 0;
  while (at < text.size() && index > 0) {
    ++at;
    while (at < text.size() && IsContinuationByte(text[at])) ++at;
    --index;
  }
  return at;
}

std::string CutText(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return std::string(text);
  while (limit > 0 && IsContinuationByte(text[limit])) --limit;
  return std::string(text.substr(0, limit));
}

std::string RepairUtf8(std::string_view text) {
  if (IsUtf8(text)) return std::string(text);
  std::string repaired;
  for (std::size_t at = 0; at < text.size();) AppendCodePoint(repaired, NextCodePoint(text, at));
  return repaired;
}

}  // namespace ocean::jq
