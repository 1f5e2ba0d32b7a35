#include "lexer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "source_error.hpp"
#include "utf8.hpp"

namespace ocean::jq {
namespace {

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
bool IsNameStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool IsNamePart(char c) {
  return IsNameStart(c) || IsDigit(c);
}
bool IsBlank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/// Longest first.
constexpr std::array<std::string_view, 14> kLongOperators = {
    "?//", "//=", "|=", "+=", "-=", "*=", "/=", "%=", "==", "!=", "<=", ">=", "//", ".."};
constexpr std::string_view kShortOperators = ".?=;,:|+-*/%$<>()[]{}";

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  std::vector<Token> Run() {
    while (true) {
      SkipBlanks();
      if (at_ >= text_.size()) break;
      Next();
      tokens_.back().end = at_;
    }
    if (!open_strings_.empty())
      Fail("unfinished string interpolation", text_.size(), "close it with `)\"`");
    Add(TokenKind::kEnd, "", text_.size());
    return std::move(tokens_);
  }

 private:
  [[noreturn]] void Fail(const std::string& message, std::size_t position,
                         const std::string& hint = "") {
    ThrowSourceError(text_, position, message, hint);
  }
  char Peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  void Add(TokenKind kind, std::string text, std::size_t position) {
    tokens_.push_back({kind, std::move(text), position, at_});
  }

  void SkipBlanks() {
    while (at_ < text_.size()) {
      if (IsBlank(text_[at_])) {
        ++at_;
      } else if (text_[at_] == '#') {
        SkipComment();
      } else {
        return;
      }
    }
  }

  // A comment ends with its line, unless an odd number of backslashes comes before the newline.
  void SkipComment() {
    while (at_ < text_.size()) {
      if (text_[at_] == '\\') {
        at_ += Peek(1) == '\r' && Peek(2) == '\n' ? 3 : 2;
      } else if (text_[at_++] == '\n') {
        return;
      }
    }
    at_ = std::min(at_, text_.size());
  }

  void Next() {
    const char c = Peek();
    if (c == '"') return String();
    if (IsDigit(c) || (c == '.' && IsDigit(Peek(1)))) return Number();
    if (IsNameStart(c)) {
      const std::size_t position = at_;
      return Add(TokenKind::kName, Name(true), position);
    }
    if (c == '.' && IsNameStart(Peek(1))) return Prefixed(TokenKind::kField, false);
    if (c == '$' && IsNameStart(Peek(1))) return Prefixed(TokenKind::kVariable, true);
    if (c == '@' && IsNameStart(Peek(1))) {
      Prefixed(TokenKind::kFormat, false);
      tokens_.back().text.insert(0, 1, '@');
      return;
    }
    Operator();
  }

  std::string Name(bool qualified) {
    const std::size_t start = at_;
    while (IsNamePart(Peek()) ||
           (qualified && Peek() == ':' && Peek(1) == ':' && IsNameStart(Peek(2)))) {
      at_ += Peek() == ':' ? 2 : 1;
    }
    return std::string(text_.substr(start, at_ - start));
  }

  void Prefixed(TokenKind kind, bool qualified) {
    const std::size_t position = at_++;
    Add(kind, Name(qualified), position);
  }

  void Number() {
    const std::size_t start = at_;
    while (IsDigit(Peek())) ++at_;
    if (Peek() == '.') {
      ++at_;
      while (IsDigit(Peek())) ++at_;
    }
    if (Peek() == 'e' || Peek() == 'E') {
      const std::size_t sign = Peek(1) == '+' || Peek(1) == '-' ? 1 : 0;
      if (IsDigit(Peek(1 + sign))) {
        at_ += 1 + sign;
        while (IsDigit(Peek())) ++at_;
      }
    }
    Add(TokenKind::kNumber, std::string(text_.substr(start, at_ - start)), start);
  }

  void Operator() {
    for (const std::string_view op : kLongOperators) {
      if (text_.substr(at_, op.size()) != op) continue;
      Add(TokenKind::kOperator, std::string(op), at_);
      at_ += op.size();
      return;
    }
    const char c = Peek();
    if (kShortOperators.find(c) == std::string_view::npos) BadCharacter();
    if (c == '(') ++parentheses_;
    if (c == ')' && !open_strings_.empty() && parentheses_ == open_strings_.back()) {
      Add(TokenKind::kInterpolationEnd, ")", at_++);
      open_strings_.pop_back();
      return StringRest();
    }
    if (c == ')') --parentheses_;
    Add(TokenKind::kOperator, std::string(1, c), at_++);
  }

  [[noreturn]] void BadCharacter() {
    if (Peek() == '\'') {
      Fail("unexpected single quote", at_, "a string is delimited by double quotes");
    }
    std::size_t end = at_;
    NextCodePoint(text_, end);
    Fail("unexpected character '" + std::string(text_.substr(at_, end - at_)) + "'", at_);
  }

  void String() {
    Add(TokenKind::kStringBegin, "\"", at_++);
    StringRest();
  }

  // From after the opening quote, or after an interpolation, to the next interpolation or the closing quote.
  void StringRest() {
    const std::size_t start = at_;
    std::string decoded;
    while (true) {
      if (at_ >= text_.size())
        Fail("unfinished string", start, "the closing double quote is missing");
      const char c = text_[at_];
      if (c == '"' || (c == '\\' && Peek(1) == '(')) break;
      if (c == '\\') {
        Escape(decoded);
      } else {
        decoded += c;
        ++at_;
      }
    }
    if (!decoded.empty()) Add(TokenKind::kStringText, RepairUtf8(decoded), start);
    if (text_[at_] == '"') return Add(TokenKind::kStringEnd, "\"", at_++);
    Add(TokenKind::kInterpolationBegin, "\\(", at_);
    at_ += 2;
    open_strings_.push_back(parentheses_);
  }

  void Escape(std::string& decoded) {
    constexpr std::string_view kNames = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    const std::size_t start = at_++;
    const std::size_t found = at_ < text_.size() ? kNames.find(text_[at_]) : std::string_view::npos;
    if (found != std::string_view::npos) {
      decoded += kMeanings[found];
      ++at_;
    } else if (Peek() == 'u') {
      UnicodeEscape(decoded, start);
    } else {
      Fail("unknown escape in a string", start, "a backslash itself is written as \\\\");
    }
  }

  void UnicodeEscape(std::string& decoded, std::size_t start) {
    std::uint32_t code_point = FourDigits(start);
    if (code_point >= 0xD800 && code_point < 0xDC00 && Peek() == '\\' && Peek(1) == 'u') {
      const std::size_t second = at_++;
      const std::uint32_t low = FourDigits(second);
      if (low >= 0xDC00 && low < 0xE000) {
        code_point = 0x10000 + ((code_point - 0xD800) << 10) + (low - 0xDC00);
      } else {
        at_ = second;
      }
    }
    AppendCodePoint(decoded, code_point);
  }

  std::uint32_t FourDigits(std::size_t start) {
    ++at_;
    const std::string_view digits = text_.substr(std::min(at_, text_.size()), 4);
    std::uint32_t value = 0;
    const auto [end, problem] =
        std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (problem != std::errc() || end != digits.data() + 4)
      Fail("\\u needs four hexadecimal digits", start);
    at_ += 4;
    return value;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<Token> tokens_;
  int parentheses_ = 0;
  /// For each string that an interpolation interrupts, how many parentheses were open there.
  std::vector<int> open_strings_;
};

}  // namespace

bool IsName(std::string_view text) {
  return !text.empty() && IsNameStart(text[0]) && std::all_of(text.begin(), text.end(), IsNamePart);
}

std::vector<Token> Tokenize(std::string_view text) {
  return Lexer(text).Run();
}

}  // namespace ocean::jq
