#include <optional>
#include <string>
#include <utility>

#include "api_error.hpp"
#include "deletion.hpp"
#include "documents.hpp"
#include "entity_rows.hpp"
#include "ocean/base/hash.hpp"
#include "routes.hpp"

namespace ocean::catalog {

using http::Method;
using http::ServerRequest;
using http::ServerResponse;
using state::Database;

namespace {

void CheckTargets(const Storage& storage, const Blueprint& blueprint) {
  for (const auto& [name, rule] : blueprint.relations) {
    if (rule.target != blueprint.identifier && !storage.blueprints().Find(rule.target)) {
      throw Invalid("relations." + name + ".target: there is no blueprint \"" + rule.target + "\"",
                    Json{{"path", "relations." + name + ".target"}});
    }
  }
}

/// Stored relations name entities of the target they had: it cannot become another one.
void CheckSameTargets(const Blueprint& before, const Blueprint& after) {
  for (const auto& [name, rule] : after.relations) {
    const auto old = before.relations.find(name);
    if (old != before.relations.end() && old->second.target != rule.target) {
      throw Invalid("relations." + name + ".target cannot be changed from \"" + old->second.target +
                    "\"");
    }
  }
}

/// Reads a changed document, and stamps it.
Blueprint Stamped(const Services& services, const ServerRequest& request, Json document,
                  const BlueprintPtr& before) {
  Stamp(document, before ? before->document : Json(), OriginOf(services, request));
  Blueprint blueprint = ReadBlueprint(std::move(document));
  CheckTargets(services.storage, blueprint);
  if (before) CheckSameTargets(*before, blueprint);
  return blueprint;
}

ServerResponse Create(const Services& services, const ServerRequest& request) {
  const Json body = ReadBody(request);
  const std::string identifier = GetString(body, "identifier");
  const BlueprintPtr created = services.storage.ChangeBlueprint(
      identifier, OriginOf(services, request), [&](const BlueprintPtr& before) {
        if (before) {
          throw ApiError(409, "conflict",
                         "Blueprint with identifier \"" + identifier + "\" exists already");
        }
        return Stamped(services, request, body, nullptr);
      });
  return Ok(201, Json{{"blueprint", created->document}});
}

/// PATCH keeps the members that the body does not have; PUT does not.
ServerResponse Change(const Services& services, const ServerRequest& request, bool keep) {
  const Json body = ReadBody(request);
  const std::string& identifier = PathParameter(request, "blueprint");
  if (GetString(body, "identifier", identifier) != identifier)
    throw Invalid("identifier cannot be changed");
  const BlueprintPtr changed = services.storage.ChangeBlueprint(
      identifier, OriginOf(services, request), [&](const BlueprintPtr& before) {
        if (!before) throw NotFound("Blueprint", identifier);
        Json document = keep ? before->document : Json{{"identifier", identifier}};
        for (const auto& [name, value] : body.items()) document[name] = value;
        return Stamped(services, request, std::move(document), before);
      });
  return Ok(200, Json{{"blueprint", changed->document}});
}

void CheckNoDependents(const Storage& storage, const Blueprint& blueprint) {
  for (const BlueprintPtr& other : storage.blueprints().All()) {
    for (const auto& [name, rule] : other->relations) {
      if (rule.target == blueprint.identifier && other->identifier != blueprint.identifier) {
        throw ApiError(422, "has_dependents",
                       "Blueprint \"" + blueprint.identifier + "\" is the target of relation \"" +
                           name + "\" of blueprint \"" + other->identifier + "\"");
      }
    }
  }
}

ServerResponse Delete(const Services& services, const ServerRequest& request) {
  const auto check = [&](Database& database, const Blueprint& blueprint) {
    if (HasEntities(database, blueprint.id)) {
      throw ApiError(
          422, "has_dependents",
          "Blueprint \"" + blueprint.identifier + "\" has entities: delete all-entities first");
    }
    CheckNoDependents(services.storage, blueprint);
  };
  services.storage.RemoveBlueprint(PathParameter(request, "blueprint"), OriginOf(services, request),
                                   check);
  return Ok(200);
}

/// Entities that require one of the deleted go too. Relations of other blueprints to the deleted one stay, and name nothing.
ServerResponse DeleteAllEntities(const Services& services, const ServerRequest& request) {
  const std::string id = services.migrations.DeleteAll(PathParameter(request, "blueprint"),
                                                       ReadFlag(request, "delete_blueprint", false),
                                                       OriginOf(services, request));
  return Ok(200, Json{{"migrationId", id}});
}

/// Keeps a document by its identifier; `prefix` keeps those of different owners apart.
ServerResponse Keep(const Services& services, const ServerRequest& request, const std::string& type,
                    const std::string& prefix) {
  const Json body = ReadBody(request);
  const std::string identifier = GetString(body, "identifier");
  if (identifier.empty()) throw Invalid("identifier must be string and not empty");
  const Json kept = services.storage.Write([&](Database& database) {
    Json document = body;
    Stamp(document, FindDocument(database, type, prefix + identifier).value_or(Json()),
          OriginOf(services, request));
    SaveDocument(database, type, prefix + identifier, document);
    return document;
  });
  return Ok(201, Json{{type, kept}});
}

/// What was kept of a type, whose identifiers begin with `prefix`: {"pages": […]}
ServerResponse ListKept(const Services& services, const std::string& type,
                        const std::string& prefix) {
  Json all = Json::array();
  for (Json& document : services.storage.Read(
           [&](Database& database) { return Documents(database, type, prefix); })) {
    all.push_back(std::move(document));
  }
  return Ok(200, Json{{type + "s", std::move(all)}});
}

void AddDocumentRoutes(RouteTable& table) {
  const Services services = table.services();
  for (const char* type : {"page", "action"}) {
    const std::string path = std::string("/v1/") + type + "s";
    table.Add(Method::kPost, path, [services, type](const ServerRequest& request) {
      return Keep(services, request, type, "");
    });
    table.Add(Method::kGet, path,
              [services, type](const ServerRequest&) { return ListKept(services, type, ""); });
  }
  table.Add(Method::kGet, "/v1/blueprints/{blueprint}/scorecards",
            [services](const ServerRequest& request) {
              const BlueprintPtr blueprint =
                  services.storage.GetBlueprint(PathParameter(request, "blueprint"));
              return ListKept(services, "scorecard", blueprint->identifier + "/");
            });
  table.Add(Method::kPost, "/v1/blueprints/{blueprint}/scorecards",
            [services](const ServerRequest& request) {
              const BlueprintPtr blueprint =
                  services.storage.GetBlueprint(PathParameter(request, "blueprint"));
              return Keep(services, request, "scorecard", blueprint->identifier + "/");
            });
  table.Add(Method::kGet, "/v1/migrations/{migration}", [services](const ServerRequest& request) {
    const std::string& identifier = PathParameter(request, "migration");
    const std::optional<Json> migration = services.storage.Read(
        [&](Database& database) { return FindDocument(database, "migration", identifier); });
    if (!migration) throw NotFound("Migration", identifier);
    return Ok(200, Json{{"migration", *migration}});
  });
}

}  // namespace

void AddBlueprintRoutes(RouteTable& table) {
  const Services services = table.services();
  const std::string one = "/v1/blueprints/{blueprint}";
  table.Add(Method::kGet, "/v1/blueprints", [services](const ServerRequest&) {
    Json all = Json::array();
    for (const BlueprintPtr& blueprint : services.storage.blueprints().All())
      all.push_back(blueprint->document);
    return Ok(200, Json{{"blueprints", std::move(all)}});
  });
  table.Add(Method::kPost, "/v1/blueprints",
            [services](const ServerRequest& request) { return Create(services, request); });
  table.Add(Method::kGet, one, [services](const ServerRequest& request) {
    return Ok(200,
              Json{{"blueprint",
                    services.storage.GetBlueprint(PathParameter(request, "blueprint"))->document}});
  });
  table.Add(Method::kPatch, one,
            [services](const ServerRequest& request) { return Change(services, request, true); });
  table.Add(Method::kPut, one,
            [services](const ServerRequest& request) { return Change(services, request, false); });
  table.Add(Method::kDelete, one,
            [services](const ServerRequest& request) { return Delete(services, request); });
  table.Add(Method::kDelete, one + "/all-entities", [services](const ServerRequest& request) {
    return DeleteAllEntities(services, request);
  });
  AddDocumentRoutes(table);
}

}  // namespace ocean::catalog
