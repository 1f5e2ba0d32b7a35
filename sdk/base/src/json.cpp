#include "ocean/base/json.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>

namespace ocean {

namespace {

const Json& Null() {
  static const Json kNull;
  return kNull;
}

std::string DumpByLibrary(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

bool IsPlain(char c) {
  return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\';
}

/// How many bytes from the start on are ASCII that needs no escape: most strings are that as a whole. Eight at a time.
std::size_t PlainPrefix(std::string_view text) {
  constexpr std::uint64_t kEach = 0x0101010101010101;
  constexpr std::uint64_t kHighBits = 0x80 * kEach;
  // Sets the high bit of the bytes below `bound`, and perhaps of ones above such a byte.
  const auto below = [](std::uint64_t word, std::uint64_t bound) {
    return (word - bound * kEach) & ~word;
  };
  std::size_t at = 0;
  for (std::uint64_t word = 0; at + sizeof word <= text.size(); at += sizeof word) {
    std::memcpy(&word, text.data() + at, sizeof word);
    const std::uint64_t special =
        word | below(word, 0x20) | below(word ^ ('"' * kEach), 1) | below(word ^ ('\\' * kEach), 1);
    if ((special & kHighBits) != 0) break;
  }
  while (at < text.size() && static_cast<signed char>(text[at]) >= 0 && IsPlain(text[at])) ++at;
  return at;
}

void AppendEscaped(char c, std::string& text) {
  constexpr std::string_view kControls = "\"\\\b\f\n\r\t";
  constexpr std::string_view kLetters = "\"\\bfnrt";
  constexpr std::string_view kDigits = "0123456789abcdef";
  text += '\\';
  if (const auto found = kControls.find(c); found != std::string_view::npos) {
    text += kLetters[found];
  } else {
    text.append("u00").append(1, kDigits[c / 16]).append(1, kDigits[c % 16]);
  }
}

void AppendRest(const std::string& rest, std::string& text) {
  if (!simdjson::validate_utf8(rest)) {
    // The library repairs it.
    const std::string quoted = DumpByLibrary(Json(rest));
    text.append(quoted, 1, quoted.size() - 2);
    return;
  }
  for (auto at = rest.begin(); at != rest.end();) {
    const auto plain_end = std::find_if_not(at, rest.end(), IsPlain);
    text.append(at, plain_end);
    at = plain_end;
    if (at != rest.end()) AppendEscaped(*at++, text);
  }
}

void AppendString(const std::string& string, std::string& text) {
  text += '"';
  const std::size_t plain = PlainPrefix(string);
  text.append(string, 0, plain);
  if (plain < string.size()) AppendRest(string.substr(plain), text);
  text += '"';
}

template <class Integer>
void AppendInteger(Integer number, std::string& text) {
  std::array<char, 20> digits{};
  const auto [end, problem] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  text.append(digits.data(), end);
}

void Append(const Json& value, std::string& text) {
  switch (value.type()) {
    case Json::value_t::object: {
      text += '{';
      bool is_first = true;
      for (const auto& [name, member] : value.get_ref<const Json::object_t&>()) {
        if (!is_first) text += ',';
        is_first = false;
        AppendString(name, text);
        text += ':';
        Append(member, text);
      }
      text += '}';
      break;
    }
    case Json::value_t::array: {
      text += '[';
      bool is_first = true;
      for (const Json& element : value.get_ref<const Json::array_t&>()) {
        if (!is_first) text += ',';
        is_first = false;
        Append(element, text);
      }
      text += ']';
      break;
    }
    case Json::value_t::string:
      AppendString(value.get_ref<const std::string&>(), text);
      break;
    case Json::value_t::number_integer:
      AppendInteger(value.get<std::int64_t>(), text);
      break;
    case Json::value_t::number_unsigned:
      AppendInteger(value.get<std::uint64_t>(), text);
      break;
    default:
      text += DumpByLibrary(value);
  }
}

}  // namespace

std::string DumpJson(const Json& value) {
  std::string text;
  text.reserve(ApproximateSize(value));
  Append(value, text);
  return text;
}

std::string PrettyJson(const Json& value) {
  return value.dump(2, ' ', false, Json::error_handler_t::replace);
}

std::size_t ApproximateSize(const Json& value) {
  constexpr std::size_t kScalar = 8;
  switch (value.type()) {
    case Json::value_t::string:
      return value.get_ref<const std::string&>().size() + 2;
    case Json::value_t::array: {
      std::size_t size = 2;
      for (const Json& element : value) size += ApproximateSize(element) + 1;
      return size;
    }
    case Json::value_t::object: {
      std::size_t size = 2;
      for (const auto& [name, member] : value.get_ref<const Json::object_t&>()) {
        size += name.size() + 4 + ApproximateSize(member);
      }
      return size;
    }
    default:
      return kScalar;
  }
}

const Json& Get(const Json& object, std::string_view key) {
  if (!object.is_object()) return Null();
  const auto& members = object.get_ref<const Json::object_t&>();
  const auto found = members.find(key);
  return found == members.end() ? Null() : found->second;
}

std::string GetString(const Json& object, std::string_view key, std::string_view fallback) {
  const Json& value = Get(object, key);
  return value.is_string() ? value.get<std::string>() : std::string(fallback);
}

std::string_view TypeName(const Json& value) {
  switch (value.type()) {
    case Json::value_t::boolean:
      return "boolean";
    case Json::value_t::string:
      return "string";
    case Json::value_t::array:
      return "array";
    case Json::value_t::object:
      return "object";
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned:
    case Json::value_t::number_float:
      return "number";
    default:
      return "null";
  }
}

}  // namespace ocean
