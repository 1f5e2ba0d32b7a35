#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api_error.hpp"
#include "documents.hpp"
#include "ocean/base/hash.hpp"
#include "routes.hpp"

// Runs of actions: someone starts one, an integration claims it, says that it has it, and tells how it goes. A run is a document;
// what starts with '_' in it is not shown.

namespace ocean::catalog {

using http::Method;
using http::ServerRequest;
using http::ServerResponse;
using state::Database;

namespace {

constexpr std::string_view kType = "run";
constexpr std::int64_t kMaxClaimed = 100;

Json Find(Database& database, const std::string& id) {
  std::optional<Json> run = FindDocument(database, kType, id);
  if (!run) throw NotFound("Run", id);
  return std::move(*run);
}

Json Shown(Json run) {
  Json shown = Json::object();
  for (auto& [name, value] : run.items()) {
    if (!name.starts_with('_')) shown[name] = std::move(value);
  }
  return shown;
}

/// The action's way to the integration, with the run's properties among those of the action.
Json PayloadOf(const Json& action, const Json& properties) {
  Json payload = Get(action, "invocationMethod");
  if (!payload.is_object()) payload = Json::object();
  Json& execution = payload["integrationActionExecutionProperties"];
  if (!execution.is_object()) execution = Json::object();
  for (const auto& [name, value] : properties.items()) execution[name] = value;
  return payload;
}

ServerResponse Start(const Services& services, const ServerRequest& request) {
  const Json body = ReadBody(request);
  const Json& properties = Get(body, "properties");
  if (!properties.is_null() && !properties.is_object()) throw Invalid("properties must be object");
  const std::string& action = PathParameter(request, "action");
  const Json run = services.storage.Write([&](Database& database) {
    const std::optional<Json> document = FindDocument(database, "action", action);
    if (!document) throw NotFound("Action", action);
    Json started{{"id", "r_" + RandomUuid()},
                 {"status", "IN_PROGRESS"},
                 {"action", {{"identifier", action}}},
                 {"entity", Get(body, "entity")},
                 {"properties", properties.is_null() ? Json::object() : properties},
                 {"payload", PayloadOf(*document, properties)},
                 {"_logs", Json::array()}};
    Stamp(started, Json(), OriginOf(services, request));
    SaveDocument(database, kType, GetString(started, "id"), started);
    return started;
  });
  return Ok(201, Json{{"run", Shown(run)}});
}

struct Claim {
  std::string installation;
  std::int64_t limit = 0;
  std::int64_t visibility_ms = 0;
  Json excluded;
};

std::int64_t ReadNumber(const Json& body, const char* name, std::int64_t most) {
  const Json& number = Get(body, name);
  if (!number.is_number_integer() || number.get<std::int64_t>() < 1 ||
      number.get<std::int64_t>() > most) {
    throw Invalid(std::string(name) + " must be a number from 1 to " + std::to_string(most));
  }
  return number.get<std::int64_t>();
}

Claim ReadClaim(const Json& body) {
  Claim claim;
  claim.installation = GetString(body, "installationId");
  if (claim.installation.empty()) throw Invalid("installationId must be string and not empty");
  claim.limit = ReadNumber(body, "limit", kMaxClaimed);
  constexpr std::int64_t kDay = 86'400'000;
  claim.visibility_ms = ReadNumber(body, "visibilityTimeoutMs", kDay);
  claim.excluded = Get(body, "exclude");
  if (!claim.excluded.is_null() && !claim.excluded.is_array())
    throw Invalid("exclude must be array of strings");
  return claim;
}

bool IsClaimable(const Json& run, const Claim& claim, std::int64_t now_ms) {
  const Json& action = run.at("action").at("identifier");
  return GetString(run, "status") == "IN_PROGRESS" && !run.contains("_acked") &&
         GetString(run.at("payload"), "installationId") == claim.installation &&
         run.value("_hiddenUntil", std::int64_t{0}) <= now_ms &&
         std::find(claim.excluded.begin(), claim.excluded.end(), action) == claim.excluded.end();
}

/// The oldest first. Who claims a run has it alone until the time is over.
ServerResponse ClaimPending(const Services& services, const ServerRequest& request) {
  const Claim claim = ReadClaim(ReadBody(request));
  const std::int64_t now_ms = services.clock.Now().time_since_epoch().count() / 1000;
  const Json claimed = services.storage.Write([&](Database& database) {
    std::vector<Json> runs = Documents(database, kType);
    std::erase_if(runs, [&](const Json& run) { return !IsClaimable(run, claim, now_ms); });
    std::stable_sort(runs.begin(), runs.end(), [](const Json& a, const Json& b) {
      return GetString(a, "createdAt") < GetString(b, "createdAt");
    });
    runs.resize(std::min(runs.size(), static_cast<std::size_t>(claim.limit)));
    Json shown = Json::array();
    for (Json& run : runs) {
      run["_hiddenUntil"] = now_ms + claim.visibility_ms;
      SaveDocument(database, kType, GetString(run, "id"), run);
      shown.push_back(Shown(std::move(run)));
    }
    return shown;
  });
  return Ok(200, Json{{"runs", claimed}});
}

/// Applies `change` to a run.
template <class Change>
Json Update(const Services& services, const ServerRequest& request, const std::string& id,
            Change change) {
  return services.storage.Write([&](Database& database) {
    Json run = Find(database, id);
    change(run);
    Stamp(run, run, OriginOf(services, request));
    SaveDocument(database, kType, id, run);
    return Shown(std::move(run));
  });
}

ServerResponse Acknowledge(const Services& services, const ServerRequest& request) {
  const std::string id = GetString(ReadBody(request), "runId");
  Update(services, request, id, [&](Json& run) {
    if (run.contains("_acked"))
      throw ApiError(409, "conflict", "Run \"" + id + "\" has been acknowledged already");
    run["_acked"] = true;
  });
  return Ok(200);
}

void Merge(Json& run, const Json& body) {
  for (const auto& [name, value] : body.items()) {
    const bool is_own = name == "id" || name == "action" || name == "payload";
    if (is_own || name.starts_with('_')) throw Invalid(name + " cannot be changed");
    run[name] = value;
  }
  const std::string status = GetString(run, "status");
  if (status != "IN_PROGRESS" && status != "SUCCESS" && status != "FAILURE")
    throw Invalid("status must be IN_PROGRESS, SUCCESS or FAILURE");
}

ServerResponse AddLog(const Services& services, const ServerRequest& request) {
  const Json body = ReadBody(request);
  const Json& message = Get(body, "message");
  if (!message.is_string()) throw Invalid("message must be string");
  Update(services, request, PathParameter(request, "run"), [&](Json& run) {
    run["_logs"].push_back(
        {{"message", message}, {"createdAt", FormatIso8601(services.clock.Now())}});
  });
  return Ok(201);
}

ServerResponse List(const Services& services, const ServerRequest& request) {
  const std::string external = request.QueryValue("external_run_id");
  Json runs = Json::array();
  const std::vector<Json> all =
      services.storage.Read([](Database& database) { return Documents(database, kType); });
  for (const Json& run : all) {
    if (external.empty() || GetString(run, "externalRunId") == external) runs.push_back(Shown(run));
  }
  return Ok(200, Json{{"runs", std::move(runs)}});
}

Json Read(const Services& services, const ServerRequest& request) {
  return services.storage.Read(
      [&](Database& database) { return Find(database, PathParameter(request, "run")); });
}

}  // namespace

void AddRunRoutes(RouteTable& table) {
  const Services services = table.services();
  const std::string one = "/v1/actions/runs/{run}";
  table.Add(Method::kPost, "/v1/actions/{action}/runs",
            [services](const ServerRequest& request) { return Start(services, request); });
  table.Add(Method::kPost, "/v1/actions/runs/claim-pending",
            [services](const ServerRequest& request) { return ClaimPending(services, request); });
  table.Add(Method::kPatch, "/v1/actions/runs/ack",
            [services](const ServerRequest& request) { return Acknowledge(services, request); });
  table.Add(Method::kGet, "/v1/actions/runs",
            [services](const ServerRequest& request) { return List(services, request); });
  table.Add(Method::kGet, one, [services](const ServerRequest& request) {
    return Ok(200, Json{{"run", Shown(Read(services, request))}});
  });
  table.Add(Method::kPatch, one, [services](const ServerRequest& request) {
    const Json body = ReadBody(request);
    return Ok(200, Json{{"run", Update(services, request, PathParameter(request, "run"),
                                       [&](Json& run) { Merge(run, body); })}});
  });
  table.Add(Method::kPost, one + "/logs",
            [services](const ServerRequest& request) { return AddLog(services, request); });
  table.Add(Method::kGet, one + "/logs", [services](const ServerRequest& request) {
    return Ok(200, Json{{"runLogs", Read(services, request).at("_logs")}});
  });
}

}  // namespace ocean::catalog
