#include "ocean/base/json.hpp"

#include <algorithm>
#include <vector>

#include "ocean/base/error.hpp"

namespace ocean {

namespace {

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
    throw Error(ErrorKind::kPermanent, std::string(what_) + " is no valid JSON at " +
                                           PlaceOf(text_, offset) + ": " + ReasonOf(error.what()));
  }

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
  Json root_;
  /// The containers around the current position; a container does not grow while one inside it is
  /// open.
  std::vector<Json*> open_;
  Json* slot_ = nullptr;
};

const Json& Null() {
  static const Json kNull;
  return kNull;
}

}  // namespace

Json ParseJson(std::string_view text, std::string_view what) {
  Builder builder(text, what);
  Json::sax_parse(text.begin(), text.end(), &builder);
  return builder.Take();
}

std::string DumpJson(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
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
