#include "error_rules.hpp"

#include <algorithm>

#include "ocean/base/text.hpp"

namespace ocean::http {
namespace {

bool HeaderMatches(const ErrorRule& rule, const Headers& headers) {
  if (rule.header.empty()) return true;
  const std::optional<std::string> value = headers.Get(rule.header);
  return value && (rule.header_value.empty() || *value == rule.header_value);
}

bool BodyMatches(const ErrorRule& rule, const std::string& body) {
  return rule.body_contains.empty() ||
         ToLower(body).find(ToLower(rule.body_contains)) != std::string::npos;
}

bool Matches(const ErrorRule& rule, const Response& response) {
  const std::vector<int>& statuses = rule.statuses;
  return std::find(statuses.begin(), statuses.end(), response.status) != statuses.end() &&
         HeaderMatches(rule, response.headers) && BodyMatches(rule, response.body);
}

}  // namespace

const ErrorRule* FindRule(const std::vector<ErrorRule>& rules, const Response& response) {
  const auto found = std::find_if(rules.begin(), rules.end(),
                                  [&](const ErrorRule& rule) { return Matches(rule, response); });
  return found == rules.end() ? nullptr : &*found;
}

}  // namespace ocean::http
