#include <string>

#include "ocean/base/json.hpp"
#include "ocean/base/text.hpp"
#include "ocean/config/yaml.hpp"
#include "yaml_document.hpp"

namespace ocean::config {

namespace {

/// The parser takes no longer text for a key on one line.
constexpr std::size_t kMaxSimpleKey = 1000;

bool Contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// Control characters, and the line breaks and marks of Unicode that YAML treats specially.
bool HasSpecialCharacter(std::string_view text, bool newline_allowed) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && !(newline_allowed && c == '\n')) || byte == 0x7f) return true;
  }
  // U+0080 to U+009F, U+2028, U+2029, U+FEFF.
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    const auto first = static_cast<unsigned char>(text[i]);
    const auto second = static_cast<unsigned char>(text[i + 1]);
    if (first == 0xC2 && second < 0xA0) return true;
  }
  return Contains(text, "\xE2\x80\xA8") || Contains(text, "\xE2\x80\xA9") ||
         Contains(text, "\xEF\xBB\xBF");
}

bool LooksTyped(const std::string& text) {
  // What cannot be a number, true, false or null starts with another letter.
  if (Contains("0123456789+-.~nNtTfF", text.substr(0, 1))) {
    const bool special = Contains(text, ".inf") || Contains(text, ".Inf") ||
                         Contains(text, ".INF") || Contains(text, ".nan") ||
                         Contains(text, ".NaN") || Contains(text, ".NAN");
    return special ||
           text.find_first_not_of("0123456789+-.eExXoOabcdfABCDF") == std::string::npos ||
           !ResolvePlainScalar(text).is_string();
  }
  return false;
}

bool IsSafePlain(const std::string& text) {
  if (text.empty() || Trim(text) != text || !IsUtf8(text)) return false;
  if (Contains("-?:,[]{}#&*!|>'\"%@`=<", text.substr(0, 1))) return false;
  if (text.starts_with("...") || text.back() == ':') return false;
  if (Contains(text, ": ") || Contains(text, " #") || HasSpecialCharacter(text, false))
    return false;
  return !LooksTyped(text);
}

/// In double quotes. JSON's escapes are a subset of YAML's, which lack its pairs of surrogates; what else is special
/// gets an escape here.
std::string Quoted(const std::string& text) {
  std::string out = DumpJson(text);
  if (!HasSpecialCharacter(out, false)) return out;
  out = ReplaceAll(out, "\x7f", "\\x7f");
  out = ReplaceAll(out, "\xE2\x80\xA8", "\\u2028");
  out = ReplaceAll(out, "\xE2\x80\xA9", "\\u2029");
  out = ReplaceAll(out, "\xEF\xBB\xBF", "\\ufeff");
  constexpr char kDigits[] = "0123456789abcdef";
  for (int code = 0x80; code < 0xA0; ++code) {
    const std::string character = {'\xC2', static_cast<char>(code)};
    const std::string escape = {'\\', 'x', kDigits[code >> 4], kDigits[code & 15]};
    out = ReplaceAll(out, character, escape);
  }
  return out;
}

std::string Inline(const std::string& text) {
  return IsSafePlain(text) ? text : Quoted(text);
}

/// Whether a literal block reproduces the text exactly.
bool FitsLiteral(const std::string& text) {
  if (!Contains(text, "\n") || text.size() < 3 || !IsUtf8(text) || HasSpecialCharacter(text, true))
    return false;
  if (text.size() >= 2 && text.compare(text.size() - 2, 2, "\n\n") == 0) return false;
  if (text.front() == '\n' || text.front() == ' ') return false;
  for (const std::string& line : Split(text, '\n')) {
    if (!line.empty() && Trim(line).empty()) return false;
  }
  return true;
}

class Emitter {
 public:
  std::string Emit(const Json& value) {
    if (IsBlock(value)) {
      Block(value, 0, false);
    } else {
      Scalar(value, 0);
    }
    return std::move(out_);
  }

 private:
  static bool IsBlock(const Json& value) { return value.is_structured() && !value.empty(); }

  void Indent(std::size_t indent) { out_.append(indent, ' '); }

  /// `continues`: the first line begins after "- ", which already indents it.
  void Block(const Json& value, std::size_t indent, bool continues) {
    for (auto item = value.begin(); item != value.end(); ++item) {
      if (!continues) Indent(indent);
      continues = false;
      if (value.is_object()) {
        Member(item.key(), *item, indent);
      } else {
        Element(*item, indent);
      }
    }
  }

  void Element(const Json& value, std::size_t indent) {
    out_ += "- ";
    if (IsBlock(value)) {
      Block(value, indent + 2, true);
    } else {
      Scalar(value, indent + 2);
    }
  }

  void Member(const std::string& key, const Json& value, std::size_t indent) {
    const std::string name = Inline(key);
    if (name.size() > kMaxSimpleKey) {
      out_ += "? " + name + "\n";
      Indent(indent);
      out_ += ":";
    } else {
      out_ += name + ":";
    }
    if (IsBlock(value)) {
      out_ += "\n";
      Block(value, indent + 2, false);
    } else {
      out_ += " ";
      Scalar(value, indent + 2);
    }
  }

  void Scalar(const Json& value, std::size_t indent) {
    if (!value.is_string()) {
      out_ += DumpJson(value) + "\n";
      return;
    }
    const auto& text = value.get_ref<const std::string&>();
    if (FitsLiteral(text)) {
      Literal(text, indent == 0 ? 2 : indent);
    } else {
      out_ += Inline(text) + "\n";
    }
  }

  void Literal(const std::string& text, std::size_t indent) {
    const bool ends_with_newline = text.back() == '\n';
    out_ += ends_with_newline ? "|\n" : "|-\n";
    const std::string_view body =
        ends_with_newline ? std::string_view(text).substr(0, text.size() - 1) : text;
    for (const std::string& line : Split(body, '\n')) {
      if (!line.empty()) Indent(indent);
      out_ += line + "\n";
    }
  }

  std::string out_;
};

}  // namespace

std::string EmitYaml(const Json& value) {
  return Emitter().Emit(value);
}

}  // namespace ocean::config
