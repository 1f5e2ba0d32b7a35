#pragma once
/// @file From the text of a program to its tokens.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ocean::jq {

enum class TokenKind {
  kEnd,
  kNumber,
  kName,      ///< Names and keywords, such as `map`, `if`, `lib::f`.
  kField,     ///< `.name`; the text is the name.
  kVariable,  ///< `$name`; the text is the name.
  kFormat,    ///< `@base64`, with the sign.
  kOperator,
  kStringBegin,
  kStringText,  ///< What lies between interpolations, decoded.
  kInterpolationBegin,
  kInterpolationEnd,
  kStringEnd,
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string text;
  std::size_t position = 0;
  /// Where the token ends; not set within strings.
  std::size_t end = 0;
};

/// Whether `text` can be written as a name.
bool IsName(std::string_view text);

/// The tokens of `text`, the last one kEnd. Throws as ThrowSourceError does.
std::vector<Token> Tokenize(std::string_view text);

}  // namespace ocean::jq
