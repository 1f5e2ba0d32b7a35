#include <algorithm>

#include "impl.hpp"
#include "ocean/base/error.hpp"

namespace ocean::port {

namespace {

/// Above this the list of fields to include would make a URL that servers refuse: everything is
/// asked for instead.
constexpr std::size_t kMaxIncludeBytes = 4000;

std::string_view BoolText(bool value) {
  return value ? "true" : "false";
}

http::Query EventQuery(const EventInfo& event) {
  http::Query query = {{"ocean_info_event_type", event.type}};
  if (event.type == "resync" && !event.resync_id.empty())
    query.emplace_back("ocean_info_resync_id", event.resync_id);
  return query;
}

http::Query UpsertQuery(const UpsertOptions& options) {
  http::Query query = {{"upsert", "true"},
                       {"merge", std::string(BoolText(options.merge))},
                       {"create_missing_related_entities",
                        std::string(BoolText(options.create_missing_related_entities))},
                       {"validation_only", "false"}};
  for (auto& parameter : EventQuery(options.event)) query.push_back(std::move(parameter));
  return query;
}

FailureClass ClassOf(int status, std::string_view error) {
  if (status == 404 || error == "not_found") return FailureClass::kDependency;
  if (status == 408 || status == 429 || status >= 500) return FailureClass::kTransient;
  return FailureClass::kPermanent;
}

UpsertResult FailedResult(const Error& error) {
  UpsertResult result;
  result.failure = error.http_status() == 404                ? FailureClass::kDependency
                   : error.kind() == ErrorKind::kTransient   ? FailureClass::kTransient
                   : error.kind() == ErrorKind::kRateLimited ? FailureClass::kTransient
                                                             : FailureClass::kPermanent;
  result.message = error.what();
  return result;
}

/// Errors that end the whole run and not one batch.
bool EndsTheRun(const Error& error) {
  return error.kind() == ErrorKind::kCancelled || error.kind() == ErrorKind::kAuth;
}

/// Some entities of one request: a slice of what is upserted, with the body made of it.
struct Slice {
  std::size_t first = 0;
  std::size_t count = 0;
  std::string body;
};

/// The next request's entities: at most so many, at most so many bytes (one entity at least), and
/// none twice, so that the last of two writes to one entity wins.
Slice NextSlice(std::span<const Entity> entities, std::size_t first, const ClientOptions& options) {
  constexpr std::string_view kStart = "{\"entities\":[";
  Slice slice{first, 0, std::string(kStart)};
  for (std::size_t i = first; i < entities.size() && slice.count < options.upsert_batch_entities;
       ++i) {
    const auto written = entities.subspan(first, slice.count);
    const bool again = !entities[i].identifier.empty() &&
                       std::any_of(written.begin(), written.end(), [&](const Entity& entity) {
                         return entity.identifier == entities[i].identifier;
                       });
    if (again) break;
    const std::string text = DumpJson(entities[i].body);
    if (slice.count > 0 && slice.body.size() + text.size() + 3 > options.upsert_batch_bytes) break;
    if (slice.count > 0) slice.body += ',';
    slice.body += text;
    ++slice.count;
  }
  slice.body += "]}";
  return slice;
}

void ReadBulkAnswer(const Json& answer, std::span<UpsertResult> results) {
  const auto index_of = [&](const Json& item) {
    const Json& index = Get(item, "index");
    return index.is_number_integer() ? index.get<std::size_t>() : results.size();
  };
  for (UpsertResult& result : results) result.message = "Port did not say what became of it";
  for (const Json& item : Get(answer, "entities")) {
    const std::size_t i = index_of(item);
    if (i >= results.size()) continue;
    const Json& created = Get(item, "created");
    const bool is_new = created.is_boolean() && created.get<bool>();
    results[i] = {is_new ? UpsertOutcome::kCreated : UpsertOutcome::kUpdated,
                  {},
                  {},
                  GetString(item, "identifier")};
  }
  for (const Json& item : Get(answer, "errors")) {
    const std::size_t i = index_of(item);
    if (i >= results.size()) continue;
    const Json& status = Get(item, "statusCode");
    const int code = status.is_number() ? status.get<int>() : 0;
    const std::string error = GetString(item, "error");
    results[i] = {UpsertOutcome::kFailed,
                  ClassOf(code, error),
                  std::to_string(code) + " " + error + ": " + GetString(item, "message"),
                  {}};
  }
}

/// Ownership by User-Agent: prefix and suffix, as the version in between changes with upgrades.
std::string DatasourcePrefix(const Identity& identity) {
  return "port-ocean/" + identity.type + "/";
}
std::string DatasourceSuffix(const Identity& identity) {
  return "/" + identity.identifier + "/exporter";
}

Json Rule(std::string_view property, std::string_view op, Json value) {
  return {{"property", property}, {"operator", op}, {"value", std::move(value)}};
}

http::Query IncludeQuery(const std::vector<std::string>& include) {
  http::Query query = {{"exclude_calculated_properties", "true"}};
  std::size_t bytes = 0;
  for (const std::string& field : include) bytes += field.size() + sizeof("&include=");
  if (bytes > kMaxIncludeBytes) return query;
  for (const std::string& field : include) query.emplace_back("include", field);
  return query;
}

}  // namespace

/// Port answers 201 to updates, too: what was just created has not been changed since.
bool IsNew(const http::Response& response, const Json& stored) {
  return response.status == 201 && Get(stored, "createdAt") == Get(stored, "updatedAt");
}

/// Sends upserts of one blueprint.
class Upserter {
 public:
  Upserter(const http::Client& client, const UpsertOptions& options, const std::stop_token& stop)
      : client_(client), query_(UpsertQuery(options)), stop_(stop) {}

  void Send(const Slice& slice, std::span<const Entity> entities, std::span<UpsertResult> results) {
    http::Request request{.method = http::Method::kPost,
                          .url = BlueprintPath(entities.front().blueprint, "/entities/bulk"),
                          .query = query_,
                          .body = slice.body,
                          .retryable = true,
                          .expected_statuses = {413}};
    try {
      const http::Response response = client_.Send(request, stop_);
      if (response.status == 413) {
        SendOneByOne(entities, results);
      } else {
        ReadBulkAnswer(response.ParseBody(), results);
      }
    } catch (const Error& error) {
      if (EndsTheRun(error)) throw;
      std::fill(results.begin(), results.end(), FailedResult(error));
    }
  }

 private:
  void SendOneByOne(std::span<const Entity> entities, std::span<UpsertResult> results) {
    for (std::size_t i = 0; i < entities.size(); ++i) results[i] = SendOne(entities[i]);
  }

  UpsertResult SendOne(const Entity& entity) {
    auto request =
        http::Request::PostJson(BlueprintPath(entity.blueprint, "/entities"), entity.body, query_);
    request.retryable = true;
    try {
      const http::Response response = client_.Send(request, stop_);
      const Json answer = response.ParseBody();
      const Json& stored = Get(answer, "entity");
      return {IsNew(response, stored) ? UpsertOutcome::kCreated : UpsertOutcome::kUpdated,
              {},
              {},
              GetString(stored, "identifier")};
    } catch (const Error& error) {
      if (EndsTheRun(error)) throw;
      return FailedResult(error);
    }
  }

  const http::Client& client_;
  http::Query query_;
  const std::stop_token& stop_;
};

std::vector<UpsertResult> Client::Upsert(std::span<const Entity> entities,
                                         const UpsertOptions& options,
                                         const std::stop_token& stop) {
  std::vector<UpsertResult> results(entities.size());
  Upserter upserter(impl_->catalog, options, stop);
  for (std::size_t first = 0; first < entities.size();) {
    const Slice slice = NextSlice(entities, first, impl_->options);
    upserter.Send(slice, entities.subspan(first, slice.count),
                  std::span(results).subspan(first, slice.count));
    first += slice.count;
  }
  return results;
}

std::vector<std::string> Client::Delete(const std::string& blueprint,
                                        std::span<const std::string> identifiers,
                                        bool delete_dependents, const EventInfo& event,
                                        const std::stop_token& stop) {
  http::Query query = {{"delete_dependents", std::string(BoolText(delete_dependents))}};
  for (auto& parameter : EventQuery(event)) query.push_back(std::move(parameter));
  std::vector<std::string> deleted;
  const std::size_t most = impl_->options.delete_batch_entities;
  for (std::size_t first = 0; first < identifiers.size(); first += most) {
    const auto batch = identifiers.subspan(first, std::min(most, identifiers.size() - first));
    auto request = http::Request::PostJson(
        BlueprintPath(blueprint, "/bulk/entities/delete"),
        {{"entities", Json(std::vector<std::string>(batch.begin(), batch.end()))}}, query);
    request.retryable = true;
    const Json answer = impl_->catalog.SendForJson(request, stop);
    for (const Json& identifier : Get(answer, "deletedEntities")) {
      if (identifier.is_string()) deleted.push_back(identifier.get<std::string>());
    }
  }
  return deleted;
}

namespace {

std::vector<Json> Search(const http::Client& catalog, Json rules,
                         const std::vector<std::string>& include, const std::stop_token& stop) {
  auto request = http::Request::PostJson("/entities/search",
                                         {{"combinator", "and"}, {"rules", std::move(rules)}},
                                         IncludeQuery(include));
  request.retryable = true;
  Json answer = catalog.SendForJson(request, stop);
  if (!Get(answer, "entities").is_array()) {
    throw Error(ErrorKind::kPermanent, "Port's search answered without \"entities\"");
  }
  return std::move(answer["entities"].get_ref<Json::array_t&>());
}

}  // namespace

std::vector<Json> Client::FindOwned(const std::string& blueprint,
                                    const std::vector<std::string>& identifiers,
                                    const std::vector<std::string>& include,
                                    const std::stop_token& stop) {
  const Identity& identity = impl_->options.identity;
  return Search(
      impl_->catalog,
      Json::array({Rule("$identifier", "in", identifiers), Rule("$blueprint", "=", blueprint),
                   Rule("$datasource", "contains", DatasourcePrefix(identity)),
                   Rule("$datasource", "contains", DatasourceSuffix(identity))}),
      include, stop);
}

std::vector<std::string> Client::FindExisting(const std::string& blueprint,
                                              const std::vector<std::string>& identifiers,
                                              const std::stop_token& stop) {
  std::vector<std::string> existing;
  for (const Json& entity : Search(impl_->catalog,
                                   Json::array({Rule("$identifier", "in", identifiers),
                                                Rule("$blueprint", "=", blueprint)}),
                                   {"blueprint", "identifier"}, stop))
    existing.push_back(GetString(entity, "identifier"));
  return existing;
}

void Client::ForEachOwned(std::optional<TimePoint> before, std::size_t page_size,
                          const std::function<bool(std::vector<OwnedEntity>&&)>& visit,
                          const std::stop_token& stop) {
  Json query = {{"datasource_prefix", DatasourcePrefix(impl_->options.identity)},
                {"datasource_suffix", DatasourceSuffix(impl_->options.identity)},
                {"limit", page_size}};
  if (before) query["before"] = PortTime(*before);
  std::string cursor;
  do {
    auto request = http::Request::PostJson("/blueprints/entities/datasource-entities", query);
    request.retryable = true;
    const Json answer = impl_->catalog.SendForJson(request, stop);
    const Json& entities = Get(answer, "entities");
    if (!entities.is_array()) {
      throw Error(ErrorKind::kPermanent,
                  "Port's listing of owned entities answered without \"entities\"");
    }
    std::vector<OwnedEntity> page;
    page.reserve(entities.size());
    for (const Json& entity : entities) {
      page.push_back({GetString(entity, "blueprint"), GetString(entity, "identifier")});
    }
    if (!visit(std::move(page))) return;
    const std::string next = GetString(answer, "next");
    if (!next.empty() && next == cursor) {
      throw Error(ErrorKind::kPermanent,
                  "Port's listing of owned entities repeats its cursor \"" + next + "\"");
    }
    cursor = next;
    query["from"] = cursor;
  } while (!cursor.empty());
}

}  // namespace ocean::port
