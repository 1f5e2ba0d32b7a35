#include "ocean/port/client.hpp"

#include "ocean/base/error.hpp"
#include "ocean/base/for_each.hpp"
#include "ocean/catch.hpp"
#include "port_fixture.hpp"

namespace ocean::port {
namespace {

using Catch::Matchers::Contains;

const char* const kIntegration = "/v1/integration/my-jira";

Json Integration() {
  return {{"ok", true}, {"integration", {{"identifier", "my-jira"}}}};
}

TEST_CASE("the User-Agent says who writes, and is longer where catalog data is touched") {
  PortFixture port;
  port.fake.OnJson(http::Method::kGet, kIntegration, Integration());
  port.fake.OnJson(http::Method::kPost, "/v1/blueprints", {{"ok", true}}, 201);
  Client& client = port.Start();
  client.GetIntegration();
  client.CreateBlueprint({{"identifier", "b"}});
  const auto requests = port.Requests();
  REQUIRE(requests.size() == 2);
  CHECK(requests[0].headers.Get("User-Agent") == "port-ocean/jira/1.2.3/my-jira");
  CHECK(requests[1].headers.Get("User-Agent") == "port-ocean/jira/1.2.3/my-jira/exporter");
  CHECK(requests[0].headers.Get("Authorization") == "Bearer token1");
  CHECK(requests[0].QueryValue("isPolling") == "false");
}

TEST_CASE("log records go where Port wants them, and their failures are in no log") {
  PortFixture port;
  port.fake.OnJson(http::Method::kPost, "/logs/me", {{"ok", true}}, 202);
  Client& client = port.Start();
  client.PostLogs(port.fake.url() + "/logs/me", {{{"message", "m"}}});
  REQUIRE(port.Requests().size() == 1);
  CHECK(port.Requests()[0].ParseBody() == Json{{"logs", {{{"message", "m"}}}}});
  CHECK(port.Requests()[0].headers.Get("Authorization") == "Bearer token1");
  CHECK_THROWS_AS(client.PostLogs(port.fake.url() + "/gone", Json::array()), Error);
  CHECK(port.log.Text().find("/gone") == std::string::npos);
}

TEST_CASE("one token serves a hundred calls at once") {
  PortFixture port;
  port.fake.OnJson(http::Method::kGet, kIntegration, Integration());
  Client& client = port.Start();
  ParallelFor(100, 16, {}, [&](std::size_t) { client.GetIntegration(); });
  CHECK(port.tokens == 1);
}

TEST_CASE("the token is renewed before it ends") {
  PortFixture port;
  port.fake.OnJson(http::Method::kGet, kIntegration, Integration());
  Client& client = port.Start();
  client.GetIntegration();
  port.clock.Advance(std::chrono::seconds(3600 - 61));
  client.GetIntegration();
  CHECK(port.tokens == 1);
  port.clock.Advance(std::chrono::seconds(2));
  client.GetIntegration();
  CHECK(port.tokens == 2);
}

TEST_CASE("a 401 renews the token and sends the request again, whatever its method") {
  PortFixture port;
  port.fake.OnJson(http::Method::kGet, kIntegration, Integration());
  port.fake.OnJson(http::Method::kPatch, kIntegration, Integration());
  port.fake.OnJson(http::Method::kPost, "/v1/integration", Integration(), 201);
  Client& client = port.Start();
  const auto refused = http::ServerResponse::OfJson(401, {{"ok", false}});
  port.fake.FailNext(http::Method::kGet, kIntegration, 1, refused);
  client.GetIntegration();
  port.fake.FailNext(http::Method::kPatch, kIntegration, 1, refused);
  client.PatchIntegration(Json::object());
  port.fake.FailNext(http::Method::kPost, "/v1/integration", 1, refused);
  client.CreateIntegration(Json::object());
  CHECK(port.tokens == 4);
  CHECK(port.Requests().size() == 6);
}

TEST_CASE("wrong credentials fail at once and say what to check") {
  PortFixture port;
  ClientOptions options;
  options.client_secret = Secret("wrong secret");
  Client& client = port.Start(std::move(options));
  try {
    client.Authenticate();
    FAIL("they were accepted");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::kAuth);
    const std::string message = error.what();
    CHECK_THAT(message, Catch::Matchers::Contains("OCEAN__PORT__CLIENT_ID") &&
                            Catch::Matchers::Contains("https://api.us.getport.io"));
    CHECK_THAT(message, !Catch::Matchers::Contains("wrong secret"));
  }
  CHECK(port.tokens == 1);
}

TEST_CASE("an integration that Port does not know is no error, and a broken Port is one") {
  PortFixture port;
  port.fake.OnJson(http::Method::kGet, kIntegration, {{"ok", false}, {"error", "not_found"}}, 404);
  Client& client = port.Start();
  CHECK_FALSE(client.GetIntegration());
  port.fake.FailNext(http::Method::kGet, kIntegration, 20,
                     http::ServerResponse::OfText(502, "<html>bad gateway</html>"));
  try {
    client.GetIntegration();
    FAIL("a 502 was taken for an answer");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::kTransient);
  }
}

TEST_CASE("creating and patching say who we are") {
  PortFixture port;
  port.fake.OnJson(http::Method::kPost, "/v1/integration", Integration(), 201);
  port.fake.OnJson(http::Method::kPatch, kIntegration, Integration());
  Client& client = port.Start();
  client.CreateIntegration({{"config", Json::object()}});
  client.PatchIntegration({{"processingMode", "ocean-core"}});
  const auto requests = port.Requests();
  const Json created = requests[0].ParseBody();
  CHECK(
      created ==
      ParseJson(
          R"({"config":{},"installationId":"my-jira","installationAppType":"jira","version":"1.2.3"})"));
  CHECK(requests[1].ParseBody() ==
        ParseJson(R"({"processingMode":"ocean-core","version":"1.2.3"})"));
}

TEST_CASE("the resync state has Port's keys, the misspelt one too") {
  PortFixture port;
  port.fake.OnJson(
      http::Method::kPatch, std::string(kIntegration) + "/resync-state",
      {{"integration", {{"resyncState", {{"updatedAt", "2026-01-01T00:00:05.250Z"}}}}}});
  Client& client = port.Start();
  const auto started = client.ReportResyncStarted(port.clock.Now(), std::nullopt);
  REQUIRE(started);
  CHECK(FormatIso8601(*started) == "2026-01-01T00:00:05.250Z");
  const ResyncSchedule hourly{*ParseIso8601("2025-12-31T22:20:00Z"), std::chrono::minutes(60)};
  client.ReportResyncEnded("completed", port.clock.Now(), hourly);
  const auto requests = port.Requests();
  CHECK(
      requests[0].body ==
      R"({"status":"running","lastResyncEnd":null,"lastResyncStart":"2026-01-01T00:00:00.000+00:00","nextResync":null,"intervalInMinuets":null})");
  CHECK(
      requests[1].body ==
      R"({"status":"completed","lastResyncEnd":"2026-01-01T00:00:00.000+00:00","nextResync":"2026-01-01T00:20:00.000+00:00","intervalInMinuets":60})");
}

TEST_CASE("the next resync is the first multiple of the interval after now") {
  struct Row {
    const char* now;
    const char* next;
  };
  const ResyncSchedule schedule{*ParseIso8601("2026-01-01T00:10:00Z"), std::chrono::minutes(30)};
  for (const Row& row : std::vector<Row>{{"2026-01-01T00:10:00Z", "2026-01-01T00:40:00.000Z"},
                                         {"2026-01-01T00:39:59.999Z", "2026-01-01T00:40:00.000Z"},
                                         {"2026-01-01T00:40:00Z", "2026-01-01T01:10:00.000Z"},
                                         {"2026-01-03T23:00:00Z", "2026-01-03T23:10:00.000Z"},
                                         {"2025-12-31T23:00:00Z", "2026-01-01T00:40:00.000Z"}}) {
    INFO(row.now);
    CHECK(FormatIso8601(schedule.NextAfter(*ParseIso8601(row.now))) == row.next);
  }
}

TEST_CASE("a resync request is a time, or none") {
  PortFixture port;
  port.fake.OnSequence(http::Method::kGet, std::string(kIntegration) + "/resync-request",
                       {http::ServerResponse::OfJson(200, {{"request", nullptr}}),
                        http::ServerResponse::OfJson(
                            200, {{"request", {{"updatedAt", "2026-02-03T04:05:06.000Z"}}}})});
  Client& client = port.Start();
  CHECK_FALSE(client.GetResyncRequest());
  CHECK(FormatIso8601(client.GetResyncRequest().value()) == "2026-02-03T04:05:06.000Z");
}

TEST_CASE("a refused call names itself, the answer and what to do") {
  const auto [status, remedy] = GENERATE(table<int, std::string>({
      {401, "check OCEAN__PORT__CLIENT_ID"},
      {402, "the organisation's plan"},
      {403, "the credentials may not do this"},
      {404, "check the blueprint's and the integration's identifier"},
      {409, "is there already"},
      {413, "map less into it"},
      {422, "compare the mapping (ocean map) with the blueprint"},
  }));
  CAPTURE(status);
  PortFixture port;
  http::ServerResponse refusal =
      http::ServerResponse::OfJson(status, {{"ok", false}, {"message", "no such thing"}});
  refusal.headers.Set("x-trace-id", "trace-7");
  port.fake.OnSequence(http::Method::kPost, "/v1/blueprints", {refusal});
  Client& client = port.Start();
  CHECK_THROWS_WITH(client.CreateBlueprint({{"identifier", "b"}}),
                    Contains("/v1/blueprints") && Contains("answered " + std::to_string(status)) &&
                        Contains("no such thing") && Contains("[trace trace-7]") &&
                        Contains(remedy));
}

TEST_CASE("identifiers are escaped in paths") {
  PortFixture port;
  port.fake.OnJson(http::Method::kGet, "/v1/blueprints/{id}",
                   {{"blueprint", {{"identifier", "a/b c"}}}});
  Client& client = port.Start();
  CHECK(client.GetBlueprint("a/b c"));
  CHECK(port.Requests()[0].path_parameters.at("id") == "a/b c");
}

}  // namespace
}  // namespace ocean::port
