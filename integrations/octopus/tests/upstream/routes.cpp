#include "upstream/routes.hpp"

#include "ocean/base/error.hpp"
#include "ocean/base/text.hpp"

namespace octopus::upstream {
namespace {

using ocean::Json;
using ocean::http::Method;
using ocean::http::ServerRequest;
using ocean::http::ServerResponse;

std::size_t Count(std::string_view text, std::size_t fallback) {
  const auto number = ocean::ParseInt(text);
  return number && *number >= 0 ? static_cast<std::size_t>(*number) : fallback;
}

Slice SliceOf(const ServerRequest& request) {
  return {.skip = Count(request.QueryValue("skip"), 0),
          .take = Count(request.QueryValue("take"), 30)};
}

std::string Parameter(const ServerRequest& request, std::string_view name) {
  return request.path_parameters.find(name)->second;
}

std::string SpaceOf(const ServerRequest& request) {
  return Parameter(request, "space");
}

std::string CollectionOf(const ServerRequest& request) {
  return ocean::ToLower(Parameter(request, "collection"));
}

ServerResponse Ok(const Json& body) {
  return ServerResponse::OfJson(200, body);
}

void AddReading(OctopusSite& site, const AddRoute& add) {
  add(Method::kGet, "/api/spaces",
      [&site](const ServerRequest& request) { return Ok(site.SpacePage(SliceOf(request))); });
  add(Method::kGet, "/api/spaces/{id}",
      [&site](const ServerRequest& request) { return Ok(site.Space(Parameter(request, "id"))); });
  add(Method::kGet, "/api/{space}/{collection}", [&site](const ServerRequest& request) {
    return Ok(site.Page(SpaceOf(request), CollectionOf(request), SliceOf(request)));
  });
  add(Method::kGet, "/api/{space}/{collection}/{id}", [&site](const ServerRequest& request) {
    return Ok(site.Record(SpaceOf(request), CollectionOf(request), Parameter(request, "id")));
  });
}

void AddEditing(OctopusSite& site, const AddRoute& add) {
  add(Method::kPost, "/api/{space}/{collection}", [&site](const ServerRequest& request) {
    return ServerResponse::OfJson(
        201, site.Create(SpaceOf(request), CollectionOf(request), request.ParseBody()));
  });
  // Of the resources that know their space themselves.
  add(Method::kPost, "/api/subscriptions", [&site](const ServerRequest& request) {
    const Json body = request.ParseBody();
    return ServerResponse::OfJson(
        201, site.Create(ocean::GetString(body, "SpaceId"), "subscriptions", body));
  });
  add(Method::kPut, "/api/subscriptions/{id}", [&site](const ServerRequest& request) {
    const Json body = request.ParseBody();
    const std::string space = ocean::GetString(body, "SpaceId");
    site.Edit(space, "subscriptions", Parameter(request, "id"), body);
    return Ok(site.Record(space, "subscriptions", Parameter(request, "id")));
  });
  add(Method::kPut, "/api/{space}/{collection}/{id}", [&site](const ServerRequest& request) {
    const std::string id = Parameter(request, "id");
    site.Edit(SpaceOf(request), CollectionOf(request), id, request.ParseBody());
    return Ok(site.Record(SpaceOf(request), CollectionOf(request), id));
  });
  add(Method::kDelete, "/api/{space}/{collection}/{id}", [&site](const ServerRequest& request) {
    site.Delete(SpaceOf(request), CollectionOf(request), Parameter(request, "id"));
    return Ok(Json::object());
  });
}

ServerResponse Guarded(const ServerRequest& request, const std::string& api_key,
                       const ocean::http::Server::Handler& handler) {
  if (request.headers.Get("X-Octopus-ApiKey") != api_key) {
    return ServerResponse::OfJson(401, {{"ErrorMessage", "You must be logged in."}});
  }
  try {
    return handler(request);
  } catch (const ocean::Error& error) {
    return ServerResponse::OfJson(error.http_status() ? error.http_status() : 400,
                                  {{"ErrorMessage", error.what()}});
  }
}

}  // namespace

void AddOctopusRoutes(OctopusSite& site, const std::string& api_key, const AddRoute& add) {
  const AddRoute add_guarded = [&](Method method, std::string_view pattern,
                                   const ocean::http::Server::Handler& handler) {
    add(method, pattern, [api_key, handler](const ServerRequest& request) {
      return Guarded(request, api_key, handler);
    });
  };
  AddReading(site, add_guarded);
  AddEditing(site, add_guarded);
}

}  // namespace octopus::upstream
