#include "resync_route.hpp"

#include "listener.hpp"
#include "ocean/base/clock.hpp"
#include "ocean/catch.hpp"
#include "ocean/http/transport.hpp"

namespace ocean::app {
namespace {

config::Settings SettingsFor(const std::string& secret) {
  config::Settings settings;
  settings.port.client_secret = Secret(secret);
  settings.integration.identifier = "my-sample";
  settings.event_listener.app_host = Secret("https://ocean.acme.com");
  return settings;
}

/// The status that a request of /resync is answered with.
int StatusOf(const http::Server& server, http::Method method, const std::string& query) {
  http::WireRequest request;
  request.request = http::Request::Get(server.url() + "/resync" + query);
  request.request.method = method;
  return http::MakeCurlTransport()->Send(request, {}).status;
}

}  // namespace

TEST_CASE("The token stays the same over restarts, and is another for another secret") {
  const std::string token = ResyncToken(SettingsFor("a"));
  CHECK(token == ResyncToken(SettingsFor("a")));
  CHECK(token != ResyncToken(SettingsFor("b")));
  CHECK(token.size() == 64);
  CHECK(ResyncUrl(SettingsFor("a")) == "https://ocean.acme.com/resync?token=" + token);
}

TEST_CASE(
    "W-20: Port's call asks for a resync and is answered at once, anybody else's is refused") {
  ResyncRequests requests;
  http::Server server({.address = "127.0.0.1", .port = 0}, Logger::Null());
  AddResyncRoute(server, "right", [&] { requests.Ask("request"); });
  server.Start();
  CHECK(StatusOf(server, http::Method::kPost, "") == 401);
  CHECK(StatusOf(server, http::Method::kPost, "?token=wrong") == 401);
  CHECK(StatusOf(server, http::Method::kGet, "?token=right") == 405);
  CHECK_FALSE(requests.Await(Duration::zero(), Clock::System(), {}));
  CHECK(StatusOf(server, http::Method::kPost, "?token=right") == 202);
  CHECK(requests.Await(Duration::zero(), Clock::System(), {}) == "request");
}

}  // namespace ocean::app
