#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "api_error.hpp"
#include "changes.hpp"
#include "ocean/base/text.hpp"
#include "routes.hpp"

namespace ocean::catalog {

using http::Method;
using http::ServerRequest;
using http::ServerResponse;
using state::Database;

namespace {

constexpr std::int64_t kMaxPage = 1000;
constexpr std::int64_t kDefaultPage = 100;

std::optional<std::int64_t> ReadNumber(const ServerRequest& request, std::string_view name,
                                       std::int64_t most) {
  const std::string text = request.QueryValue(name);
  if (text.empty()) return std::nullopt;
  const std::optional<std::int64_t> number = ParseInt(text);
  if (!number || *number < 1 || *number > most) {
    throw Invalid("query parameter " + std::string(name) + " must be a number from 1 to " +
                  std::to_string(most));
  }
  return number;
}

std::optional<TimePoint> ReadTime(const ServerRequest& request, std::string_view name) {
  const std::string text = request.QueryValue(name);
  if (text.empty()) return std::nullopt;
  const std::optional<TimePoint> time = ParseIso8601(text);
  if (!time) {
    throw Invalid("query parameter " + std::string(name) +
                  " must be a date-time such as 2026-11-21T10:00:00Z");
  }
  return time;
}

std::optional<ChangeAction> ReadAction(const ServerRequest& request) {
  const std::string action = request.QueryValue("action");
  if (action.empty()) return std::nullopt;
  if (action == "CREATE") return ChangeAction::kCreate;
  if (action == "UPDATE") return ChangeAction::kUpdate;
  if (action == "DELETE") return ChangeAction::kDelete;
  throw Invalid("query parameter action must be CREATE, UPDATE or DELETE");
}

ChangeQuery ReadQuery(const ServerRequest& request) {
  ChangeQuery query;
  query.blueprint = request.QueryValue("blueprint");
  query.entity = request.QueryValue("entity");
  query.run_id = request.QueryValue("run_id");
  query.action = ReadAction(request);
  query.from = ReadTime(request, "from");
  query.to = ReadTime(request, "to");
  query.older_than = ReadNumber(request, "next", std::numeric_limits<std::int64_t>::max());
  if (!query.entity.empty() && query.blueprint.empty())
    throw Invalid("query parameter entity needs blueprint too");
  return query;
}

ServerResponse ListChanges(const Services& services, const ServerRequest& request) {
  const ChangeQuery query = ReadQuery(request);
  const std::int64_t limit = ReadNumber(request, "limit", kMaxPage).value_or(kDefaultPage);
  return OkText(200, services.storage.Read([&](Database& database) {
    std::string audits;
    std::int64_t count = 0;
    std::int64_t last = 0;
    bool has_more = false;
    ForEachChange(database, query, [&](const ChangeRecord& change) {
      has_more = count == limit;
      if (has_more) return false;
      audits += (count++ == 0 ? "" : ",") + ChangeText(change);
      last = change.id;
      return true;
    });
    return R"("audits":[)" + audits + R"(],"next":)" +
           (has_more ? Quote(std::to_string(last)) : "null");
  }));
}

}  // namespace

void AddChangeRoutes(RouteTable& table) {
  const Services services = table.services();
  table.Add(Method::kGet, "/v1/audit-log",
            [services](const ServerRequest& request) { return ListChanges(services, request); });
}

}  // namespace ocean::catalog
