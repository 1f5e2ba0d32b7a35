#pragma once
/// @file The catalog's routes: what they share, and the themes they come in.

#include <string>
#include <string_view>
#include <vector>

#include "changes.hpp"
#include "entity_text.hpp"
#include "migrations.hpp"
#include "ocean/base/clock.hpp"
#include "ocean/base/json.hpp"
#include "ocean/base/log.hpp"
#include "ocean/base/secret.hpp"
#include "ocean/http/server.hpp"
#include "storage.hpp"
#include "tokens.hpp"

namespace ocean::catalog {

struct Route {
  http::Method method = http::Method::kGet;
  std::string pattern;
  http::Server::Handler handler;
};

/// What handlers work with.
///
/// Lifetime  borrows all but the logger: they outlive the routes
struct Services {
  Storage& storage;
  Tokens& tokens;
  Migrations& migrations;
  Clock& clock;
  Logger logger;
  /// Of the entities in one answer.
  std::size_t max_answer_bytes;
};

/// Collects handlers and gives each what all need: the check of the token, errors in Port's shape, the Date header.
class RouteTable {
 public:
  explicit RouteTable(Services services) : services_(std::move(services)) {}

  /// For those who have the token.
  void Add(http::Method method, std::string pattern, http::Server::Handler handler);
  /// For everyone.
  void AddOpen(http::Method method, std::string pattern, http::Server::Handler handler);

  const Services& services() const { return services_; }
  const std::vector<Route>& routes() const { return routes_; }

 private:
  void AddGuarded(http::Method method, std::string pattern, http::Server::Handler handler,
                  bool needs_token);

  Services services_;
  std::vector<Route> routes_;
};

/// Client id and secret that POST /v1/auth/access_token accepts; empty accepts every pair.
struct Credentials {
  std::string client_id;
  Secret client_secret;
};

void AddAuthRoutes(RouteTable& table, Credentials credentials);
void AddIntegrationRoutes(RouteTable& table);
void AddBlueprintRoutes(RouteTable& table);
void AddEntityRoutes(RouteTable& table);
void AddDeletionRoutes(RouteTable& table);
void AddSearchRoutes(RouteTable& table);
void AddChangeRoutes(RouteTable& table);
void AddRunRoutes(RouteTable& table);

// What handlers ask of a request.

/// ApiError 400 when the body is no JSON, 422 when it is no object.
Json ReadBody(const http::ServerRequest& request);
/// ApiError 422 when the parameter is neither "true" nor "false".
bool ReadFlag(const http::ServerRequest& request, std::string_view name, bool fallback);
/// What the query parameters include, exclude, exclude_calculated_properties and attach_title_to_relation say.
Projection ReadProjection(const http::ServerRequest& request);
const std::string& PathParameter(const http::ServerRequest& request, std::string_view name);
/// The client id that the request's token was given to.
std::string User(const Services& services, const http::ServerRequest& request);
std::string UserAgent(const http::ServerRequest& request);
/// Who sends the request, now. The run is its query's `run_id`, else the resync that an integration names.
Origin OriginOf(const Services& services, const http::ServerRequest& request);
/// Sets createdAt, createdBy, updatedAt and updatedBy; of what was there `before` the first two stay.
void Stamp(Json& document, const Json& before, const Origin& origin);
/// {"ok": true} with the members of an object.
http::ServerResponse Ok(int status, Json members = Json::object());
/// The same with members that are text already: "a":1,"b":2
http::ServerResponse OkText(int status, const std::string& members);

}  // namespace ocean::catalog
