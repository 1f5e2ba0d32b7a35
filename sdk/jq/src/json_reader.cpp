#include "json_reader.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

#include "number.hpp"
#include "utf8.hpp"

namespace ocean::jq {
namespace {

/// Reads as jq does: besides JSON, `nan` and `Infinity` are numbers.
class Reader {
 public:
  Reader(Machine& machine, const std::string& text) : machine_(machine), text_(text) {}

  ~Reader() { Release(); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  Value Read() {
    SkipBlanks();
    if (at_ == text_.size())
      return machine_.Fail("Expected JSON value (while parsing '" + text_ + "')");
    Measure measure;
    Json json;
    if (!ReadValue(json, measure, 0)) return Value::Failed();
    Release();
    SkipBlanks();
    if (at_ < text_.size()) {
      machine_.Fail("Unexpected extra JSON values (while parsing '" + text_ + "')");
      return Value::Failed();
    }
    return Value::Make(machine_.heap(), std::move(json), measure);
  }

 private:
  /// Accounts for what was read and is no value yet.
  void Hold(std::size_t bytes) {
    held_ += bytes;
    machine_.heap().Charge(bytes);
  }
  void Release() { machine_.heap().Refund(std::exchange(held_, 0)); }

  bool Fail(const std::string& message) {
    const std::string_view before = std::string_view(text_).substr(0, at_);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const std::size_t newline = before.rfind('\n');
    const std::size_t column = newline == std::string_view::npos ? at_ : at_ - newline - 1;
    machine_.Fail(message + (at_ >= text_.size() ? " at EOF" : "") + " at line " +
                  std::to_string(line) + ", column " + std::to_string(column) +
                  " (while parsing '" + text_ + "')");
    return false;
  }

  void SkipBlanks() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r'))
      ++at_;
  }
  bool Accept(char c) {
    SkipBlanks();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  bool ReadValue(Json& json, Measure& measure, int depth) {
    if (!machine_.Step()) return false;
    if (!machine_.MayNest(depth)) return false;
    SkipBlanks();
    if (at_ >= text_.size()) return Fail("Unfinished JSON term");
    switch (text_[at_]) {
      case '[':
        return ReadArray(json, measure, depth);
      case '{':
        return ReadObject(json, measure, depth);
      case '"': {
        std::string decoded;
        if (!ReadString(decoded)) return false;
        measure.bytes += StringBytes(decoded.size());
        Hold(StringBytes(decoded.size()));
        json = std::move(decoded);
        return true;
      }
      case '\'':
        at_ = std::min(at_ + 4, text_.size());
        return Fail("Invalid string literal; expected \", but got '");
      default:
        return ReadWord(json);
    }
  }

  bool ReadArray(Json& json, Measure& measure, int depth) {
    ++at_;
    Json::array_t items;
    Measure own{kContainerBytes, 1};
    if (!Accept(']')) {
      do {
        Measure child{kSlotBytes, 0};
        Hold(kSlotBytes);
        if (!ReadValue(items.emplace_back(), child, depth + 1)) return false;
        own.Include(child);
      } while (Accept(','));
      if (!Accept(']')) return Fail("Expected separator between values");
    }
    Hold(kContainerBytes);
    json = std::move(items);
    measure.Include({own.bytes, own.depth - 1});
    return true;
  }

  bool ReadObject(Json& json, Measure& measure, int depth) {
    ++at_;
    Json::object_t members;
    Measure own{kContainerBytes, 1};
    if (!Accept('}')) {
      do {
        SkipBlanks();
        std::string key;
        if (at_ < text_.size() && text_[at_] == '\'') {
          at_ = std::min(at_ + 4, text_.size());
          return Fail("Invalid string literal; expected \", but got '");
        }
        if (at_ >= text_.size() || text_[at_] != '"') return Fail("Object keys must be strings");
        if (!ReadString(key)) return false;
        if (!Accept(':')) return Fail("Objects must consist of key:value pairs");
        Measure child{kMemberBytes + StringBytes(key.size()), 0};
        Hold(child.bytes);
        Json value;
        if (!ReadValue(value, child, depth + 1)) return false;
        const auto [place, inserted] = members.emplace(std::move(key), Json());
        place->second = std::move(value);
        own.Include(child);
      } while (Accept(','));
      if (!Accept('}')) return Fail("Expected separator between values");
    }
    Hold(kContainerBytes);
    json = std::move(members);
    measure.Include({own.bytes, own.depth - 1});
    return true;
  }

  bool ReadString(std::string& decoded) {
    ++at_;
    while (at_ < text_.size() && text_[at_] != '"') {
      if (text_[at_] != '\\') {
        decoded += text_[at_++];
      } else if (!ReadEscape(decoded)) {
        return false;
      }
    }
    if (at_ >= text_.size()) return Fail("Unfinished string");
    ++at_;
    return true;
  }

  bool ReadEscape(std::string& decoded) {
    constexpr std::string_view kNames = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    const char name = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
    const std::size_t found = kNames.find(name);
    if (name != '\0' && found != std::string_view::npos) {
      decoded += kMeanings[found];
      at_ += 2;
      return true;
    }
    std::uint32_t code_point = 0;
    if (name != 'u' || !ReadUnit(code_point)) return Fail("Invalid escape");
    std::uint32_t low = 0;
    if (code_point >= 0xD800 && code_point < 0xDC00) {
      const std::size_t after_high = at_;
      if (text_.compare(at_, 2, "\\u") == 0 && ReadUnit(low) && low >= 0xDC00 && low < 0xE000) {
        code_point = 0x10000 + ((code_point - 0xD800) << 10) + (low - 0xDC00);
      } else {
        at_ = after_high;
      }
    }
    AppendCodePoint(decoded, code_point);
    return true;
  }

  // Reads `\uXXXX`.
  bool ReadUnit(std::uint32_t& unit) {
    const char* const digits = text_.data() + at_ + 2;
    if (at_ + 6 > text_.size()) return false;
    const auto [end, problem] = std::from_chars(digits, digits + 4, unit, 16);
    if (problem != std::errc() || end != digits + 4) return false;
    at_ += 6;
    return true;
  }

  bool ReadWord(Json& json) {
    const std::size_t start = at_;
    while (at_ < text_.size() &&
           std::string_view(" \t\r\n,:[]{}\"").find(text_[at_]) == std::string_view::npos)
      ++at_;
    const std::string_view word = std::string_view(text_).substr(start, at_ - start);
    if (word == "null") return json = nullptr, true;
    if (word == "true") return json = true, true;
    if (word == "false") return json = false, true;
    if (word == "nan" || word == "NaN" || word == "-nan" || word == "-NaN")
      return json = std::nan(""), true;
    if (word == "Infinity") return json = std::numeric_limits<double>::infinity(), true;
    if (word == "-Infinity") return json = -std::numeric_limits<double>::infinity(), true;
    const auto number = NumberOf(word);
    if (!number) return Fail("Invalid numeric literal");
    json = *number;
    return true;
  }

  Machine& machine_;
  const std::string& text_;
  std::size_t at_ = 0;
  std::size_t held_ = 0;
};

}  // namespace

Value ReadJson(Machine& machine, const std::string& text) {
  return Reader(machine, text).Read();
}

}  // namespace ocean::jq
