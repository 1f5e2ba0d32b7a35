#include "exchange.hpp"

#include <algorithm>
#include <utility>

#include "ocean/base/error.hpp"

namespace ocean::testing {

namespace {

bool Fits(const Exchange& exchange, const http::ServerRequest& request) {
  if (ToString(request.method) != exchange.method || request.path != exchange.path) return false;
  for (const auto& [name, value] : exchange.query) {
    const std::pair<std::string, std::string> wanted(name, value);
    if (std::find(request.query.begin(), request.query.end(), wanted) == request.query.end()) {
      return false;
    }
  }
  for (const auto& [name, value] : exchange.headers) {
    if (request.headers.Get(name) != value) return false;
  }
  return exchange.body.is_null() || Contains(request.ParseBody(), exchange.body);
}

http::ServerResponse ResponseOf(const Exchange& exchange) {
  auto response = exchange.response_text.empty()
                      ? http::ServerResponse::OfJson(exchange.status, exchange.response)
                      : http::ServerResponse::OfText(exchange.status, exchange.response_text);
  for (const auto& [name, value] : exchange.response_headers) response.headers.Set(name, value);
  return response;
}

std::string Describe(const Exchange& exchange) {
  std::string text = exchange.method + " " + exchange.path;
  if (!exchange.query.empty()) {
    text += "?" + http::EncodeQuery({exchange.query.begin(), exchange.query.end()});
  }
  if (!exchange.body.is_null()) text += " " + DumpJson(exchange.body);
  return text;
}

}  // namespace

Fields<Exchange> Exchange::Describe() {
  return Fields<Exchange>()
      .Add("method", &Exchange::method, "Of the request.",
           OneOf({"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"}))
      .Add("path", &Exchange::path, "Of the request, without the query.", Required())
      .Add("query", &Exchange::query, "Parameters that the request must have.")
      .Add("headers", &Exchange::headers, "Headers that the request must have.")
      .Add("body", &Exchange::body, "What the request's JSON body must contain.")
      .Add("times", &Exchange::times, "How often it is used; 0: any number.", AtLeast(0))
      .Add("status", &Exchange::status, "Of the answer.", Range(200, 599))
      .Add("response", &Exchange::response, "The answer's JSON body.")
      .Add("response_text", &Exchange::response_text, "The answer's body when it is no JSON.")
      .Add("response_headers", &Exchange::response_headers, "Headers of the answer.");
}

bool Contains(const Json& actual, const Json& pattern) {
  if (pattern.is_object()) {
    if (!actual.is_object()) return false;
    const auto& members = pattern.get_ref<const Json::object_t&>();
    return std::all_of(members.begin(), members.end(), [&](const auto& member) {
      return actual.contains(member.first) && Contains(actual.at(member.first), member.second);
    });
  }
  if (pattern.is_array()) {
    return actual.is_array() &&
           std::equal(actual.begin(), actual.end(), pattern.begin(), pattern.end(), Contains);
  }
  return actual == pattern;
}

Conversation::Conversation(std::vector<Exchange> exchanges) {
  for (Exchange& exchange : exchanges) entries_.push_back({std::move(exchange)});
}

std::optional<http::ServerResponse> Conversation::Answer(const http::ServerRequest& request) {
  std::lock_guard lock(mutex_);
  for (Entry& entry : entries_) {
    const bool is_used_up = entry.exchange.times > 0 && entry.used == entry.exchange.times;
    if (is_used_up || !Fits(entry.exchange, request)) continue;
    ++entry.used;
    return ResponseOf(entry.exchange);
  }
  return std::nullopt;
}

std::vector<std::string> Conversation::Unused() const {
  std::lock_guard lock(mutex_);
  std::vector<std::string> unused;
  for (const Entry& entry : entries_) {
    if (entry.used < entry.exchange.times) {
      unused.push_back(testing::Describe(entry.exchange) + " (used " + std::to_string(entry.used) +
                       " of " + std::to_string(entry.exchange.times) + " times)");
    }
  }
  return unused;
}

std::vector<Exchange> ParseExchanges(const Json& list, const std::string& file_name) {
  Problems problems;
  std::vector<Exchange> exchanges;
  if (!list.is_array()) problems.Add("", "expected a list of exchanges");
  for (std::size_t i = 0; list.is_array() && i < list.size(); ++i) {
    exchanges.push_back(ParseFields<Exchange>(list[i], "[" + std::to_string(i) + "]", problems));
  }
  problems.ThrowIfAny(file_name + " is not valid:");
  return exchanges;
}

}  // namespace ocean::testing
