#include "items_to_parse.hpp"

#include <cctype>

#include "ocean/base/text.hpp"

namespace ocean::sync {

namespace {

bool IsWordChar(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

/// The length of ".name" or "[…]" (also after a dot) at the start of `text`; 0 when there is neither.
std::size_t StepLength(std::string_view text) {
  std::size_t i = 0;
  if (i < text.size() && text[i] == '.') ++i;
  if (i < text.size() && text[i] == '[') {
    const auto end = text.find(']', i);
    const bool iterates = end == i + 1;
    return end == std::string_view::npos || iterates ? 0 : end + 1;
  }
  if (i == 0) return 0;
  const std::size_t name = i;
  while (i < text.size() && IsWordChar(text[i])) ++i;
  return i == name || std::isdigit(static_cast<unsigned char>(text[name])) != 0 ? 0 : i;
}

std::string LeadingPath(std::string_view segment) {
  if (!segment.starts_with('.')) return {};
  std::size_t length = 0;
  while (const std::size_t step = StepLength(segment.substr(length))) length += step;
  const std::string_view rest = Trim(segment.substr(length));
  // What follows may only look into the list, not compute with it: `.a + .b` draws from two places.
  const bool plain =
      rest.empty() || rest.starts_with("//") || rest.starts_with("[]") || rest.starts_with("?");
  return plain ? std::string(segment.substr(0, length)) : std::string();
}

/// The text inside a first pair of parentheses that encloses the expression's start; the whole when it starts with none.
std::optional<std::string_view> Unwrapped(std::string_view expression) {
  if (!expression.starts_with('(')) return expression;
  int depth = 0;
  for (std::size_t i = 0; i < expression.size(); ++i) {
    if (expression[i] == '(') ++depth;
    if (expression[i] == ')' && --depth == 0) return expression.substr(1, i - 1);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> SourcePath(std::string_view expression) {
  const auto inner = Unwrapped(Trim(expression));
  if (!inner) return std::nullopt;
  for (const std::string& part : Split(*inner, '|')) {
    const std::string_view segment = Trim(part);
    if (segment == "." || segment.starts_with("$") || segment.starts_with(". as ")) continue;
    std::string path = LeadingPath(segment);
    if (path.empty()) return std::nullopt;
    return path;
  }
  return std::nullopt;
}

std::string ForEachElement(const ItemsToParse& items, const Json& item, jq::Budget& budget,
                           const std::function<void(Json&&)>& visit) {
  jq::Result list = items.program.First(item, budget);
  if (!list.error.empty()) return "itemsToParse failed: " + list.error;
  if (!list.value || !list.value->is_array()) {
    return "itemsToParse gave " + std::string(list.value ? TypeName(*list.value) : "nothing") +
           " instead of a list";
  }
  Json base = item;
  if (items.removal) {
    jq::Result without = items.removal->First(item, budget);
    if (without.value && without.value->is_object()) base = std::move(*without.value);
  }
  if (!base.is_object()) return "an item is " + std::string(TypeName(base)) + " and not an object";
  for (Json& element : *list.value) {
    Json part = base;
    part[items.name] = std::move(element);
    visit(std::move(part));
  }
  return {};
}

}  // namespace ocean::sync
