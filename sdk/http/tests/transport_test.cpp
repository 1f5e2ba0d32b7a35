#include <future>
#include <latch>

#include "http_fixture.hpp"
#include "ocean/base/error.hpp"
#include "ocean/catch.hpp"

using namespace ocean;
using namespace ocean::http;

TEST_CASE("a request reaches the server and its answer comes back", "[transport]") {
  const auto transport = MakeCurlTransport();
  test::TestServer server;
  server.Route(Method::kPost, "/echo/{name}", [](const ServerRequest& request) {
    ServerResponse response = ServerResponse::OfText(207, request.body);
    response.headers.Add("X-Name", request.path_parameters.at("name"));
    response.headers.Add("X-Query", request.QueryValue("q"));
    response.headers.Add("X-Type", request.headers.Get("content-type").value_or("none"));
    return response;
  });
  server.Start();

  WireRequest wire;
  wire.request.method = Method::kPost;
  wire.request.url = server.url() + "/echo/a%2Fb";
  wire.request.query = {{"q", "x y&z"}};
  wire.request.body = std::string(100'000, 'x');
  const Response response = transport->Send(wire, {});
  CHECK(response.status == 207);
  CHECK(response.body == wire.request.body);
  CHECK(response.headers.Get("x-name") == "a/b");
  CHECK(response.headers.Get("x-query") == "x y&z");
  CHECK(response.headers.Get("x-type") == "application/json");
  CHECK(response.source == "POST " + server.url() + "/echo/a%2Fb");
}
