#include "ocean/testing/strict_port.hpp"

#include <functional>

#include "ocean/base/json.hpp"
#include "ocean/base/text.hpp"
#include "ocean/catch.hpp"
#include "ocean/http/transport.hpp"

namespace ocean::testing {
namespace {

const char* const kBulk = "/v1/blueprints/issue/entities/bulk";

/// A request that Port takes; each test spoils one thing of it.
http::ServerRequest Good() {
  http::ServerRequest request;
  request.method = http::Method::kPost;
  request.path = kBulk;
  request.query = {{"upsert", "true"}};
  request.headers = {{"User-Agent", "port-ocean/jira/1.0.0/me/exporter"},
                     {"Authorization", "Bearer t"},
                     {"Content-Type", "application/json"}};
  request.body = R"({"entities":[{"identifier":"a","relations":{"parent":["b"]}}]})";
  return request;
}

/// Each line changes one thing; the finding must name it.
TEST_CASE("What Port would refuse is found") {
  CHECK(ContractViolations(Good()).empty());
  struct Case {
    const char* finding;
    std::function<void(http::ServerRequest&)> spoil;
  };
  const auto body = [](std::string text) {
    return [text = std::move(text)](http::ServerRequest& request) { request.body = text; };
  };
  const auto entity = [&](const std::string& text) {
    return body(R"({"entities":[)" + text + "]}");
  };
  std::string many = R"({"identifier":"a"})";
  for (int i = 0; i < 20; ++i) many += R"(,{"identifier":"a"})";
  const std::vector<Case> cases = {
      {"no such call", [](auto& request) { request.path = "/v1/blueprints/issue/entities/bulks"; }},
      {"no such call", [](auto& request) { request.method = http::Method::kPut; }},
      {"lacks upsert", [](auto& request) { request.query.clear(); }},
      {"unknown member upsort",
       [](auto& request) { request.query.emplace_back("upsort", "true"); }},
      {"repeats upsert", [](auto& request) { request.query.emplace_back("upsert", "true"); }},
      {"query.upsert is no boolean", [](auto& request) { request.query = {{"upsert", "yes"}}; }},
      {"long form",
       [](auto& request) { request.headers.Set("User-Agent", "port-ocean/jira/1.0.0/me"); }},
      {"long form", [](auto& request) { request.headers.Set("User-Agent", "curl/7"); }},
      {"bearer", [](auto& request) { request.headers.Set("Authorization", "Basic x"); }},
      {"Content-Type", [](auto& request) { request.headers.Set("Content-Type", "text/plain"); }},
      {"x-skip-resync", [](auto& request) { request.headers.Set("x-skip-resync", "true"); }},
      {"compact", body(R"({"entities": [{"identifier":"a"}]})")},
      {"unknown member batch", body(R"({"entities":[{"identifier":"a"}],"batch":1})")},
      {"0 elements", entity("")},
      {"21 elements", entity(many)},
      {"lacks identifier", entity(R"({"title":"a"})")},
      {"body.entities[0].identifier", entity(R"({"identifier":"a b"})")},
      {"body.entities[0].identifier", entity(R"({"identifier":".."})")},
      {"body.entities[0].identifier", entity(R"({"identifier":7})")},
      {"body.entities[0].relations.parent",
       entity(R"({"identifier":"a","relations":{"parent":"b|c"}})")},
      {"body.entities[0].team", entity(R"({"identifier":"a","team":7})")},
      {"body has", entity(R"({"identifier":"a","title":")" + std::string(1 << 20, 'x') + R"("})")},
  };
  for (const Case& one : cases) {
    http::ServerRequest request = Good();
    one.spoil(request);
    INFO(one.finding);
    CHECK_THAT(Join(ContractViolations(request), "\n"), Catch::Matchers::Contains(one.finding));
  }
}

TEST_CASE("A good request gets the catalog's answer, a bad one is kept") {
  StrictPort port;
  http::WireRequest wire;
  wire.request = http::Request::PostJson(port.url() + "/v1/auth/access_token",
                                         {{"clientId", "a"}, {"clientSecret", "b"}});
  wire.request.headers = {{"User-Agent", "port-ocean/jira/1.0.0/me"}};
  wire.request.headers.Set("Content-Type", "application/json");
  const auto transport = http::MakeCurlTransport();
  const auto login = transport->Send(wire, {});
  CHECK(login.status == 200);
  CHECK_FALSE(GetString(login.ParseBody(), "accessToken").empty());
  CHECK(port.Violations().empty());
  wire.request.headers.Set("User-Agent", "curl/7");
  CHECK(transport->Send(wire, {}).status == 422);
  REQUIRE(port.Violations().size() == 1);
  CHECK(port.Violations().front().starts_with("POST /v1/auth/access_token: User-Agent"));
  CHECK(port.Calls() == std::vector<std::string>(2, "POST /v1/auth/access_token"));
}

}  // namespace
}  // namespace ocean::testing
