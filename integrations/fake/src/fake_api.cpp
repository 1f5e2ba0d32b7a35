#include "src/fake_api.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "ocean/base/clock.hpp"
#include "src/people.hpp"

namespace fake {
namespace {

using ocean::Json;
using ocean::http::Method;
using ocean::http::ServerRequest;
using ocean::http::ServerResponse;

constexpr std::int64_t kEmployees = 400;

std::int64_t Number(const ServerRequest& request, std::string_view name, std::int64_t fallback) {
  return ocean::ParseInt(request.QueryValue(name)).value_or(fallback);
}

void WaitFor(std::int64_t milliseconds) {
  ocean::Clock::System().SleepFor(std::chrono::milliseconds(milliseconds), {});
}

ServerResponse Employees(const ServerRequest& request) {
  const std::string& department = request.path_parameters.find("id")->second;
  const std::int64_t limit = Number(request, "limit", kEmployees);
  const std::int64_t offset = Number(request, "offset", 0);
  const PersonOptions options = {
      .seed = Number(request, "seed", 1),
      .kilobytes =
          static_cast<std::size_t>(std::max<std::int64_t>(1, Number(request, "entity_kb_size", 1))),
      .churn_percent = static_cast<int>(Number(request, "churn_percent", 0)),
      .generation = request.QueryValue("generation")};
  Json results = Json::array();
  for (std::int64_t i = 0; i < (limit < 1 ? kEmployees : limit); ++i) {
    results.push_back(MakePerson(department, static_cast<std::size_t>(offset + i), options));
  }
  if (const auto latency = Number(request, "latency", 0); latency > 0) WaitFor(latency);
  return ServerResponse::OfJson(200, {{"results", std::move(results)}});
}

}  // namespace

FakeApi::FakeApi(ocean::Logger logger)
    : server_({.address = "127.0.0.1", .port = 0, .workers = 16}, std::move(logger)) {
  server_.Route(Method::kGet, "/department/{id}/employees", Employees);
  const auto add_list = [this](std::string_view path, Json (*make)()) {
    server_.Route(Method::kGet, path,
                  [make](const ServerRequest&) { return ServerResponse::OfJson(200, make()); });
  };
  add_list("/offices", Offices);
  add_list("/teams", Teams);
  add_list("/projects", Projects);
}

std::string FakeApi::url() {
  std::call_once(started_, [this] { server_.Start(); });
  return server_.url();
}

}  // namespace fake
