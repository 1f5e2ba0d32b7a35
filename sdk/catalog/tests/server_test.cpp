#include <string>

#include "ocean/base/error.hpp"
#include "ocean/base/json.hpp"
#include "ocean/base/text.hpp"
#include "ocean/catalog/catalog.hpp"
#include "ocean/catch.hpp"
#include "ocean/http/transport.hpp"

namespace ocean::catalog {
namespace {

http::Response Send(http::Method method, const std::string& url, const Json& body,
                    const http::Headers& headers = {}) {
  http::WireRequest request;
  request.request =
      body.is_null() ? http::Request::Get(url) : http::Request::WithJson(method, url, body);
  request.request.method = method;
  request.request.headers = headers;
  return http::MakeCurlTransport()->Send(request, {});
}

TEST_CASE("the server answers over a socket, with a token, encoded paths and a date") {
  CatalogOptions options;
  options.file = ":memory:";
  CatalogServer server(options, Clock::System(), Logger::Null());
  server.Start();
  const std::string url = server.url();
  const auto login = Send(http::Method::kPost, url + "/v1/auth/access_token",
                          Json{{"clientId", "a"}, {"clientSecret", "b"}});
  REQUIRE(login.status == 200);
  const http::Headers headers{
      {"Authorization", "Bearer " + GetString(login.ParseBody(), "accessToken")},
      {"User-Agent", "port-ocean/test/1/me/exporter"}};
  CHECK(Send(http::Method::kPost, url + "/v1/blueprints", Json{{"identifier", "b"}}, headers)
            .status == 201);
  CHECK(Send(http::Method::kPost, url + "/v1/blueprints/b/entities", Json{{"identifier", "a/b"}},
             headers)
            .status == 201);
  const auto got =
      Send(http::Method::kGet, url + "/v1/blueprints/b/entities/a%2Fb", nullptr, headers);
  REQUIRE(got.status == 200);
  CHECK(got.headers.Has("Date"));
  CHECK(ParseHttpDate(got.headers.Get("Date").value_or("")).has_value());
  CHECK(got.ParseBody().at("entity").at("updatedBy") == "port-ocean/test/1/me/exporter");
  CHECK(Send(http::Method::kGet, url + "/v1/nowhere", nullptr, headers).status == 404);

  Send(http::Method::kPost, url + "/v1/integration",
       Json{{"installationId", "i"}, {"installationAppType", "t"}}, headers);
  const auto integration =
      Send(http::Method::kGet, url + "/v1/integration/i", nullptr, headers).ParseBody();
  const std::string logs = integration.at("integration").at("logAttributes").at("ingestUrl");
  CHECK(Send(http::Method::kPost, logs, Json{{"logs", Json::array()}}, headers).status == 202);
  CHECK(Send(http::Method::kPost, logs, Json{{"logs", Json::array()}}).status == 401);
  server.Stop();
  CHECK_THROWS_AS(Send(http::Method::kGet, url + "/v1/organization", nullptr, headers), Error);
}

TEST_CASE("a server that other machines can reach needs credentials") {
  CatalogOptions options;
  options.file = ":memory:";
  const auto make = [&] { CatalogServer(options, Clock::System(), Logger::Null()); };
  for (const char* address : {"127.0.0.1", "127.1.2.3", "::1", "localhost"}) {
    options.address = address;
    CHECK_NOTHROW(make());
  }
  for (const char* address : {"0.0.0.0", "::", "192.168.1.7", "catalog.example.com"}) {
    INFO(address);
    options.address = address;
    options.client_id.clear();
    options.client_secret = Secret();
    CHECK_THROWS_WITH(make(), Catch::Contains(address) && Catch::Contains("client secret"));
    options.client_id = "me";
    CHECK_THROWS_AS(make(), Error);
    options.client_secret = Secret("mine");
    CHECK_NOTHROW(make());
  }
}

}  // namespace
}  // namespace ocean::catalog
