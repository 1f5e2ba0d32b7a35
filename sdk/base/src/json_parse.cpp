/// @file Text to values: the fast parser for texts that it can take whole, the library's own for all others and for errors.

#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <vector>

#include "ocean/base/error.hpp"
#include "ocean/base/json.hpp"

namespace ocean {

namespace {

/// The fast parser takes up to 13 bytes of memory for each of the text's.
constexpr std::size_t kFastLimit = std::size_t{1} << 20;
/// The text of the largest double.
constexpr std::string_view kLargestNumber = "1.7976931348623157e308";

bool Convert(const simdjson::dom::element& element, std::size_t depth, Json& value);

bool ConvertObject(const simdjson::dom::object& object, std::size_t depth, Json& value) {
  value = Json::object();
  auto& members = value.get_ref<Json::object_t&>();
  members.reserve(object.size());
  for (const auto& [key, member] : object) {
    if (!Convert(member, depth + 1, members[std::string(key)])) return false;
  }
  return true;
}

bool ConvertArray(const simdjson::dom::array& array, std::size_t depth, Json& value) {
  value = Json::array();
  auto& elements = value.get_ref<Json::array_t&>();
  elements.reserve(array.size());
  for (const auto& element : array) {
    if (!Convert(element, depth + 1, elements.emplace_back())) return false;
  }
  return true;
}

/// False when the value nests too deep.
bool Convert(const simdjson::dom::element& element, std::size_t depth, Json& value) {
  using Type = simdjson::dom::element_type;
  switch (element.type()) {
    case Type::OBJECT:
      return depth < kMaxJsonDepth &&
             ConvertObject(element.get_object().value_unsafe(), depth, value);
    case Type::ARRAY:
      return depth < kMaxJsonDepth &&
             ConvertArray(element.get_array().value_unsafe(), depth, value);
    case Type::STRING:
      value = std::string(element.get_string().value_unsafe());
      break;
    case Type::INT64: {
      // As the library has it: only negative numbers are signed.
      const std::int64_t number = element.get_int64().value_unsafe();
      value = number < 0 ? Json(number) : Json(static_cast<std::uint64_t>(number));
      break;
    }
    case Type::UINT64:
      value = element.get_uint64().value_unsafe();
      break;
    case Type::DOUBLE:
      value = element.get_double().value_unsafe();
      break;
    case Type::BOOL:
      value = element.get_bool().value_unsafe();
      break;
    case Type::NULL_VALUE:
      value = nullptr;
      break;
  }
  return true;
}

/// False where the text is not plainly right: the library then says what is wrong, or takes it after all (such as integers beyond
/// 64 bits, which become doubles).
bool ParseFast(std::string_view text, Json& value) {
  if (text.size() > kFastLimit) return false;
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  if (parser.parse(text.data(), text.size()).get(root) != simdjson::SUCCESS) return false;
  return Convert(root, 0, value);
}

std::string PlaceOf(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const std::size_t line_start =
      before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  return "line " + std::to_string(line) + ", column " +
         std::to_string(before.size() - line_start + 1);
}

/// What the library says about a syntax error, without what a reader of ours does not want: its error
/// number, the place in its own terms, the grammar rule, and the text it last read, which can be long
/// and secret.
std::string ReasonOf(std::string_view library_text) {
  const auto drop_through = [&](std::string_view end) {
    const auto found = library_text.find(end);
    if (found != std::string_view::npos) library_text.remove_prefix(found + end.size());
  };
  drop_through("] ");
  if (library_text.starts_with("parse error")) drop_through(": ");
  if (library_text.starts_with("syntax error")) drop_through(" - ");
  std::string reason(library_text);
  if (const auto read = reason.find("; last read: '"); read != std::string::npos) {
    // What comes after the text is one of the library's short names of tokens.
    constexpr std::size_t kLongestExpectation = 45;
    const auto expected = reason.rfind("'; expected ");
    const bool is_there =
        expected != std::string::npos && reason.size() - expected < kLongestExpectation;
    reason = reason.substr(0, read) + (is_there ? reason.substr(expected + 1) : "");
  }
  return reason;
}

/// Builds a value from the parser's events; unlike the library's own builder it bounds the nesting.
class Builder {
 public:
  using number_integer_t = Json::number_integer_t;
  using number_unsigned_t = Json::number_unsigned_t;
  using number_float_t = Json::number_float_t;
  using string_t = Json::string_t;
  using binary_t = Json::binary_t;

  Builder(std::string_view text, std::string_view what) : text_(text), what_(what) {}

  bool null() { return Add(nullptr); }
  bool boolean(bool value) { return Add(value); }
  bool number_integer(number_integer_t value) { return Add(value); }
  bool number_unsigned(number_unsigned_t value) { return Add(value); }
  bool number_float(number_float_t value, const string_t&) { return Add(value); }
  bool string(string_t& value) { return Add(std::move(value)); }
  bool binary(binary_t&) { return false; }
  bool key(string_t& name) {
    slot_ = &(*open_.back())[std::move(name)];
    return true;
  }
  bool start_object(std::size_t) { return Open(Json::value_t::object); }
  bool start_array(std::size_t) { return Open(Json::value_t::array); }
  bool end_object() { return Close(); }
  bool end_array() { return Close(); }
  bool parse_error(std::size_t bytes_read, const std::string& /*token*/,
                   const nlohmann::detail::exception& error) {
    const std::size_t offset = bytes_read == 0 ? 0 : bytes_read - 1;
    problem_ = std::string(what_) + " is no valid JSON at " + PlaceOf(text_, offset) + ": " +
               ReasonOf(error.what());
    return false;
  }

  /// What is wrong with the text; empty when nothing is.
  const std::string& problem() const { return problem_; }
  Json Take() { return std::move(root_); }

 private:
  template <class T>
  bool Add(T&& value) {
    *NextSlot() = std::forward<T>(value);
    return true;
  }

  bool Open(Json::value_t type) {
    if (open_.size() >= kMaxJsonDepth) {
      throw Error(ErrorKind::kPermanent, std::string(what_) + " is nested deeper than " +
                                             std::to_string(kMaxJsonDepth) + " levels");
    }
    Json* slot = NextSlot();
    *slot = type;
    open_.push_back(slot);
    return true;
  }

  bool Close() {
    open_.pop_back();
    return true;
  }

  Json* NextSlot() {
    if (open_.empty()) return &root_;
    if (open_.back()->is_array()) {
      auto& array = open_.back()->get_ref<Json::array_t&>();
      array.emplace_back();
      return &array.back();
    }
    return slot_;
  }

  std::string_view text_;
  std::string_view what_;
  std::string problem_;
  Json root_;
  /// The containers around the current position; a container does not grow while one inside it is
  /// open.
  std::vector<Json*> open_;
  Json* slot_ = nullptr;
};

/// The number in `\uXXXX` at that place; none where there is no such escape.
std::optional<std::uint32_t> UnitAt(std::string_view text, std::size_t at) {
  if (text.substr(at, 2) != "\\u" || at + 6 > text.size()) return std::nullopt;
  std::uint32_t unit = 0;
  const char* const end = text.data() + at + 6;
  const auto [stop, problem] = std::from_chars(text.data() + at + 2, end, unit, 16);
  return problem == std::errc() && stop == end ? std::optional(unit) : std::nullopt;
}

bool IsBetween(const std::optional<std::uint32_t>& unit, std::uint32_t from, std::uint32_t to) {
  return unit && *unit >= from && *unit < to;
}

/// How many bytes of a string's text follow from `at` on that belong together; `is_half` tells half of a surrogate pair.
std::size_t PieceAt(std::string_view text, std::size_t at, bool& is_half) {
  is_half = false;
  if (text[at] != '\\') return 1;
  const auto unit = UnitAt(text, at);
  if (!IsBetween(unit, 0xD800, 0xE000)) return 2;
  if (IsBetween(unit, 0xD800, 0xDC00) && IsBetween(UnitAt(text, at + 6), 0xDC00, 0xE000)) return 12;
  is_half = true;
  return 6;
}

/// Appends the string that starts at `at`, and returns where it ends.
std::size_t RepairString(std::string_view text, std::size_t at, std::string& out) {
  out += text[at++];
  while (at < text.size() && text[at] != '"') {
    bool is_half = false;
    const std::size_t length = PieceAt(text, at, is_half);
    out += is_half ? "\\ufffd" : text.substr(at, length);
    at += length;
  }
  if (at >= text.size()) return text.size();
  out += '"';
  return at + 1;
}

/// The same for a number.
std::size_t RepairNumber(std::string_view text, std::size_t at, std::string& out) {
  const std::size_t end = std::min(text.find_first_not_of("+-.0123456789eE", at), text.size());
  const std::string number(text.substr(at, end - at));
  const double value = std::strtod(number.c_str(), nullptr);
  if (std::isinf(value)) {
    if (value < 0) out += '-';
    out += kLargestNumber;
  } else {
    out += number;
  }
  return end;
}

/// The text with U+FFFD for halves of surrogate pairs, and with the largest number for those that are too large. Both are found in
/// the wild, and one item is no reason to refuse a page.
std::string Repaired(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '"') {
      at = RepairString(text, at, out);
    } else if (text[at] == '-' || (text[at] >= '0' && text[at] <= '9')) {
      at = RepairNumber(text, at, out);
    } else {
      out += text[at++];
    }
  }
  return out;
}

}  // namespace

Json ParseJson(std::string_view text, std::string_view what) {
  Json value;
  if (ParseFast(text, value)) return value;
  Builder builder(text, what);
  if (Json::sax_parse(text.begin(), text.end(), &builder)) return builder.Take();
  const std::string repaired = Repaired(text);
  Builder second(repaired, what);
  if (repaired != text && Json::sax_parse(repaired.begin(), repaired.end(), &second))
    return second.Take();
  throw Error(ErrorKind::kPermanent, repaired == text ? builder.problem() : second.problem());
}

}  // namespace ocean
