#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "api_error.hpp"
#include "entity_text.hpp"
#include "owned_listing.hpp"
#include "routes.hpp"
#include "search.hpp"

namespace ocean::catalog {

using http::Method;
using http::ServerRequest;
using http::ServerResponse;
using state::Database;

namespace {

constexpr std::size_t kMaxPage = 1000;
constexpr std::size_t kDefaultPage = 200;
constexpr std::size_t kMaxOwnedPage = 5000;

/// Texts of objects, joined to an array's text of at most so many bytes, but for the last object.
class ArrayText {
 public:
  explicit ArrayText(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  std::string& Next() {
    if (text_.size() > max_bytes_) {
      throw ApiError(422, "answer_too_large",
                     "the answer is larger than " + std::to_string(max_bytes_) +
                         " bytes: ask for pages with POST "
                         "/v1/blueprints/{blueprint}/entities/search (limit, from), or for less of "
                         "each entity with include");
    }
    if (text_.size() > 1) text_ += ',';
    return text_;
  }
  std::string Close() && { return std::move(text_) + "]"; }

 private:
  std::size_t max_bytes_;
  std::string text_ = "[";
};

std::vector<std::string> BodyValues(const Json& body, std::string_view name) {
  const Json& values = Get(body, name);
  if (values.is_null()) return {};
  if (!values.is_array()) throw Invalid(std::string(name) + " must be array of strings");
  std::vector<std::string> texts;
  for (const Json& value : values) {
    if (!value.is_string()) throw Invalid(std::string(name) + " must be array of strings");
    texts.push_back(value.get<std::string>());
  }
  return texts;
}

std::size_t BodyLimit(const Json& body, std::size_t fallback, std::size_t most) {
  const Json& limit = Get(body, "limit");
  if (limit.is_null()) return fallback;
  const std::int64_t number = limit.is_number_integer() ? limit.get<std::int64_t>() : 0;
  if (number < 1 || number > static_cast<std::int64_t>(most)) {
    throw Invalid("limit must be a number from 1 to " + std::to_string(most));
  }
  return static_cast<std::size_t>(number);
}

/// `allow_partial_results` may be given; no blueprint ever fails alone.
ServerResponse SearchAll(const Services& services, const ServerRequest& request) {
  const SearchQuery query = ReadSearchQuery(ReadBody(request));
  const Projection projection = ReadProjection(request);
  ReadFlag(request, "allow_partial_results", false);
  return OkText(200, services.storage.Read([&](Database& database) {
    const Lookup lookup(database, services.storage.blueprints());
    const EntityPrinter printer(lookup, projection);
    ArrayText entities(services.max_answer_bytes);
    std::set<std::string> blueprints;
    Search(query, lookup, services.clock.Now(), User(services, request))
        .ForEach([&](const EntityRow& row) {
          printer.Append(entities.Next(), row);
          blueprints.insert(lookup.names.Blueprint(row.blueprint_id));
          return true;
        });
    return R"("entities":)" + std::move(entities).Close() + R"(,"matchingBlueprints":)" +
           DumpJson(Json(blueprints)) + R"(,"failedBlueprints":[])";
  }));
}

struct PageQuery {
  SearchQuery query;
  Projection projection;
  std::size_t limit = std::numeric_limits<std::size_t>::max();
  /// The identifier that the page comes behind.
  std::string from;
};

std::string Page(const Services& services, const ServerRequest& request, const PageQuery& page) {
  const BlueprintPtr blueprint = services.storage.GetBlueprint(PathParameter(request, "blueprint"));
  return services.storage.Read([&](Database& database) {
    const Lookup lookup(database, services.storage.blueprints());
    const EntityPrinter printer(lookup, page.projection);
    // A page's entities are few, whatever their size.
    ArrayText entities(page.limit <= kMaxPage ? std::numeric_limits<std::size_t>::max()
                                              : services.max_answer_bytes);
    std::size_t count = 0;
    std::string last;
    bool has_more = false;
    const auto append = [&](const EntityRow& row) {
      has_more = count == page.limit;
      if (has_more) return false;
      printer.Append(entities.Next(), row);
      last = row.identifier;
      ++count;
      return true;
    };
    Search(page.query, lookup, services.clock.Now(), User(services, request))
        .ForEachOf(*blueprint, page.from, append);
    return R"("entities":)" + std::move(entities).Close() + R"(,"next":)" +
           (has_more ? Quote(last) : "null");
  });
}

ServerResponse SearchBlueprint(const Services& services, const ServerRequest& request) {
  const Json body = ReadBody(request);
  PageQuery page;
  page.projection = ReadProjection(request);
  if (body.contains("query")) page.query = ReadSearchQuery(body.at("query"));
  if (body.contains("include")) page.projection.include = BodyValues(body, "include");
  if (body.contains("exclude")) page.projection.exclude = BodyValues(body, "exclude");
  page.limit = BodyLimit(body, kDefaultPage, kMaxPage);
  page.from = GetString(body, "from");
  return OkText(200, Page(services, request, page));
}

ServerResponse ListBlueprint(const Services& services, const ServerRequest& request) {
  PageQuery page;
  page.projection = ReadProjection(request);
  return OkText(200, Page(services, request, page));
}

OwnedQuery ReadOwnedQuery(const Json& body) {
  OwnedQuery query;
  for (const char* name : {"datasource_prefix", "datasource_suffix"}) {
    if (!Get(body, name).is_string()) throw Invalid(std::string(name) + " must be string");
  }
  query.datasource_prefix = GetString(body, "datasource_prefix");
  query.datasource_suffix = GetString(body, "datasource_suffix");
  query.limit = BodyLimit(body, kMaxOwnedPage, kMaxOwnedPage);
  query.from = GetString(body, "from");
  if (const Json& before = Get(body, "before"); !before.is_null()) {
    const std::optional<TimePoint> time =
        before.is_string() ? ParseIso8601(before.get<std::string>()) : std::nullopt;
    if (!time) throw Invalid("before must be a date-time such as 2026-11-21T10:00:00Z");
    query.before = *time;
  }
  return query;
}

ServerResponse ListMine(const Services& services, const ServerRequest& request) {
  const OwnedQuery query = ReadOwnedQuery(ReadBody(request));
  return OkText(200, services.storage.Read([&](Database& database) {
    const OwnedPage page = ListOwned(database, query);
    const Names names(database);
    ArrayText entities(std::numeric_limits<std::size_t>::max());
    for (const OwnedPage::Entity& entity : page.entities) {
      entities.Next() += R"({"identifier":)" + Quote(entity.identifier) + R"(,"blueprint":)" +
                         Quote(names.Blueprint(entity.blueprint_id)) + "}";
    }
    return R"("entities":)" + std::move(entities).Close() + R"(,"next":)" +
           (page.next.empty() ? "null" : Quote(page.next));
  }));
}

}  // namespace

void AddSearchRoutes(RouteTable& table) {
  const Services services = table.services();
  table.Add(Method::kPost, "/v1/entities/search",
            [services](const ServerRequest& request) { return SearchAll(services, request); });
  table.Add(
      Method::kPost, "/v1/blueprints/{blueprint}/entities/search",
      [services](const ServerRequest& request) { return SearchBlueprint(services, request); });
  table.Add(Method::kGet, "/v1/blueprints/{blueprint}/entities",
            [services](const ServerRequest& request) { return ListBlueprint(services, request); });
  table.Add(Method::kPost, "/v1/blueprints/entities/datasource-entities",
            [services](const ServerRequest& request) { return ListMine(services, request); });
}

}  // namespace ocean::catalog
