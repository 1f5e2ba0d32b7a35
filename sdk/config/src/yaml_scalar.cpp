#include <charconv>
#include <cstdint>
#include <optional>
#include <system_error>

#include "ocean/base/error.hpp"
#include "yaml_document.hpp"

namespace ocean::config {

namespace {

bool IsOneOf(std::string_view text, std::initializer_list<std::string_view> words) {
  for (const std::string_view word : words) {
    if (text == word) return true;
  }
  return false;
}

std::size_t CountDigits(std::string_view text) {
  std::size_t count = 0;
  while (count < text.size() && text[count] >= '0' && text[count] <= '9') ++count;
  return count;
}

/// [0-9]*(\.[0-9]*)?([eE][-+]?[0-9]+)? with at least one digit before the exponent.
bool IsDecimal(std::string_view text) {
  std::size_t digits = CountDigits(text);
  text.remove_prefix(digits);
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    const std::size_t fraction = CountDigits(text);
    digits += fraction;
    text.remove_prefix(fraction);
  }
  if (digits == 0) return false;
  if (text.empty()) return true;
  if (text.front() != 'e' && text.front() != 'E') return false;
  text.remove_prefix(1);
  if (!text.empty() && (text.front() == '+' || text.front() == '-')) text.remove_prefix(1);
  return !text.empty() && CountDigits(text) == text.size();
}

template <class Number>
std::optional<Number> Read(std::string_view digits, int base) {
  Number number{};
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), number, base);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return number;
}

[[noreturn]] void ThrowUnholdable(const std::string& text) {
  throw Error(
      ErrorKind::kConfig,
      "the number " + text + " cannot be expressed in JSON; quote it when it is meant as text");
}

Json ReadDouble(const std::string& text, std::string_view unsigned_text, bool negative) {
  double number = 0;
  const auto [end, error] =
      std::from_chars(unsigned_text.data(), unsigned_text.data() + unsigned_text.size(), number);
  if (error != std::errc()) ThrowUnholdable(text);
  return negative ? -number : number;
}

Json ReadDecimal(const std::string& text, std::string_view unsigned_text, bool negative) {
  if (CountDigits(unsigned_text) == unsigned_text.size()) {
    const std::string signed_text = (negative ? "-" : "") + std::string(unsigned_text);
    if (const auto number = Read<std::int64_t>(signed_text, 10)) return *number;
    if (const auto number = Read<std::uint64_t>(signed_text, 10)) return *number;
  }
  return ReadDouble(text, unsigned_text, negative);
}

Json ReadPrefixed(const std::string& text, int base) {
  const auto number = Read<std::uint64_t>(std::string_view(text).substr(2), base);
  if (number) return *number;
  const bool is_number = text.find_first_not_of(base == 8 ? "01234567" : "0123456789abcdefABCDEF",
                                                2) == std::string::npos;
  if (is_number && text.size() > 2) ThrowUnholdable(text);
  return text;
}

}  // namespace

Json ResolvePlainScalar(const std::string& text) {
  if (IsOneOf(text, {"", "~", "null", "Null", "NULL"})) return nullptr;
  if (IsOneOf(text, {"true", "True", "TRUE"})) return true;
  if (IsOneOf(text, {"false", "False", "FALSE"})) return false;
  if (text.starts_with("0o")) return ReadPrefixed(text, 8);
  if (text.starts_with("0x")) return ReadPrefixed(text, 16);
  std::string_view unsigned_text = text;
  const bool negative = unsigned_text.front() == '-';
  if (negative || unsigned_text.front() == '+') unsigned_text.remove_prefix(1);
  if (IsDecimal(unsigned_text)) return ReadDecimal(text, unsigned_text, negative);
  if (IsOneOf(unsigned_text, {".inf", ".Inf", ".INF"}) || IsOneOf(text, {".nan", ".NaN", ".NAN"})) {
    ThrowUnholdable(text);
  }
  return text;
}

}  // namespace ocean::config
