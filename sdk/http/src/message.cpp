#include "ocean/http/message.hpp"

#include <algorithm>
#include <array>

#include "ocean/base/json.hpp"
#include "ocean/base/text.hpp"

namespace ocean::http {
namespace {

constexpr std::array<std::pair<Method, std::string_view>, 7> kMethods = {{
    {Method::kGet, "GET"},
    {Method::kHead, "HEAD"},
    {Method::kPost, "POST"},
    {Method::kPut, "PUT"},
    {Method::kPatch, "PATCH"},
    {Method::kDelete, "DELETE"},
    {Method::kOptions, "OPTIONS"},
}};

char LowerAscii(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool SameName(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return LowerAscii(x) == LowerAscii(y); });
}

}  // namespace

std::string_view ToString(Method method) {
  return kMethods[static_cast<std::size_t>(method)].second;
}

std::optional<Method> ParseMethod(std::string_view name) {
  for (const auto& [method, text] : kMethods) {
    if (text == name) return method;
  }
  return std::nullopt;
}

std::optional<std::string> Headers::Get(std::string_view name) const {
  for (const auto& [field, value] : fields_) {
    if (SameName(field, name)) return value;
  }
  return std::nullopt;
}

void Headers::Add(std::string name, std::string value) {
  fields_.emplace_back(std::move(name), std::move(value));
}

void Headers::Set(std::string_view name, std::string value) {
  const auto same = [&](const Field& field) { return SameName(field.first, name); };
  const auto first = std::find_if(fields_.begin(), fields_.end(), same);
  if (first == fields_.end()) {
    fields_.emplace_back(name, std::move(value));
    return;
  }
  first->second = std::move(value);
  fields_.erase(std::remove_if(std::next(first), fields_.end(), same), fields_.end());
}

std::string EncodeQuery(const Query& query) {
  std::string text;
  for (const auto& [name, value] : query) {
    if (!text.empty()) text += '&';
    text.append(PercentEncode(name)).append("=").append(PercentEncode(value));
  }
  return text;
}

Query DecodeQuery(std::string_view text) {
  Query query;
  for (const std::string& pair : Split(text, '&')) {
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    const std::string value = equals == std::string::npos ? "" : pair.substr(equals + 1);
    query.emplace_back(PercentDecode(pair.substr(0, equals), true), PercentDecode(value, true));
  }
  return query;
}

Request Request::Get(std::string url, Query query) {
  Request request;
  request.url = std::move(url);
  request.query = std::move(query);
  return request;
}

Request Request::PostJson(std::string url, const Json& body, Query query) {
  return WithJson(Method::kPost, std::move(url), body, std::move(query));
}

Request Request::WithJson(Method method, std::string url, const Json& body, Query query) {
  Request request = Get(std::move(url), std::move(query));
  request.method = method;
  request.body = DumpJson(body);
  return request;
}

Json Response::ParseBody() const {
  if (declared_empty) return nullptr;
  return ParseJson(body, "the answer of " + source);
}

}  // namespace ocean::http
