/// @file The formats: @csv, @base64 and their kin.

#include <array>
#include <cmath>
#include <cstdint>

#include "access.hpp"
#include "natives.hpp"
#include "ocean/base/text.hpp"
#include "text_builder.hpp"

namespace ocean::jq {
namespace {

Value Text(Machine& machine, Value&& in, Value*) {
  return PlainText(machine, std::move(in));
}

Value AsJson(Machine& machine, Value&& in, Value*) {
  return JsonText(machine, in);
}

/// How a character is written; empty where it stays as it is.
using Escape = std::string_view (*)(char);

/// Passes a text on to another sink, escaped; NUL becomes \0 in every format.
class Escaping : public TextSink {
 public:
  Escaping(Escape escape, TextSink& sink) : escape_(escape), sink_(sink) {}

  bool Append(std::string_view piece) override {
    std::size_t begin = 0;
    for (std::size_t at = 0; at < piece.size(); ++at) {
      const std::string_view escape = piece[at] == '\0' ? "\\0" : escape_(piece[at]);
      if (escape.empty()) continue;
      if (!sink_.Append(piece.substr(begin, at - begin)) || !sink_.Append(escape)) return false;
      begin = at + 1;
    }
    return sink_.Append(piece.substr(begin));
  }

 private:
  Escape escape_;
  TextSink& sink_;
};

/// The value as text, escaped.
Value Escaped(Machine& machine, const Value& in, Escape escape) {
  TextBuilder text(machine);
  Escaping escaping(escape, text);
  const bool done = in.IsString() ? escaping.Append(in.str()) : WriteJson(in, escaping);
  return done ? text.Finish() : Value::Failed();
}

bool IsBlank(const Value& field) {
  return field.IsNull() || (field.IsNumber() && std::isnan(field.AsDouble()));
}

/// What a row of fields is made of.
struct RowFormat {
  const char* name;
  char separator;
  /// Stands around strings.
  std::string_view quote;
  Escape escape;
};

bool AppendField(Machine& machine, const Value& field, const RowFormat& format, TextBuilder& line) {
  if (field.IsArray() || field.IsObject())
    return machine.Fail(Describe(field) + " is not valid in a csv row").Has();
  if (IsBlank(field)) return true;
  if (!field.IsString()) return line.AppendPlain(field);
  return line.Append(format.quote) && Escaping(format.escape, line).Append(field.str()) &&
         line.Append(format.quote);
}

Value Row(Machine& machine, const Value& in, const RowFormat& format) {
  if (!in.IsArray()) {
    return machine.Fail(Describe(in) + " cannot be " + format.name + "-formatted, only array");
  }
  TextBuilder line(machine);
  for (std::size_t i = 0; i < in.array().size(); ++i) {
    if (!machine.Step() || (i > 0 && !line.Append(format.separator))) return Value::Failed();
    if (!AppendField(machine, in.Part(in.array()[i]), format, line)) return Value::Failed();
  }
  return line.Finish();
}

std::string_view CsvEscape(char c) {
  return c == '"' ? "\"\"" : "";
}
Value Csv(Machine& machine, Value&& in, Value*) {
  return Row(machine, in, {"csv", ',', "\"", CsvEscape});
}

std::string_view TsvEscape(char c) {
  switch (c) {
    case '\t':
      return "\\t";
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\\':
      return "\\\\";
    default:
      return "";
  }
}
Value Tsv(Machine& machine, Value&& in, Value*) {
  return Row(machine, in, {"tsv", '\t', "", TsvEscape});
}

std::string_view HtmlEscape(char c) {
  switch (c) {
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '&':
      return "&amp;";
    case '\'':
      return "&apos;";
    case '"':
      return "&quot;";
    default:
      return "";
  }
}
Value Html(Machine& machine, Value&& in, Value*) {
  return Escaped(machine, in, HtmlEscape);
}

Value Uri(Machine& machine, Value&& in, Value*) {
  const Value text = PlainText(machine, std::move(in));
  if (text.failed()) return Value::Failed();
  TextBuilder encoded(machine);
  constexpr std::size_t kPiece = 4096;
  for (std::size_t at = 0; at < text.str().size(); at += kPiece) {
    if (!encoded.Append(PercentEncode(std::string_view(text.str()).substr(at, kPiece))))
      return Value::Failed();
  }
  return encoded.Finish();
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Value UriDecoded(Machine& machine, Value&& in, Value*) {
  const Value whole = PlainText(machine, std::move(in));
  if (whole.failed() || !machine.Room(whole.str().size())) return Value::Failed();
  const std::string& text = whole.str();
  std::string bytes;
  bool is_valid = true;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      bytes += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? HexDigit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? HexDigit(text[i + 2]) : -1;
    is_valid = is_valid && high >= 0 && low >= 0;
    bytes += static_cast<char>(high * 16 + low);
    i += 2;
  }
  if (!is_valid || !IsUtf8(bytes)) {
    return machine.Fail(Describe(whole) + " is not a valid uri encoding");
  }
  return machine.MakeString(std::move(bytes));
}

std::string_view ShellEscape(char c) {
  return c == '\'' ? "'\\''" : "";
}

bool AppendWord(Machine& machine, const Value& word, TextBuilder& line) {
  if (word.IsArray() || word.IsObject())
    return machine.Fail(Describe(word) + " can not be escaped for shell").Has();
  if (!line.empty() && !line.Append(' ')) return false;
  if (!word.IsString()) return line.AppendPlain(word);
  return line.Append('\'') && Escaping(ShellEscape, line).Append(word.str()) && line.Append('\'');
}

Value Shell(Machine& machine, Value&& in, Value*) {
  TextBuilder line(machine);
  if (!in.IsArray()) return AppendWord(machine, in, line) ? line.Finish() : Value::Failed();
  for (const Json& item : in.array()) {
    if (!machine.Step() || !AppendWord(machine, in.Part(item), line)) return Value::Failed();
  }
  return line.Finish();
}

Value Base64(Machine& machine, Value&& in, Value*) {
  const Value text = PlainText(machine, std::move(in));
  if (text.failed() || !machine.Room(text.str().size() / 3 * 4 + 4)) return Value::Failed();
  return machine.MakeString(Base64Encode(text.str()));
}

/// Decodes groups of `bits` bits each; false at a character that stands for none.
bool DecodeBits(std::string_view text, std::string_view alphabet, unsigned bits,
                std::string& bytes) {
  std::uint32_t pending = 0;
  unsigned count = 0;
  for (const char c : text) {
    if (c == '=') break;
    const std::size_t value = alphabet.find(c);
    if (value == std::string_view::npos) return false;
    pending = pending << bits | static_cast<std::uint32_t>(value);
    count += bits;
    if (count >= 8) {
      count -= 8;
      bytes += static_cast<char>(pending >> count & 0xFF);
    }
  }
  return true;
}

constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kBase32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

Value Base64Decoded(Machine& machine, Value&& in, Value*) {
  const Value text = PlainText(machine, std::move(in));
  if (text.failed() || !machine.Room(text.str().size())) return Value::Failed();
  std::string bytes;
  if (!DecodeBits(text.str(), kBase64, 6, bytes))
    return machine.Fail(Describe(text) + " is not valid base64 data");
  const std::size_t digits = std::min(text.str().find('='), text.str().size());
  if (digits % 4 == 1) return machine.Fail(Describe(text) + " trailing base64 byte found");
  return RepairedText(machine, std::move(bytes));
}

Value Base32(Machine& machine, Value&& in, Value*) {
  const Value whole = PlainText(machine, std::move(in));
  if (whole.failed() || !machine.Room(whole.str().size() / 5 * 8 + 8)) return Value::Failed();
  const std::string& text = whole.str();
  std::string out;
  out.reserve(text.size() / 5 * 8 + 8);
  for (std::size_t i = 0; i < text.size(); i += 5) {
    std::uint64_t group = 0;
    const std::size_t count = std::min<std::size_t>(5, text.size() - i);
    for (std::size_t k = 0; k < 5; ++k) {
      group = group << 8 | (k < count ? static_cast<unsigned char>(text[i + k]) : 0u);
    }
    const std::size_t digits = (count * 8 + 4) / 5;
    for (std::size_t k = 0; k < 8; ++k)
      out += k < digits ? kBase32[group >> (35 - 5 * k) & 31] : '=';
  }
  return machine.MakeString(std::move(out));
}

Value Base32Decoded(Machine& machine, Value&& in, Value*) {
  const Value text = PlainText(machine, std::move(in));
  if (text.failed() || !machine.Room(text.str().size())) return Value::Failed();
  std::string bytes;
  if (!DecodeBits(text.str(), kBase32, 5, bytes))
    return machine.Fail(Describe(text) + " is not valid base32 data");
  return RepairedText(machine, std::move(bytes));
}

Value ByName(Machine& machine, Value&& in, Value* arguments) {
  const Native* format =
      arguments[0].IsString() ? FindNative("@" + arguments[0].str(), 0) : nullptr;
  if (format == nullptr) {
    const Value& name = arguments[0];
    return machine.Fail((name.IsString() ? name.str() : Describe(name)) + " is not a valid format");
  }
  return format->run(machine, std::move(in), nullptr);
}

constexpr std::array kNatives = {
    Native{"@text", 0, Text},       Native{"@json", 0, AsJson},
    Native{"@csv", 0, Csv},         Native{"@tsv", 0, Tsv},
    Native{"@html", 0, Html},       Native{"@uri", 0, Uri},
    Native{"@urid", 0, UriDecoded}, Native{"@sh", 0, Shell},
    Native{"@base64", 0, Base64},   Native{"@base64d", 0, Base64Decoded},
    Native{"@base32", 0, Base32},   Native{"@base32d", 0, Base32Decoded},
    Native{"format", 1, ByName},
};

}  // namespace

std::span<const Native> FormatNatives() {
  return kNatives;
}

}  // namespace ocean::jq
