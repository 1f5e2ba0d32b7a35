#include "source_error.hpp"

#include <algorithm>

#include "ocean/base/error.hpp"

namespace ocean::jq {
namespace {

/// Bytes of the line that are shown before and after the caret.
constexpr std::size_t kContext = 50;

bool IsContinuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

std::size_t CountCharacters(std::string_view text) {
  return text.size() -
         static_cast<std::size_t>(std::count_if(text.begin(), text.end(), IsContinuation));
}

std::string Excerpt(std::string_view line, std::size_t column) {
  std::size_t from = column > kContext ? column - kContext : 0;
  while (from > 0 && IsContinuation(line[from])) --from;
  std::size_t to = std::min(line.size(), column + kContext);
  while (to < line.size() && IsContinuation(line[to])) ++to;
  const std::string before = (from > 0 ? "…" : "") + std::string(line.substr(from, column - from));
  const std::string after =
      std::string(line.substr(column, to - column)) + (to < line.size() ? "…" : "");
  return "    " + before + after + "\n    " + std::string(CountCharacters(before), ' ') + "^";
}

}  // namespace

std::size_t LineOf(std::string_view text, std::size_t position) {
  const std::string_view before = text.substr(0, position);
  return 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
}

void ThrowSourceError(std::string_view text, std::size_t position, const std::string& message,
                      const std::string& hint) {
  position = std::min(position, text.size());
  const std::size_t newline = text.rfind('\n', position == 0 ? 0 : position - 1);
  const std::size_t start =
      newline == std::string_view::npos || newline >= position ? 0 : newline + 1;
  std::string_view line = text.substr(start);
  line = line.substr(0, line.find('\n'));
  const std::size_t column = std::min(position - start, line.size());
  std::string what = message + " at line " + std::to_string(LineOf(text, position)) + ", column " +
                     std::to_string(CountCharacters(line.substr(0, column)) + 1) + ":\n" +
                     Excerpt(line, column);
  if (!hint.empty()) what += "\n" + hint;
  throw Error(ErrorKind::kConfig, what);
}

}  // namespace ocean::jq
