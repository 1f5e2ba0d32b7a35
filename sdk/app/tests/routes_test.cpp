#include "routes.hpp"

#include <stop_token>

#include "ocean/catch.hpp"
#include "ocean/http/transport.hpp"
#include "support.hpp"

namespace ocean::app {

namespace {

struct Fixture {
  TemporaryFolder folder;
  Monitor monitor;
  sync::Progress progress;
  state::Store store{folder.path()};
  http::Server server{{.address = "127.0.0.1", .port = 0}, Logger::Null()};
  http::ClientStats stats;
  RunMeter meter{{.source = stats, .port = stats, .clock = Clock::System()}};
  std::shared_ptr<http::Transport> transport = http::MakeCurlTransport();

  explicit Fixture(const std::string& prefix = "") {
    AddRoutes(server, prefix,
              {.monitor = monitor,
               .progress = progress,
               .store = store,
               .meter = meter,
               .identity = {{"type", "sample"}, {"sdk_version", "1"}}});
    server.Start();
  }
  http::Response Get(const std::string& path) const {
    http::WireRequest request;
    request.request = http::Request::Get(server.url() + path);
    return transport->Send(request, {});
  }
};

}  // namespace

TEST_CASE("Liveness is there at once, readiness only when it is true") {
  Fixture fixture;
  CHECK(fixture.Get("/health/live").status == 200);
  CHECK(fixture.Get("/health/ready").status == 503);
  CHECK(fixture.Get("/health/ready").ParseBody().at("reason") == "starting");
  fixture.monitor.MarkInitialised();
  CHECK(fixture.Get("/health/ready").status == 200);
  fixture.monitor.NotePortContact("down");
  CHECK(fixture.Get("/health/ready").status == 503);
}

TEST_CASE("The status holds the last runs and what runs now") {
  Fixture fixture;
  fixture.store.SaveReport("r1", {{"run_id", "r1"}});
  const Json status = fixture.Get("/status").ParseBody();
  CHECK(status.at("type") == "sample");
  CHECK(status.at("runs")[0].at("run_id") == "r1");
  CHECK(status.at("progress").at("phase").get<std::string>().empty());
}

TEST_CASE(
    "W-13: the prefix is in front of every path, and of webhooks that nobody handles there is "
    "none") {
  Fixture fixture("/ocean");
  CHECK(fixture.Get("/ocean/metrics").status == 200);
  CHECK(fixture.Get("/ocean/health/live").status == 200);
  CHECK(fixture.Get("/health/live").status == 404);
  const http::Response webhook = fixture.Get("/ocean/integration/webhook");
  CHECK(webhook.status == 404);
  CHECK(webhook.ParseBody().at("ok") == false);
}

}  // namespace ocean::app
