#include <string>
#include <string_view>

#include "ocean/jq/program.hpp"

namespace ocean::jq {
namespace {

bool IsBlank(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}
bool IsBlankOrQuote(char c) {
  return IsBlank(c) || c == '"';
}

}  // namespace

std::string RewriteSingleQuotes(std::string_view text) {
  std::string rewritten(text);
  // A blank that belonged to one delimiter cannot belong to the next.
  std::size_t used = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\'') continue;
    const bool at_end = i + 1 == text.size();
    const bool after_blank = i == 0 || (i > used && IsBlank(text[i - 1]));
    const bool is_opening = after_blank && (at_end || !IsBlankOrQuote(text[i + 1]));
    const bool is_closing =
        i > 0 && !IsBlankOrQuote(text[i - 1]) && (at_end || IsBlank(text[i + 1]));
    if (!is_opening && !is_closing) continue;
    rewritten[i] = '"';
    used = is_opening ? i + 1 : i + 2;
  }
  return rewritten;
}

}  // namespace ocean::jq
