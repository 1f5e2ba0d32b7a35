#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

#include "ocean/base/clock.hpp"
#include "ocean/base/json.hpp"
#include "ocean/base/text.hpp"
#include "ocean/testing/strict_port.hpp"

namespace ocean::testing {

namespace {

using http::ServerRequest;

/// The calls of an integration. `agent` is long where Port keeps the User-Agent as the owner of what is written. Query
/// parameters and members that end in "?" may be left out; "*" stands for any member. A shape is a name, or several with
/// a bar between them: of those below, of `shapes`, or of `values`.
constexpr std::string_view kContract = R"json({
  "calls": [
    {"call": "POST /v1/auth/access_token", "agent": "short", "open": true,
     "body": {"clientId": "text", "clientSecret": "text"}},

    {"call": "GET /v1/organization", "agent": "short"},
    {"call": "GET /v1/kafka-credentials", "agent": "short"},
    {"call": "GET /v1/migrations/{id}", "agent": "short"},

    {"call": "GET /v1/integration/provision-enabled", "agent": "short"},
    {"call": "GET /v1/integration/{id}", "agent": "short",
     "query": {"oceanCoreVersion": "text", "isPolling": "boolean"}},
    {"call": "POST /v1/integration", "agent": "short", "query": {"integration_modes?": "mode"},
     "body": {"installationId": "text", "installationAppType": "text", "version": "text", "changelogDestination": "destination",
              "config": "object", "actionsProcessingEnabled": "boolean", "incrementalSyncEnabled": "boolean",
              "createPortResourcesOrigin": "origin"}},
    {"call": "PATCH /v1/integration/{id}", "agent": "short",
     "body": {"version": "text", "installationAppType?": "text", "config?": "object", "changelogDestination?": "destination",
              "arePortResourcesInitialized?": "boolean", "actionsProcessingEnabled?": "boolean",
              "incrementalSyncEnabled?": "boolean", "processingMode?": "processing_mode"}},
    {"call": "DELETE /v1/integration/{id}", "agent": "short"},
    {"call": "PATCH /v1/integration/{id}/config", "agent": "short", "header": "x-skip-resync", "body": {"config": "mapping"}},
    {"call": "PATCH /v1/integration/{id}/resync-state", "agent": "short", "body": "resync_started|resync_ended"},
    {"call": "GET /v1/integration/{id}/resync-request", "agent": "short"},
    {"call": "POST /v1/integration/{id}/kinds/{kind}/examples", "agent": "short", "body": {"examples": "examples"}},

    {"call": "GET /v1/blueprints/{id}", "agent": "any"},
    {"call": "POST /v1/blueprints", "agent": "long", "query": {"create_catalog_page?": "boolean"}, "body": "blueprint"},
    {"call": "PATCH /v1/blueprints/{id}", "agent": "long", "body": "blueprint"},
    {"call": "DELETE /v1/blueprints/{id}", "agent": "long"},
    {"call": "DELETE /v1/blueprints/{id}/all-entities", "agent": "short", "query": {"delete_blueprint?": "boolean"}},
    {"call": "POST /v1/blueprints/{id}/scorecards", "agent": "short", "body": {"identifier": "text", "*": "any"}},
    {"call": "POST /v1/pages", "agent": "short", "body": {"identifier": "text", "*": "any"}},
    {"call": "POST /v1/actions", "agent": "short", "body": {"identifier": "text", "*": "any"}},

    {"call": "POST /v1/blueprints/{id}/entities", "agent": "long", "body": "entity",
     "query": {"upsert": "boolean", "merge?": "boolean", "create_missing_related_entities?": "boolean",
               "validation_only?": "boolean", "run_id?": "text", "ocean_info_event_type?": "event",
               "ocean_info_resync_id?": "text"}},
    {"call": "POST /v1/blueprints/{id}/entities/bulk", "agent": "long", "body": {"entities": "entities"}, "bytes": 1048576,
     "query": {"upsert": "boolean", "merge?": "boolean", "create_missing_related_entities?": "boolean",
               "validation_only?": "boolean", "run_id?": "text", "ocean_info_event_type?": "event",
               "ocean_info_resync_id?": "text"}},
    {"call": "POST /v1/blueprints/{id}/bulk/entities/delete", "agent": "long", "body": {"entities": "doomed"},
     "query": {"delete_dependents?": "boolean", "run_id?": "text", "ocean_info_event_type?": "event",
               "ocean_info_resync_id?": "text"}},
    {"call": "POST /v1/blueprints/entities/datasource-entities", "agent": "long",
     "body": {"datasource_prefix": "text", "datasource_suffix": "text", "limit": "page_size", "before?": "time", "from?": "text"}},
    {"call": "POST /v1/entities/search", "agent": "long", "body": "query",
     "query": {"include?": "text", "exclude?": "text", "exclude_calculated_properties?": "boolean",
               "attach_title_to_relation?": "boolean", "allow_partial_results?": "boolean"}},

    {"call": "POST /ingest/{id}/log", "agent": "short", "body": {"logs": "logs"}},
    {"call": "POST /ingest/{id}/metric/syncMetrics", "agent": "short", "body": {"syncKindsMetrics": "metrics"}},
    {"call": "PUT /ingest/{id}/metric/syncMetrics/resync/{run}/kind/{kind}", "agent": "short",
     "body": {"syncKindMetrics": "metric"}},
    {"call": "POST /ingest/{id}/metric/heartbeat", "agent": "short", "body": {"eventId": "text"}}
  ],
  "shapes": {
    "destination": {"type?": "destination_type", "url?": "text"},
    "mapping": {"resources": "resources", "deleteDependentEntities": "boolean", "createMissingRelatedEntities": "boolean",
                "enableMergeEntity": "boolean", "entityDeletionThreshold": "number"},
    "resource": {"kind": "text", "selector": "object", "port": "object"},
    "resync_started": {"status": "running", "lastResyncEnd": "null", "lastResyncStart": "time", "nextResync": "time|null",
                       "intervalInMinuets": "integer|null"},
    "resync_ended": {"status": "ended", "lastResyncEnd": "time", "nextResync": "time|null", "intervalInMinuets": "integer|null"},
    "blueprint": {"identifier": "identifier", "title?": "string", "icon?": "string|null", "description?": "string",
                  "schema?": {"properties?": "object", "required?": "any"}, "relations?": "object", "mirrorProperties?": "object",
                  "calculationProperties?": "object", "aggregationProperties?": "object", "ownership?": "object",
                  "teamInheritance?": "object", "changelogDestination?": "object"},
    "entity": {"identifier": "identifier|query", "blueprint?": "identifier", "title?": "any", "icon?": "string|null",
               "team?": "string|null|strings|query", "properties?": "object", "relations?": "relations"},
    "relations": {"*": "identifier|null|identifiers|query"},
    "query": {"combinator": "combinator", "rules": "rules"},
    "rule": {"property": "text|context", "operator": "operator", "value?": "any"},
    "schema_rule": {"propertySchema": "object", "operator": "schema_operator", "value": "any"},
    "related_rule": {"operator": "related", "blueprint": "identifier", "value": "any", "direction?": "direction",
                     "required?": "boolean"},
    "context": {"property": "text", "context": "user_context"},
    "log": {"message": "string", "level": "level", "timestamp": "time", "extra": "object"},
    "metric": {"integrationType": "text", "installationType": "text", "executionMode": "text", "integrationIdentifier": "text",
               "integrationVersion": "text", "oceanVersion": "text", "kindIdentifier": "text", "kind": "text",
               "kindIndex": "integer", "eventId": "text", "syncState": "sync_state", "blueprint": "string", "metrics": "object"}
  },
  "lists": {
    "entities": {"of": "entity", "min": 1, "max": 20},
    "doomed": {"of": "identifier", "min": 1, "max": 100},
    "identifiers": {"of": "identifier"},
    "strings": {"of": "string"},
    "rules": {"of": "rule|schema_rule|related_rule|query"},
    "resources": {"of": "resource"},
    "examples": {"of": "any", "min": 1, "max": 5},
    "logs": {"of": "log", "min": 1},
    "metrics": {"of": "metric", "min": 1}
  },
  "values": {
    "mode": ["create_resources"],
    "origin": ["Default", "Empty", "Port", "Ocean"],
    "processing_mode": ["ocean-core", "dsp"],
    "destination_type": ["KAFKA", "WEBHOOK"],
    "running": ["running"],
    "ended": ["completed", "failed", "aborted"],
    "event": ["resync", "http_request", "start", "action_run", "incremental_resync"],
    "combinator": ["and", "or"],
    "operator": ["=", "!=", "in", "notIn", "contains", "doesNotContains", "containsAny", "beginsWith", "doesNotBeginsWith",
                 "endsWith", "doesNotEndsWith", ">", ">=", "<", "<=", "between", "notBetween", "isEmpty", "isNotEmpty",
                 "isExpired", "isNotExpired"],
    "schema_operator": ["=", "!=", "contains"],
    "related": ["relatedTo"],
    "direction": ["upstream", "downstream"],
    "user_context": ["user", "userTeams"],
    "level": ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"],
    "sync_state": ["pending", "syncing", "completed", "failed", "aborted"]
  }
})json";

constexpr std::size_t kMaxIdentifier = 1000;
constexpr std::int64_t kMaxPage = 5000;

/// Letters of other scripts are bytes above 127 here: the API takes them all.
bool IsIdentifier(std::string_view text) {
  if (text.empty() || text.size() > kMaxIdentifier || text == "." || text == "..") return false;
  return std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return c > 127 || std::isalnum(c) != 0 ||
           std::string_view("@_.+:\\/=-").find(static_cast<char>(c)) != std::string_view::npos;
  });
}

/// The shapes that the table does not describe itself; empty for a name that is none of them.
std::optional<bool> IsBuiltIn(std::string_view shape, const Json& value) {
  const bool is_text = value.is_string();
  const std::string text = is_text ? value.get<std::string>() : "";
  if (shape == "any") return true;
  if (shape == "null") return value.is_null();
  if (shape == "object") return value.is_object();
  if (shape == "boolean") return value.is_boolean();
  if (shape == "number") return value.is_number();
  if (shape == "integer") return value.is_number_integer();
  if (shape == "page_size") {
    return value.is_number_integer() && value.get<std::int64_t>() > 0 &&
           value.get<std::int64_t>() <= kMaxPage;
  }
  if (shape == "string") return is_text;
  if (shape == "text") return is_text && !text.empty();
  if (shape == "time") return is_text && ParseIso8601(text).has_value();
  if (shape == "identifier") return is_text && IsIdentifier(text);
  return std::nullopt;
}

/// Checks values against the shapes of the table and notes what does not fit.
class Checker {
 public:
  explicit Checker(const Json& contract) : contract_(contract) {}

  void Check(const Json& shape, const Json& value, const std::string& path) {
    if (shape.is_object()) return CheckMembers(shape, value, path);
    const auto names = Split(shape.get<std::string>(), '|');
    if (names.size() == 1) return CheckNamed(names.front(), value, path);
    const bool fits = std::any_of(names.begin(), names.end(), [&](const std::string& name) {
      Checker attempt(contract_);
      attempt.CheckNamed(name, value, path);
      return attempt.findings_.empty();
    });
    if (!fits) Note(path, "is no " + Join(names, ", no "), value);
  }
  void Note(const std::string& path, const std::string& what, const Json& value = Json()) {
    findings_.push_back(path + " " + what + (value.is_null() ? "" : ": " + DumpJson(value)));
  }
  std::vector<std::string> Take() { return std::move(findings_); }

 private:
  void CheckNamed(const std::string& name, const Json& value, const std::string& path) {
    if (const auto fits = IsBuiltIn(name, value)) {
      if (!*fits) Note(path, "is no " + name, value);
    } else if (const Json& members = Get(Get(contract_, "shapes"), name); !members.is_null()) {
      Check(members, value, path);
    } else if (const Json& list = Get(Get(contract_, "lists"), name); !list.is_null()) {
      CheckList(list, value, path);
    } else {
      const Json& allowed = contract_.at("values").at(name);
      if (std::find(allowed.begin(), allowed.end(), value) == allowed.end())
        Note(path, "is none of " + DumpJson(allowed), value);
    }
  }

  void CheckList(const Json& list, const Json& value, const std::string& path) {
    if (!value.is_array()) return Note(path, "is no list", value);
    const auto bound = [&](const char* name, std::size_t otherwise) {
      const Json& given = Get(list, name);
      return given.is_null() ? otherwise : given.get<std::size_t>();
    };
    if (value.size() < bound("min", 0) || value.size() > bound("max", value.size()))
      Note(path, "has " + std::to_string(value.size()) + " elements");
    for (std::size_t i = 0; i < value.size(); ++i)
      Check(list.at("of"), value[i], path + "[" + std::to_string(i) + "]");
  }

  void CheckMembers(const Json& shape, const Json& value, const std::string& path) {
    if (!value.is_object()) return Note(path, "is no object", value);
    for (const auto& [name, ignored] : shape.items()) {
      if (name != "*" && !name.ends_with('?') && !value.contains(name)) Note(path, "lacks " + name);
    }
    for (const auto& [name, member] : value.items()) {
      const Json* rule = nullptr;
      for (const std::string& key : {name, name + "?", std::string("*")}) {
        if (rule == nullptr && shape.contains(key)) rule = &shape.at(key);
      }
      if (rule == nullptr) {
        Note(path, "has the unknown member " + name);
      } else {
        Check(*rule, member, Join({path, name}, "."));
      }
    }
  }

  const Json& contract_;
  std::vector<std::string> findings_;
};

/// Each of {name} matches one segment.
bool Matches(const std::string& pattern, const std::string& call) {
  const auto expected = Split(pattern, '/');
  const auto given = Split(call, '/');
  return expected.size() == given.size() &&
         std::equal(expected.begin(), expected.end(), given.begin(),
                    [](const std::string& segment, const std::string& text) {
                      return segment.starts_with('{') ? !text.empty() : segment == text;
                    });
}

/// The parameters as an object, so that they are checked like a body. Texts "true" and "false" are booleans there.
Json QueryObject(const http::Query& query) {
  Json object = Json::object();
  for (const auto& [name, value] : query) {
    object[name] = value == "true" ? Json(true) : value == "false" ? Json(false) : Json(value);
  }
  return object;
}

void CheckRepeated(const http::Query& query, Checker& checker) {
  std::set<std::string> seen;
  for (const auto& [name, value] : query) {
    if (!seen.insert(name).second && name != "include" && name != "exclude")
      checker.Note("query", "repeats " + name);
  }
}

void CheckAgent(const std::string& expected, const std::string& agent, Checker& checker) {
  const auto parts = Split(agent, '/');
  const bool is_long = parts.size() == 5 && parts[4] == "exporter";
  const bool good =
      parts[0] == "port-ocean" && (parts.size() == 4 || is_long) &&
      std::none_of(parts.begin(), parts.end(), [](const auto& part) { return part.empty(); });
  if (!good || (expected != "any" && is_long != (expected == "long")))
    checker.Note("User-Agent", "is not the " + expected + " form", agent);
}

void CheckHeaders(const ServerRequest& request, const Json& call, Checker& checker) {
  CheckAgent(GetString(call, "agent"), request.headers.Get("User-Agent").value_or(""), checker);
  const bool open = Get(call, "open") == true;
  const std::string authorization = request.headers.Get("Authorization").value_or("");
  if (open != authorization.empty() || (!open && !authorization.starts_with("Bearer ")))
    checker.Note("Authorization", open ? "is not wanted" : "is no bearer token");
  const auto skip = request.headers.Get("x-skip-resync");
  if (skip && (*skip != "true" || GetString(call, "header") != "x-skip-resync"))
    checker.Note("x-skip-resync", "is not wanted", *skip);
}

void CheckBody(const ServerRequest& request, const Json& call, Checker& checker) {
  const Json& shape = Get(call, "body");
  if (shape.is_null()) {
    if (!request.body.empty()) checker.Note("body", "is not wanted");
    return;
  }
  if (request.headers.Get("Content-Type").value_or("") != "application/json")
    checker.Note("Content-Type", "is not application/json");
  const Json& bytes = Get(call, "bytes");
  if (bytes.is_number() && request.body.size() > bytes.get<std::size_t>())
    checker.Note("body", "has " + std::to_string(request.body.size()) + " bytes");
  const Json body = request.ParseBody();
  if (DumpJson(body) != request.body) checker.Note("body", "is no compact JSON");
  checker.Check(shape, body, "body");
}

}  // namespace

std::vector<std::string> ContractViolations(const ServerRequest& request) {
  static const Json kParsed = ParseJson(kContract);
  const std::string line = std::string(ToString(request.method)) + " " + request.path;
  for (const Json& call : kParsed.at("calls")) {
    if (!Matches(GetString(call, "call"), line)) continue;
    Checker checker(kParsed);
    CheckHeaders(request, call, checker);
    CheckRepeated(request.query, checker);
    const Json& query = Get(call, "query");
    checker.Check(query.is_null() ? Json::object() : query, QueryObject(request.query), "query");
    CheckBody(request, call, checker);
    return checker.Take();
  }
  return {"there is no such call"};
}

}  // namespace ocean::testing
