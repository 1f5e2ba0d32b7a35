#include "catalog_model.hpp"

#include <algorithm>

#include "ocean/base/error.hpp"
#include "ocean/base/text.hpp"

namespace ocean::sync::simulation {

namespace {

/// A listing's page: small, so that listings have several.
constexpr std::size_t kListingPage = 17;

std::string QueryValue(const http::Request& request, std::string_view name) {
  for (const auto& [key, value] : request.query) {
    if (key == name) return value;
  }
  return {};
}

Json NotFound(const std::string& what) {
  return {{"ok", false}, {"error", "not_found"}, {"message", what + " was not found"}};
}

}  // namespace

http::Response JsonResponse(int status, const Json& body) {
  http::Response response;
  response.status = status;
  response.body = DumpJson(body);
  return response;
}

std::set<Key> TargetsOf(const Json& body, const std::map<std::string, Relation>& relations) {
  std::set<Key> targets;
  for (const auto& [name, relation] : relations) {
    const Json& value = Get(Get(body, "relations"), name);
    if (value.is_string()) targets.emplace(relation.target, value.get<std::string>());
  }
  return targets;
}

http::Response CatalogModel::Answer(const http::WireRequest& wire, TimePoint now) {
  const http::Request& request = wire.request;
  const std::string path = request.url.substr(request.url.find("/v1") + 3);
  if (path == "/auth/access_token") {
    return JsonResponse(200, {{"accessToken", "token" + std::to_string(valid_token_)},
                              {"expiresIn", 3600},
                              {"tokenType", "Bearer"}});
  }
  if (request.headers.Get("Authorization") != "Bearer token" + std::to_string(valid_token_)) {
    return JsonResponse(401, {{"ok", false}, {"error", "unauthorized"}});
  }
  if (path == "/integration/sim") {
    return JsonResponse(200, {{"integration", {{"identifier", "sim"}, {"config", mapping}}}});
  }
  if (path == "/integration/sim/resync-state") {
    return JsonResponse(200,
                        {{"integration", {{"resyncState", {{"updatedAt", FormatIso8601(now)}}}}}});
  }
  if (path == "/blueprints/entities/datasource-entities") return List(request);
  if (path == "/entities/search") return Search(request);
  const std::vector<std::string> parts = Split(path, '/');
  const std::string& blueprint = parts.at(2);
  if (path.ends_with("/entities/bulk")) return Bulk(request, blueprint, now);
  if (path.ends_with("/bulk/entities/delete")) return Delete(request, blueprint);
  if (path.ends_with("/entities")) return Single(request, now);
  return Blueprint(blueprint);
}

void CatalogModel::Put(const Json& body, bool ours, TimePoint now) {
  entities[{GetString(body, "blueprint"), GetString(body, "identifier")}] = {body, now, ours};
}

http::Response CatalogModel::Blueprint(const std::string& name) const {
  const auto found = blueprints.find(name);
  if (found == blueprints.end()) return JsonResponse(404, NotFound(name));
  Json relations = Json::object();
  for (const auto& [relation, definition] : found->second) {
    relations[relation] = {
        {"target", definition.target}, {"required", definition.required}, {"many", false}};
  }
  return JsonResponse(200, {{"blueprint", {{"identifier", name}, {"relations", relations}}}});
}

std::optional<CatalogModel::Refusal> CatalogModel::Upsert(const Json& body, bool create_missing,
                                                          TimePoint now, bool& created) {
  const Key key{GetString(body, "blueprint"), GetString(body, "identifier")};
  const auto& relations = blueprints.at(key.first);
  for (const auto& [name, relation] : relations) {
    if (relation.required && !Get(Get(body, "relations"), name).is_string() &&
        !entities.contains(key)) {
      return Refusal{422, "missing_relation"};
    }
  }
  for (const Key& target : TargetsOf(body, relations)) {
    if (entities.contains(target)) continue;
    if (!create_missing) return Refusal{404, "not_found"};
    Put({{"identifier", target.second},
         {"blueprint", target.first},
         {"title", target.second},
         {"properties", Json::object()},
         {"relations", Json::object()}},
        true, now);
  }
  created = !entities.contains(key);
  StoredEntity& stored = entities[key];
  if (created) stored.body = {{"properties", Json::object()}, {"relations", Json::object()}};
  for (const auto& [name, value] : body.items()) {
    if (!value.is_object()) {
      stored.body[name] = value;
      continue;
    }
    for (const auto& [member, inner] : value.items()) stored.body[name][member] = inner;
  }
  stored.updated_at = now;
  stored.ours = true;
  ++writes;
  return std::nullopt;
}

http::Response CatalogModel::Bulk(const http::Request& request, const std::string& blueprint,
                                  TimePoint now) {
  if (!blueprints.contains(blueprint)) return JsonResponse(404, NotFound(blueprint));
  const bool create_missing = QueryValue(request, "create_missing_related_entities") == "true";
  Json done = Json::array();
  Json errors = Json::array();
  const Json body = ParseJson(request.body);
  for (std::size_t i = 0; i < body["entities"].size(); ++i) {
    const Json& entity = body["entities"][i];
    bool created = false;
    const auto refusal = Upsert(entity, create_missing, now, created);
    Json line = {{"identifier", entity["identifier"]}, {"index", i}};
    if (refusal) {
      line["statusCode"] = refusal->status;
      line["error"] = refusal->error;
      line["message"] = "refused";
      errors.push_back(std::move(line));
    } else {
      line["created"] = created;
      done.push_back(std::move(line));
    }
  }
  return JsonResponse(errors.empty() ? 200 : 207,
                      {{"ok", true}, {"entities", done}, {"errors", errors}});
}

http::Response CatalogModel::Single(const http::Request& request, TimePoint now) {
  const Json body = ParseJson(request.body);
  bool created = false;
  const auto refusal =
      Upsert(body, QueryValue(request, "create_missing_related_entities") == "true", now, created);
  if (refusal) return JsonResponse(refusal->status, {{"ok", false}, {"error", refusal->error}});
  return JsonResponse(created ? 201 : 200, {{"ok", true}, {"entity", body}});
}

bool CatalogModel::Names(const Key& source, const std::string& relation, const Key& target) const {
  const auto& relations = blueprints.at(source.first);
  return relations.at(relation).target == target.first &&
         Get(Get(entities.at(source).body, "relations"), relation) == Json(target.second);
}

std::set<Key> CatalogModel::Dependents(const std::set<Key>& doomed) const {
  std::set<Key> dependents;
  for (const auto& [key, entity] : entities) {
    if (doomed.contains(key)) continue;
    for (const auto& [name, relation] : blueprints.at(key.first)) {
      if (!relation.required) continue;
      for (const Key& target : doomed) {
        if (Names(key, name, target)) dependents.insert(key);
      }
    }
  }
  return dependents;
}

http::Response CatalogModel::Delete(const http::Request& request, const std::string& blueprint) {
  std::set<Key> doomed;
  const Json body = ParseJson(request.body);
  for (const Json& identifier : body["entities"]) {
    const Key key{blueprint, identifier.get<std::string>()};
    if (entities.contains(key)) doomed.insert(key);
  }
  const bool with_dependents = QueryValue(request, "delete_dependents") == "true";
  for (std::set<Key> more = Dependents(doomed); !more.empty(); more = Dependents(doomed)) {
    if (with_dependents) {
      doomed.merge(more);
    } else {
      // What others require stays.
      std::erase_if(doomed, [&](const Key& target) {
        return std::any_of(more.begin(), more.end(), [&](const Key& source) {
          return TargetsOf(entities.at(source).body, blueprints.at(source.first)).contains(target);
        });
      });
    }
  }
  Json deleted = Json::array();
  for (const Key& key : doomed) {
    if (on_delete) on_delete(key);
    entities.erase(key);
    if (key.first == blueprint) deleted.push_back(key.second);
  }
  for (auto& [key, entity] : entities) {
    for (const auto& [name, relation] : blueprints.at(key.first)) {
      const Json& value = Get(Get(entity.body, "relations"), name);
      if (value.is_string() && doomed.contains({relation.target, value.get<std::string>()}))
        entity.body["relations"][name] = nullptr;
    }
  }
  return JsonResponse(200, {{"ok", true}, {"deletedEntities", deleted}});
}

http::Response CatalogModel::List(const http::Request& request) {
  ++reads;
  const Json query = ParseJson(request.body);
  const std::optional<TimePoint> before = ParseIso8601(GetString(query, "before"));
  const std::string from = GetString(query, "from");
  const std::size_t limit = std::min(kListingPage, query["limit"].get<std::size_t>());
  Json page = Json::array();
  for (const auto& [key, entity] : entities) {
    const std::string cursor = key.first + "/" + key.second;
    if (!entity.ours || (before && entity.updated_at >= *before)) continue;
    if (!from.empty() && cursor <= from) continue;
    if (page.size() == limit) {
      const Json& last = page.back();
      return JsonResponse(
          200, {{"ok", true},
                {"entities", page},
                {"next", GetString(last, "blueprint") + "/" + GetString(last, "identifier")}});
    }
    page.push_back({{"blueprint", key.first}, {"identifier", key.second}});
  }
  return JsonResponse(200, {{"ok", true}, {"entities", page}, {"next", nullptr}});
}

http::Response CatalogModel::Search(const http::Request& request) {
  ++reads;
  std::set<std::string> identifiers;
  std::string blueprint;
  bool only_ours = false;
  const Json query = ParseJson(request.body);
  for (const Json& rule : query["rules"]) {
    if (rule["property"] == "$identifier") identifiers = rule["value"].get<std::set<std::string>>();
    if (rule["property"] == "$blueprint") blueprint = rule["value"].get<std::string>();
    if (rule["property"] == "$datasource") only_ours = true;
  }
  Json found = Json::array();
  for (const std::string& identifier : identifiers) {
    const auto entity = entities.find({blueprint, identifier});
    if (entity != entities.end() && (entity->second.ours || !only_ours))
      found.push_back(entity->second.body);
  }
  return JsonResponse(200, {{"ok", true}, {"entities", found}});
}

}  // namespace ocean::sync::simulation
