#pragma once
/// @file Requests straight to the handlers, without a socket.

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api.hpp"
#include "ocean/base/json.hpp"
#include "ocean/base/text.hpp"
#include "ocean/testing/manual_clock.hpp"

namespace ocean::catalog {

/// What the server's router does with a path, and a client with a token.
class ApiFixture {
 public:
  explicit ApiFixture(const CatalogOptions& options = InMemory())
      : api(options, clock, Logger::Null()) {}

  static CatalogOptions InMemory() {
    CatalogOptions options;
    options.file = ":memory:";
    options.changes_kept = 100;
    return options;
  }

  /// `line` is "POST /v1/blueprints?a=b"; path segments are still encoded.
  http::ServerResponse Send(std::string_view line, std::string body = "",
                            http::Headers headers = {}) {
    http::ServerRequest request;
    const std::vector<std::string> words = Split(line, ' ');
    request.method = *http::ParseMethod(words.at(0));
    const std::size_t mark = words.at(1).find('?');
    request.path = words[1].substr(0, mark);
    if (mark != std::string::npos) request.query = http::DecodeQuery(words[1].substr(mark + 1));
    request.body = std::move(body);
    request.headers = std::move(headers);
    return Handle(std::move(request));
  }

  /// With a token and a User-Agent.
  http::ServerResponse Call(std::string_view line, const Json& body = nullptr,
                            const std::string& user_agent = "port-ocean/test/0.1.0/mine/exporter") {
    return Send(line, body.is_null() ? "" : DumpJson(body),
                {{"Authorization", Authorization()},
                 {"User-Agent", user_agent},
                 {"Host", "127.0.0.1:5000"}});
  }

  void LogIn() {
    const auto answer =
        Send("POST /v1/auth/access_token", R"({"clientId":"test@example.com","clientSecret":""})");
    token_ = GetString(ParseJson(answer.body), "accessToken");
  }

  /// The header's value; logs in for the first one.
  std::string Authorization() {
    if (token_.empty()) LogIn();
    return "Bearer " + token_;
  }

  testing::ManualClock clock;
  Api api;

 private:
  /// Literal segments first, as the server does.
  http::ServerResponse Handle(http::ServerRequest request) const {
    const std::vector<std::string> path = Split(request.path, '/');
    const Route* best = nullptr;
    std::map<std::string, std::string, std::less<>> best_parameters;
    for (const Route& route : api.routes()) {
      std::map<std::string, std::string, std::less<>> parameters;
      if (route.method != request.method || !Matches(Split(route.pattern, '/'), path, parameters))
        continue;
      if (best != nullptr && best_parameters.size() <= parameters.size()) continue;
      best = &route;
      best_parameters = std::move(parameters);
    }
    if (best == nullptr) return http::ServerResponse::OfText(404, "no route");
    request.path_parameters = std::move(best_parameters);
    return best->handler(request);
  }

  static bool Matches(const std::vector<std::string>& pattern, const std::vector<std::string>& path,
                      std::map<std::string, std::string, std::less<>>& parameters) {
    for (std::size_t i = 0; i < pattern.size(); ++i) {
      if (pattern[i].ends_with("...}")) return i < path.size();
      if (i >= path.size()) return false;
      if (pattern[i].starts_with('{')) {
        parameters[pattern[i].substr(1, pattern[i].size() - 2)] = PercentDecode(path[i]);
      } else if (pattern[i] != path[i]) {
        return false;
      }
    }
    return pattern.size() == path.size();
  }

  std::string token_;
};

}  // namespace ocean::catalog
