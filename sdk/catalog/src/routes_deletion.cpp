#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "api_error.hpp"
#include "deletion.hpp"
#include "routes.hpp"

namespace ocean::catalog {

using http::Method;
using http::ServerRequest;
using http::ServerResponse;
using state::Database;

namespace {

constexpr std::size_t kMaxBatch = 100;

std::vector<std::string> ReadIdentifiers(const ServerRequest& request) {
  const Json body = ReadBody(request);
  const Json& entities = Get(body, "entities");
  const auto is_text = [](const Json& value) { return value.is_string(); };
  if (body.size() != 1 || !entities.is_array() || entities.empty() || entities.size() > kMaxBatch ||
      !std::all_of(entities.begin(), entities.end(), is_text)) {
    throw Invalid(
        "the body must have entities, an array of 1 to 100 identifiers, and nothing else");
  }
  return entities.get<std::vector<std::string>>();
}

ServerResponse DeleteBatch(const Services& services, const ServerRequest& request) {
  const std::vector<std::string> identifiers = ReadIdentifiers(request);
  const bool delete_dependents = ReadFlag(request, "delete_dependents", false);
  const Json deleted = services.storage.Write([&](Database& database) {
    const BlueprintPtr blueprint =
        services.storage.GetBlueprint(PathParameter(request, "blueprint"));
    Deletion deletion(services.storage, database, OriginOf(services, request));
    std::vector<std::string> there;
    std::copy_if(
        identifiers.begin(), identifiers.end(), std::back_inserter(there),
        [&](const std::string& identifier) { return deletion.Add(*blueprint, identifier); });
    deletion.Run(delete_dependents);
    std::erase_if(there, [&](const std::string& identifier) {
      return !deletion.IsDeleted(*blueprint, identifier);
    });
    return Json(there);
  });
  return Ok(200, Json{{"deletedEntities", deleted}});
}

ServerResponse DeleteOne(const Services& services, const ServerRequest& request) {
  const std::string& identifier = PathParameter(request, "entity");
  const bool delete_dependents = ReadFlag(request, "delete_dependents", false);
  services.storage.Write([&](Database& database) {
    const BlueprintPtr blueprint =
        services.storage.GetBlueprint(PathParameter(request, "blueprint"));
    Deletion deletion(services.storage, database, OriginOf(services, request));
    if (!deletion.Add(*blueprint, identifier))
      throw EntityNotFound(blueprint->identifier, identifier);
    deletion.Run(delete_dependents);
    if (!deletion.IsDeleted(*blueprint, identifier)) {
      throw ApiError(422, "has_dependents",
                     "Other entities require \"" + identifier +
                         "\": delete them first, or set delete_dependents=true");
    }
    return true;
  });
  return Ok(200);
}

}  // namespace

void AddDeletionRoutes(RouteTable& table) {
  const Services services = table.services();
  table.Add(Method::kPost, "/v1/blueprints/{blueprint}/bulk/entities/delete",
            [services](const ServerRequest& request) { return DeleteBatch(services, request); });
  table.Add(Method::kDelete, "/v1/blueprints/{blueprint}/entities/{entity}",
            [services](const ServerRequest& request) { return DeleteOne(services, request); });
}

}  // namespace ocean::catalog
