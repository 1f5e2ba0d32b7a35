#include "json_text.hpp"

#include <array>

#include "number.hpp"

namespace ocean::jq {
namespace {

/// Keeps a text until it is long enough.
class Beginning : public TextSink {
 public:
  explicit Beginning(std::size_t limit) : limit_(limit) {}

  bool Append(std::string_view piece) override {
    // One byte more than wanted tells that there was more.
    text.append(piece.substr(0, limit_ + 1 - text.size()));
    return text.size() <= limit_;
  }

  std::string text;

 private:
  std::size_t limit_;
};

bool NeedsEscape(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F || c == '"' || c == '\\';
}

bool WriteEscape(char c, TextSink& sink) {
  constexpr std::string_view kEscaped = "\"\\\n\t\r\b\f";
  constexpr std::string_view kNames = "\"\\ntrbf";
  constexpr std::string_view kHex = "0123456789abcdef";
  if (const std::size_t known = kEscaped.find(c); known != std::string_view::npos) {
    const std::array<char, 2> escape = {'\\', kNames[known]};
    return sink.Append({escape.data(), escape.size()});
  }
  const auto byte = static_cast<unsigned char>(c);
  const std::array<char, 6> escape = {'\\', 'u', '0', '0', kHex[byte >> 4], kHex[byte & 15]};
  return sink.Append({escape.data(), escape.size()});
}

bool WriteString(std::string_view text, TextSink& sink) {
  if (!sink.Append("\"")) return false;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!NeedsEscape(text[at])) continue;
    if (!sink.Append(text.substr(begin, at - begin)) || !WriteEscape(text[at], sink)) return false;
    begin = at + 1;
  }
  return sink.Append(text.substr(begin)) && sink.Append("\"");
}

bool WriteArray(const Json::array_t& items, TextSink& sink) {
  if (!sink.Append("[")) return false;
  bool is_first = true;
  for (const Json& item : items) {
    if (!is_first && !sink.Append(",")) return false;
    if (!WriteJson(Value::Borrow(item), sink)) return false;
    is_first = false;
  }
  return sink.Append("]");
}

bool WriteObject(const Json::object_t& members, TextSink& sink) {
  if (!sink.Append("{")) return false;
  bool is_first = true;
  for (const auto& [key, value] : members) {
    if (!is_first && !sink.Append(",")) return false;
    if (!WriteString(key, sink) || !sink.Append(":") || !WriteJson(Value::Borrow(value), sink))
      return false;
    is_first = false;
  }
  return sink.Append("}");
}

}  // namespace

bool WriteJson(const Value& value, TextSink& sink) {
  switch (value.tag()) {
    case Value::Tag::kBool:
      return sink.Append(value.boolean() ? "true" : "false");
    case Value::Tag::kInt:
      return sink.Append(std::to_string(value.integer()));
    case Value::Tag::kUnsigned:
      return sink.Append(std::to_string(value.natural()));
    case Value::Tag::kDouble:
      return sink.Append(FormatNumber(value.AsDouble()));
    case Value::Tag::kJson:
      break;
    default:
      return sink.Append("null");
  }
  if (value.IsString()) return WriteString(value.str(), sink);
  return value.IsArray() ? WriteArray(value.array(), sink) : WriteObject(value.object(), sink);
}

std::string TextOf(const Value& value, std::size_t limit) {
  Beginning beginning(limit);
  WriteJson(value, beginning);
  return std::move(beginning.text);
}

}  // namespace ocean::jq
