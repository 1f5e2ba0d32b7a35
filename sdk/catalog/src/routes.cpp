#include "routes.hpp"

#include <array>
#include <ctime>
#include <optional>
#include <utility>

#include "api_error.hpp"

namespace ocean::catalog {

using http::Method;
using http::ServerRequest;
using http::ServerResponse;

namespace {

std::string HttpDate(TimePoint time) {
  const std::time_t seconds =
      std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 64> text{};
  // The names are English in every program that does not set a locale, and ours never does.
  const std::size_t size =
      std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return {text.data(), size};
}

std::optional<std::string> ClientOf(const Services& services, const ServerRequest& request) {
  return services.tokens.ClientOf(request.headers.Get("Authorization").value_or(""));
}

void CheckToken(const Services& services, const ServerRequest& request) {
  if (!ClientOf(services, request)) {
    throw ApiError(401, "unauthorized",
                   "The access token is missing, wrong, expired or from an earlier start of this "
                   "server");
  }
}

ServerResponse Answer(const Services& services, const ServerRequest& request,
                      const http::Server::Handler& handler) {
  try {
    return handler(request);
  } catch (const ApiError& error) {
    return ServerResponse::OfJson(error.status(), error.ToJson());
  } catch (const Error& error) {
    services.logger.Error(std::string(http::ToString(request.method)) + " " + request.path + ": " +
                          error.what());
    const bool may_pass = error.kind() == ErrorKind::kTransient;
    return ServerResponse::OfJson(
        may_pass ? 503 : 500,
        ApiError(500, may_pass ? "unavailable" : "internal_error", error.what()).ToJson());
  }
}

}  // namespace

void RouteTable::Add(Method method, std::string pattern, http::Server::Handler handler) {
  AddGuarded(method, std::move(pattern), std::move(handler), true);
}

void RouteTable::AddOpen(Method method, std::string pattern, http::Server::Handler handler) {
  AddGuarded(method, std::move(pattern), std::move(handler), false);
}

void RouteTable::AddGuarded(Method method, std::string pattern, http::Server::Handler handler,
                            bool needs_token) {
  auto guarded = [services = services_, needs_token,
                  handler = std::move(handler)](const ServerRequest& request) {
    // Taken before the work: an entity that is written now is not older than the answer says.
    const std::string date = HttpDate(services.clock.Now());
    ServerResponse response = Answer(services, request, [&](const ServerRequest& same) {
      if (needs_token) CheckToken(services, same);
      return handler(same);
    });
    response.headers.Set("Date", date);
    return response;
  };
  routes_.push_back({method, std::move(pattern), std::move(guarded)});
}

Json ReadBody(const ServerRequest& request) {
  Json body;
  try {
    body = ParseJson(request.body, "the request's body");
  } catch (const Error& error) {
    throw ApiError(400, "bad_request", error.what());
  }
  if (!body.is_object())
    throw Invalid("the body must be object, got " + std::string(TypeName(body)));
  return body;
}

bool ReadFlag(const ServerRequest& request, std::string_view name, bool fallback) {
  const std::string value = request.QueryValue(name);
  if (value.empty()) return fallback;
  if (value != "true" && value != "false") {
    throw Invalid("query parameter " + std::string(name) + " must be true or false, got \"" +
                  value + "\"");
  }
  return value == "true";
}

Projection ReadProjection(const ServerRequest& request) {
  Projection projection;
  for (const auto& [name, value] : request.query) {
    if (name == "include") projection.include.push_back(value);
    if (name == "exclude") projection.exclude.push_back(value);
  }
  projection.computed = !ReadFlag(request, "exclude_calculated_properties", false);
  projection.titles = ReadFlag(request, "attach_title_to_relation", false);
  return projection;
}

const std::string& PathParameter(const ServerRequest& request, std::string_view name) {
  return request.path_parameters.find(name)->second;
}

std::string User(const Services& services, const ServerRequest& request) {
  return ClientOf(services, request).value_or("");
}

std::string UserAgent(const ServerRequest& request) {
  return request.headers.Get("User-Agent").value_or("");
}

Origin OriginOf(const Services& services, const ServerRequest& request) {
  const std::string run_id = request.QueryValue("run_id");
  return {UserAgent(request), run_id.empty() ? request.QueryValue("ocean_info_resync_id") : run_id,
          services.clock.Now()};
}

void Stamp(Json& document, const Json& before, const Origin& origin) {
  const std::string now = FormatIso8601(origin.at);
  document["createdAt"] = GetString(before, "createdAt", now);
  document["createdBy"] = GetString(before, "createdBy", origin.user_agent);
  document["updatedAt"] = now;
  document["updatedBy"] = origin.user_agent;
}

ServerResponse OkText(int status, const std::string& members) {
  ServerResponse response;
  response.status = status;
  response.body = R"({"ok":true,)" + members + "}";
  return response;
}

ServerResponse Ok(int status, Json members) {
  Json body{{"ok", true}};
  for (auto& [name, value] : members.items()) body[name] = std::move(value);
  return ServerResponse::OfJson(status, body);
}

}  // namespace ocean::catalog
