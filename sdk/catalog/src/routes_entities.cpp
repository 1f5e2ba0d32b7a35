#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "api_error.hpp"
#include "entity_rows.hpp"
#include "entity_text.hpp"
#include "routes.hpp"
#include "upsert.hpp"

namespace ocean::catalog {

using http::Method;
using http::ServerRequest;
using http::ServerResponse;
using state::Database;

namespace {

constexpr std::size_t kMaxBatch = 20;
constexpr std::size_t kMaxBatchBytes = std::size_t{1024} * 1024;

UpsertOptions Options(const Services& services, const ServerRequest& request) {
  UpsertOptions options;
  options.upsert = ReadFlag(request, "upsert", false);
  options.merge = ReadFlag(request, "merge", false);
  options.create_missing = ReadFlag(request, "create_missing_related_entities", false);
  options.origin = OriginOf(services, request);
  return options;
}

/// Runs `work` so that its effects stay, unless the request only asks whether it would succeed.
template <class Work>
auto Perform(const Services& services, const ServerRequest& request, Work work) {
  return ReadFlag(request, "validation_only", false) ? services.storage.Rehearse(work)
                                                     : services.storage.Write(work);
}

/// Writes one entity and returns the text of what it became.
std::string WriteOne(const Services& services, Database& database, const Blueprint& blueprint,
                     const UpsertOptions& options, Json entity) {
  Json entities = Json::array({std::move(entity)});
  const UpsertResult result =
      Upserter(services.storage, database, blueprint, options).Upsert(entities).front();
  if (result.error) throw ApiError(*result.error);
  std::string text = R"("entity":)";
  const Lookup lookup(database, services.storage.blueprints());
  EntityPrinter(lookup).Append(text, *FindEntity(database, blueprint.id, result.identifier));
  return text;
}

ServerResponse Upsert(const Services& services, const ServerRequest& request) {
  const Json body = ReadBody(request);
  const UpsertOptions options = Options(services, request);
  const std::string text = Perform(services, request, [&](Database& database) {
    const BlueprintPtr blueprint =
        services.storage.GetBlueprint(PathParameter(request, "blueprint"));
    return WriteOne(services, database, *blueprint, options, body);
  });
  return OkText(201, text);
}

ServerResponse Patch(const Services& services, const ServerRequest& request) {
  Json body = ReadBody(request);
  UpsertOptions options = Options(services, request);
  options.upsert = options.merge = true;
  const std::string& identifier = PathParameter(request, "entity");
  if (GetString(body, "identifier", identifier) != identifier)
    throw Invalid("identifier cannot be changed");
  body["identifier"] = identifier;
  const std::string text = Perform(services, request, [&](Database& database) {
    const BlueprintPtr blueprint =
        services.storage.GetBlueprint(PathParameter(request, "blueprint"));
    if (FindEntityId(database, blueprint->id, identifier) == 0)
      throw EntityNotFound(blueprint->identifier, identifier);
    return WriteOne(services, database, *blueprint, options, body);
  });
  return OkText(200, text);
}

Json ReadBatch(const ServerRequest& request) {
  if (request.body.size() > kMaxBatchBytes) {
    throw ApiError(413, "payload_too_large",
                   "A batch may have up to 1 MiB, got " + std::to_string(request.body.size()) +
                       " bytes: send fewer entities");
  }
  if (request.QueryValue("upsert").empty()) throw Invalid("query parameter upsert is required");
  Json body = ReadBody(request);
  const Json& entities = Get(body, "entities");
  if (body.size() != 1 || !entities.is_array() || entities.empty() || entities.size() > kMaxBatch) {
    throw Invalid("the body must have entities, an array of 1 to 20, and nothing else");
  }
  return std::move(body["entities"]);
}

ServerResponse BatchAnswer(const std::vector<UpsertResult>& results) {
  Json entities = Json::array();
  Json errors = Json::array();
  for (std::size_t i = 0; i < results.size(); ++i) {
    const UpsertResult& result = results[i];
    if (result.error) {
      errors.push_back({{"identifier", result.identifier},
                        {"index", i},
                        {"statusCode", result.error->status()},
                        {"error", result.error->code()},
                        {"message", result.error->what()}});
    } else {
      entities.push_back({{"identifier", result.identifier},
                          {"index", i},
                          {"created", result.created},
                          {"additionalData", Json::object()}});
    }
  }
  const int status = errors.empty() ? 200 : 207;
  return Ok(status, Json{{"entities", std::move(entities)}, {"errors", std::move(errors)}});
}

ServerResponse UpsertBatch(const Services& services, const ServerRequest& request) {
  Json entities = ReadBatch(request);
  const UpsertOptions options = Options(services, request);
  return BatchAnswer(Perform(services, request, [&](Database& database) {
    const BlueprintPtr blueprint =
        services.storage.GetBlueprint(PathParameter(request, "blueprint"));
    return Upserter(services.storage, database, *blueprint, options).Upsert(entities);
  }));
}

ServerResponse GetOne(const Services& services, const ServerRequest& request) {
  const BlueprintPtr blueprint = services.storage.GetBlueprint(PathParameter(request, "blueprint"));
  const std::string& identifier = PathParameter(request, "entity");
  return OkText(200, services.storage.Read([&](Database& database) {
    const std::optional<EntityRow> row = FindEntity(database, blueprint->id, identifier);
    if (!row) throw EntityNotFound(blueprint->identifier, identifier);
    std::string text = R"("entity":)";
    const Lookup lookup(database, services.storage.blueprints());
    EntityPrinter(lookup, ReadProjection(request)).Append(text, *row);
    return text;
  }));
}

}  // namespace

void AddEntityRoutes(RouteTable& table) {
  const Services services = table.services();
  const std::string all = "/v1/blueprints/{blueprint}/entities";
  table.Add(Method::kPost, all,
            [services](const ServerRequest& request) { return Upsert(services, request); });
  table.Add(Method::kPost, all + "/bulk",
            [services](const ServerRequest& request) { return UpsertBatch(services, request); });
  table.Add(Method::kGet, all + "/{entity}",
            [services](const ServerRequest& request) { return GetOne(services, request); });
  table.Add(Method::kPatch, all + "/{entity}",
            [services](const ServerRequest& request) { return Patch(services, request); });
}

}  // namespace ocean::catalog
