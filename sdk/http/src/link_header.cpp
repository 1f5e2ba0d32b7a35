#include "link_header.hpp"

#include <algorithm>

#include "ocean/base/text.hpp"

namespace ocean::http {
namespace {

/// Cuts at the first `separator` outside of quotes; returns what stood before it.
std::string_view TakeUntil(std::string_view& text, char separator) {
  bool quoted = false;
  std::size_t end = 0;
  for (; end < text.size(); ++end) {
    if (text[end] == '"') quoted = !quoted;
    if (!quoted && text[end] == separator) break;
  }
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

bool IsRelation(std::string_view parameter, std::string_view relation) {
  const std::size_t equals = parameter.find('=');
  if (equals == std::string_view::npos || ToLower(Trim(parameter.substr(0, equals))) != "rel") {
    return false;
  }
  const std::string value = ReplaceAll(Trim(parameter.substr(equals + 1)), "\"", "");
  const std::vector<std::string> names = Split(ToLower(value), ' ');
  return std::find(names.begin(), names.end(), ToLower(relation)) != names.end();
}

/// Reads `<target>; parameter; parameter` links, which commas separate; a target may hold commas.
std::optional<std::string> FindInField(std::string_view text, std::string_view relation) {
  while (!text.empty()) {
    const std::size_t begin = text.find('<');
    const std::size_t end = text.find('>', begin);
    if (begin == std::string_view::npos || end == std::string_view::npos) break;
    const std::string_view target = text.substr(begin + 1, end - begin - 1);
    text.remove_prefix(end + 1);
    std::string_view parameters = TakeUntil(text, ',');
    while (!parameters.empty()) {
      if (IsRelation(TakeUntil(parameters, ';'), relation)) return std::string(Trim(target));
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> FindLink(const Headers& headers, std::string_view relation) {
  for (const auto& [name, value] : headers) {
    if (ToLower(name) != "link") continue;
    if (auto target = FindInField(value, relation)) return target;
  }
  return std::nullopt;
}

}  // namespace ocean::http
