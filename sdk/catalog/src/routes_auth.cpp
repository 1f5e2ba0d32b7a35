#include <utility>

#include "api_error.hpp"
#include "ocean/base/hash.hpp"
#include "routes.hpp"

namespace ocean::catalog {

using http::Method;
using http::ServerRequest;

namespace {

bool Accepts(const Credentials& credentials, const Json& body) {
  if (credentials.client_id.empty() && credentials.client_secret.empty()) return true;
  return GetString(body, "clientId") == credentials.client_id &&
         Sha256Hex(GetString(body, "clientSecret")) ==
             Sha256Hex(credentials.client_secret.Reveal());
}

void CheckMembers(const Json& body) {
  if (body.size() != 2 || !Get(body, "clientId").is_string() ||
      !Get(body, "clientSecret").is_string()) {
    throw Invalid("the body must have clientId and clientSecret, both string, and nothing else");
  }
}

}  // namespace

void AddAuthRoutes(RouteTable& table, Credentials credentials) {
  table.AddOpen(Method::kPost, "/v1/auth/access_token",
                [services = table.services(),
                 credentials = std::move(credentials)](const ServerRequest& request) {
                  const Json body = ReadBody(request);
                  CheckMembers(body);
                  if (!Accepts(credentials, body)) {
                    throw ApiError(401, "invalid_credentials",
                                   "The client id or the client secret is wrong");
                  }
                  const Secret token = services.tokens.Issue(GetString(body, "clientId"));
                  return Ok(200, Json{{"accessToken", token.Reveal()},
                                      {"expiresIn", Tokens::kLifetime.count()},
                                      {"tokenType", "Bearer"}});
                });
  table.Add(Method::kGet, "/v1/organization", [](const ServerRequest&) {
    return Ok(200, Json{{"organization",
                         {{"id", "org_local"},
                          {"name", "Embedded catalog"},
                          {"featureFlags", Json::array()}}}});
  });
  table.Add(Method::kGet, "/v1/kafka-credentials",
            [](const ServerRequest&) -> http::ServerResponse {
              throw ApiError(404, "not_found",
                             "This catalog has no Kafka: let the integration poll instead");
            });
}

}  // namespace ocean::catalog
