#include "identifier.hpp"

#include <oniguruma.h>

#include <algorithm>
#include <memory>

#include "ocean/base/text.hpp"

namespace ocean::catalog {

namespace {

bool IsPlain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("@_.+:\\/=-").find(c) != std::string_view::npos;
}

bool IsAscii(char c) {
  return static_cast<unsigned char>(c) < 0x80;
}

const OnigUChar* Bytes(std::string_view text) {
  return reinterpret_cast<const OnigUChar*>(text.data());
}

/// Compiled once; matching does not change it.
regex_t* LettersOfAnyScript() {
  static const auto kCompiled = [] {
    constexpr std::string_view kPattern = R"(\A(?:\p{L}|[\x00-\x7f])+\z)";
    OnigEncoding encoding = ONIG_ENCODING_UTF8;
    onig_initialize(&encoding, 1);
    regex_t* regex = nullptr;
    onig_new(&regex, Bytes(kPattern), Bytes(kPattern) + kPattern.size(), ONIG_OPTION_DEFAULT,
             encoding, ONIG_SYNTAX_ONIGURUMA, nullptr);
    return std::unique_ptr<regex_t, decltype(&onig_free)>(regex, &onig_free);
  }();
  return kCompiled.get();
}

bool HasOnlyLettersBeyondAscii(std::string_view text) {
  if (!IsUtf8(text)) return false;
  const OnigUChar* end = Bytes(text) + text.size();
  return onig_match(LettersOfAnyScript(), Bytes(text), end, Bytes(text), nullptr,
                    ONIG_OPTION_NONE) >= 0;
}

std::size_t CountCharacters(std::string_view text) {
  const auto is_first_byte = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; };
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), is_first_byte));
}

}  // namespace

bool IsIdentifier(std::string_view text) {
  if (text.empty() || text == "." || text == "..") return false;
  if (CountCharacters(text) > kMaxIdentifierCharacters) return false;
  if (!std::all_of(text.begin(), text.end(), [](char c) { return IsPlain(c) || !IsAscii(c); }))
    return false;
  return std::all_of(text.begin(), text.end(), IsAscii) || HasOnlyLettersBeyondAscii(text);
}

}  // namespace ocean::catalog
