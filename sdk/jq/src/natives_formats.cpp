/// @file The formats: @csv, @base64 and their kin.

#include <array>
#include <cmath>
#include <cstdint>

#include "access.hpp"
#include "natives.hpp"
#include "ocean/base/text.hpp"
#include "utf8.hpp"

namespace ocean::jq {
namespace {

std::string Plain(const Value& value) {
  return value.IsString() ? value.str() : TextOf(value);
}

Value Text(Machine& machine, Value&& in, Value*) {
  return in.IsString() ? std::move(in) : machine.MakeString(TextOf(in));
}

Value AsJson(Machine& machine, Value&& in, Value*) {
  return machine.MakeString(TextOf(in));
}

std::string Replaced(std::string_view text, std::string_view characters,
                     const std::initializer_list<std::string_view>& replacements) {
  std::string out;
  for (const char c : text) {
    const std::size_t found = characters.find(c);
    if (found == std::string_view::npos) {
      out += c;
    } else {
      out += replacements.begin()[found];
    }
  }
  return out;
}

bool IsBlank(const Value& field) {
  return field.IsNull() || (field.IsNumber() && std::isnan(field.AsDouble()));
}

template <class Quote>
Value Row(Machine& machine, const Value& in, const char* format, char separator, Quote&& quote) {
  if (!in.IsArray()) {
    return machine.Fail(Describe(in) + " cannot be " + format + "-formatted, only array");
  }
  std::string line;
  for (std::size_t i = 0; i < in.array().size(); ++i) {
    const Value field = in.Part(in.array()[i]);
    if (i > 0) line += separator;
    if (!machine.Step() || !machine.Room(line.size())) return Value::Failed();
    if (field.IsArray() || field.IsObject()) {
      return machine.Fail(Describe(field) + " is not valid in a csv row");
    }
    if (IsBlank(field)) continue;
    line += field.IsString() ? quote(field.str()) : TextOf(field);
  }
  return machine.MakeString(std::move(line));
}

Value Csv(Machine& machine, Value&& in, Value*) {
  return Row(machine, in, "csv", ',',
             [](const std::string& text) { return "\"" + Replaced(text, "\"", {"\"\""}) + "\""; });
}

Value Tsv(Machine& machine, Value&& in, Value*) {
  return Row(machine, in, "tsv", '\t', [](const std::string& text) {
    return Replaced(text, "\t\n\r\\", {"\\t", "\\n", "\\r", "\\\\"});
  });
}

Value Html(Machine& machine, Value&& in, Value*) {
  return machine.MakeString(
      Replaced(Plain(in), "<>&'\"", {"&lt;", "&gt;", "&amp;", "&apos;", "&quot;"}));
}

Value Uri(Machine& machine, Value&& in, Value*) {
  return machine.MakeString(PercentEncode(Plain(in)));
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Value UriDecoded(Machine& machine, Value&& in, Value*) {
  const std::string text = Plain(in);
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
    return machine.Fail(Describe(machine.MakeString(std::string(text))) +
                        " is not a valid uri encoding");
  }
  return machine.MakeString(std::move(bytes));
}

std::string ShellQuoted(const Value& value) {
  return value.IsString() ? "'" + Replaced(value.str(), "'", {"'\\''"}) + "'" : TextOf(value);
}

Value Shell(Machine& machine, Value&& in, Value*) {
  std::string line;
  const auto append = [&](const Value& word) {
    if (word.IsArray() || word.IsObject()) {
      return machine.Fail(Describe(word) + " can not be escaped for shell").Has();
    }
    line += (line.empty() ? "" : " ") + ShellQuoted(word);
    return true;
  };
  if (!in.IsArray()) return append(in) ? machine.MakeString(std::move(line)) : Value::Failed();
  for (const Json& item : in.array()) {
    if (!append(in.Part(item))) return Value::Failed();
  }
  return machine.MakeString(std::move(line));
}

Value Base64(Machine& machine, Value&& in, Value*) {
  return machine.MakeString(Base64Encode(Plain(in)));
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
  const std::string text = Plain(in);
  std::string bytes;
  if (!DecodeBits(text, kBase64, 6, bytes)) {
    return machine.Fail(Describe(machine.MakeString(std::string(text))) +
                        " is not valid base64 data");
  }
  const std::size_t digits = std::min(text.find('='), text.size());
  if (digits % 4 == 1) {
    return machine.Fail(Describe(machine.MakeString(std::string(text))) +
                        " trailing base64 byte found");
  }
  return machine.MakeString(RepairUtf8(bytes));
}

Value Base32(Machine& machine, Value&& in, Value*) {
  const std::string text = Plain(in);
  std::string out;
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
  const std::string text = Plain(in);
  std::string bytes;
  if (!DecodeBits(text, kBase32, 5, bytes)) {
    return machine.Fail(Describe(machine.MakeString(std::string(text))) +
                        " is not valid base32 data");
  }
  return machine.MakeString(RepairUtf8(bytes));
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
