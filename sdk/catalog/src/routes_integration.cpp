#include <optional>
#include <string>
#include <utility>

#include "api_error.hpp"
#include "documents.hpp"
#include "ocean/base/hash.hpp"
#include "routes.hpp"

namespace ocean::catalog {

using http::Method;
using http::ServerRequest;
using http::ServerResponse;
using state::Database;

namespace {

constexpr std::string_view kType = "integration";

std::string Now(const Services& services) {
  return FormatIso8601(services.clock.Now());
}

Json Find(Database& database, const std::string& identifier) {
  std::optional<Json> integration = FindDocument(database, kType, identifier);
  if (!integration) throw NotFound("Integration", identifier);
  return std::move(*integration);
}

/// With the addresses that logs and metrics are sent to: routes of the server that the client has reached.
Json View(const ServerRequest& request, Json integration) {
  const std::string id = GetString(integration, "_id");
  const std::string base =
      "http://" + request.headers.Get("Host").value_or("127.0.0.1") + "/ingest/" + id;
  for (const char* kind : {"log", "metric", "ingest"}) {
    integration[std::string(kind) + "Attributes"] =
        Json{{"ingestId", id}, {"ingestUrl", base + "/" + kind}};
  }
  return Json{{"integration", std::move(integration)}};
}

/// Applies `change` to the integration of the path, and answers with what became of it.
template <class Change>
ServerResponse Update(const Services& services, const ServerRequest& request, Change change) {
  const std::string& identifier = PathParameter(request, "integration");
  Json integration = services.storage.Write([&](Database& database) {
    Json changed = Find(database, identifier);
    const Json before = changed;
    change(changed);
    Stamp(changed, before, OriginOf(services, request));
    SaveDocument(database, kType, identifier, changed);
    return changed;
  });
  return Ok(200, View(request, std::move(integration)));
}

Json NewIntegration(const Services& services, const Json& body) {
  const std::string now = Now(services);
  const std::string identifier = GetString(body, "installationId");
  Json integration{{"_id", "integration_" + RandomUuid()},
                   {"identifier", identifier},
                   {"installationId", identifier},
                   {"title", identifier},
                   {"installationType", "OnPrem"},
                   {"integrationType", GetString(body, "installationAppType")},
                   {"config", Json::object()},
                   {"changelogDestination", Json::object()},
                   {"arePortResourcesInitialized", false},
                   {"resyncState", {{"status", "pending"}, {"updatedAt", now}}}};
  for (const auto& [name, value] : body.items()) integration[name] = value;
  return integration;
}

ServerResponse Create(const Services& services, const ServerRequest& request) {
  const Json body = ReadBody(request);
  for (const char* name : {"installationId", "installationAppType"}) {
    if (GetString(body, name).empty())
      throw Invalid(std::string(name) + " must be string and not empty");
  }
  Json integration = NewIntegration(services, body);
  Stamp(integration, Json(), OriginOf(services, request));
  const std::string identifier = GetString(integration, "identifier");
  services.storage.Write([&](Database& database) {
    if (FindDocument(database, kType, identifier)) {
      throw ApiError(409, "conflict",
                     "Integration with identifier \"" + identifier + "\" exists already");
    }
    SaveDocument(database, kType, identifier, integration);
    return true;
  });
  return Ok(201, View(request, integration));
}

void Merge(Json& integration, const Json& body) {
  for (const auto& [name, value] : body.items()) {
    if (name == "_id" || name == "identifier" || name == "installationId" || name == "createdAt") {
      throw Invalid(name + " cannot be changed");
    }
    integration[name] = value;
  }
}

/// A changed mapping asks for a resync, unless its author is about to run one anyway.
void SetConfig(const Services& services, const ServerRequest& request, Json& integration) {
  const Json body = ReadBody(request);
  if (!Get(body, "config").is_object()) throw Invalid("config must be object");
  integration["config"] = body.at("config");
  if (request.headers.Get("x-skip-resync").value_or("") != "true") {
    integration["resyncRequest"] = Json{{"id", RandomUuid()}, {"updatedAt", Now(services)}};
  }
}

void SetResyncState(const Services& services, const ServerRequest& request, Json& integration) {
  const Json body = ReadBody(request);
  if (!Get(body, "status").is_string()) throw Invalid("status must be string");
  for (const auto& [name, value] : body.items()) integration["resyncState"][name] = value;
  integration["resyncState"]["updatedAt"] = Now(services);
}

ServerResponse SaveExamples(const Services& services, const ServerRequest& request) {
  const Json body = ReadBody(request);
  if (!Get(body, "examples").is_array()) throw Invalid("examples must be array");
  services.storage.Write([&](Database& database) {
    const std::string& identifier = PathParameter(request, "integration");
    Find(database, identifier);
    SaveDocument(database, "examples", identifier + "/" + PathParameter(request, "kind"), body);
    return true;
  });
  return Ok(200);
}

void AddIngestRoutes(RouteTable& table) {
  // Logs and metrics are accepted and not kept: whoever runs an embedded catalog sees them at their source.
  for (const Method method : {Method::kPost, Method::kPut}) {
    const auto accept = [](const ServerRequest&) { return Ok(202); };
    table.Add(method, "/ingest/{id}/{kind}", accept);
    table.Add(method, "/ingest/{id}/{kind}/{rest...}", accept);
  }
}

}  // namespace

void AddIntegrationRoutes(RouteTable& table) {
  const Services services = table.services();
  const std::string one = "/v1/integration/{integration}";
  table.Add(Method::kGet, "/v1/integration/provision-enabled",
            [](const ServerRequest&) { return Ok(200, Json{{"integrations", Json::array()}}); });
  table.Add(Method::kGet, "/v1/integration", [services](const ServerRequest&) {
    return Ok(200, Json{{"integrations", services.storage.Read([](Database& database) {
                           return Documents(database, kType);
                         })}});
  });
  table.Add(Method::kPost, "/v1/integration",
            [services](const ServerRequest& request) { return Create(services, request); });
  table.Add(Method::kGet, one, [services](const ServerRequest& request) {
    return Ok(200, View(request, services.storage.Read([&](Database& database) {
                return Find(database, PathParameter(request, "integration"));
              })));
  });
  table.Add(Method::kPatch, one, [services](const ServerRequest& request) {
    const Json body = ReadBody(request);
    return Update(services, request, [&](Json& integration) { Merge(integration, body); });
  });
  table.Add(Method::kDelete, one, [services](const ServerRequest& request) {
    const std::string& identifier = PathParameter(request, "integration");
    services.storage.Write([&](Database& database) {
      if (!DeleteDocument(database, kType, identifier)) throw NotFound("Integration", identifier);
      return true;
    });
    return Ok(200);
  });
  table.Add(Method::kPatch, one + "/config", [services](const ServerRequest& request) {
    return Update(services, request,
                  [&](Json& integration) { SetConfig(services, request, integration); });
  });
  table.Add(Method::kPatch, one + "/resync-state", [services](const ServerRequest& request) {
    return Update(services, request,
                  [&](Json& integration) { SetResyncState(services, request, integration); });
  });
  table.Add(Method::kGet, one + "/resync-request", [services](const ServerRequest& request) {
    const Json integration = services.storage.Read(
        [&](Database& database) { return Find(database, PathParameter(request, "integration")); });
    return Ok(200, Json{{"request", Get(integration, "resyncRequest")}});
  });
  table.Add(Method::kPost, one + "/kinds/{kind}/examples",
            [services](const ServerRequest& request) { return SaveExamples(services, request); });
  AddIngestRoutes(table);
}

}  // namespace ocean::catalog
