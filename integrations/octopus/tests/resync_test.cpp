#include <set>

#include "ocean/catch.hpp"
#include "ocean/testing/run_kind.hpp"
#include "src/integration.hpp"
#include "src/web_url.hpp"
#include "upstream/fake_octopus.hpp"

using Catch::Matchers::Contains;
using ocean::Json;
using ocean::http::Method;
using ocean::http::ServerResponse;
using ocean::testing::KindRun;
using octopus::WebUrl;
using octopus::upstream::FakeOctopus;

namespace {

KindRun Run(const FakeOctopus& fake, const std::string& kind,
            const Json& selector = Json::object()) {
  return ocean::testing::RunKind(OCEAN_INTEGRATION_DIR, fake.Config(), octopus::SetUp, kind,
                                 selector);
}

std::set<std::string> IdsOf(const KindRun& run) {
  std::set<std::string> ids;
  for (const Json& item : run.items) ids.insert(item.at("Id"));
  return ids;
}

/// How many records of each space came.
std::map<std::string, int> CountBySpace(const KindRun& run) {
  std::map<std::string, int> counts;
  for (const Json& item : run.items) ++counts[item.at("SpaceId")];
  return counts;
}

}  // namespace

TEST_CASE("the address of a record's page") {
  const std::string url = "https://deploy.acme.example";
  const Json record = {{"Id", "X-1"}, {"SpaceId", "Spaces-1"}};
  CHECK(WebUrl(url, "space", record) == url + "/app#/X-1");
  CHECK(WebUrl(url, "project", record) == url + "/app#/Spaces-1/projects/X-1");
  CHECK(WebUrl(url, "release", record) == url + "/app#/Spaces-1/releases/X-1");
  CHECK(WebUrl(url, "deployment", record) == url + "/app#/Spaces-1/deployments/X-1");
  CHECK(WebUrl(url, "machine", record) ==
        url + "/app#/Spaces-1/infrastructure/machines/X-1/settings");
  CHECK(WebUrl(url, "runbook", record).empty());
  CHECK(WebUrl(url, "project", {{"SpaceId", "Spaces-1"}}).empty());
}

TEST_CASE("every record of every space is emitted once, with its address") {
  const auto [kind, per_space] = GENERATE(table<std::string, int>(
      {{"project", 4}, {"release", 120}, {"deployment", 101}, {"machine", 3}}));
  FakeOctopus fake({.releases = 120, .deployments = 101});
  const KindRun run = Run(fake, kind);
  CHECK(run.error.empty());
  CHECK(run.incomplete.empty());
  CHECK(std::cmp_equal(run.items.size(), 3 * per_space));
  CHECK(IdsOf(run).size() == run.items.size());
  for (const Json& item : run.items) {
    CHECK(item.at("__url") == WebUrl(fake.url(), kind, item));
  }
  CHECK(fake.upstream().Unplanned().empty());
}

TEST_CASE("spaces are emitted with their address") {
  FakeOctopus fake({.spaces = 51, .projects = 0, .releases = 0, .deployments = 0, .machines = 0});
  const KindRun run = Run(fake, "space");
  CHECK(IdsOf(run).size() == 51);
  CHECK(run.items[0].at("__url") == fake.url() + "/app#/Spaces-1");
}

TEST_CASE("of deployments the newest 150 of each space are read, or as many as wanted") {
  const auto [selector, expected] = GENERATE(table<Json, int>(
      {{Json::object(), 150}, {{{"maxItemsPerSpace", 70}}, 70}, {{{"maxItemsPerSpace", 0}}, 200}}));
  FakeOctopus fake({.spaces = 2, .deployments = 200});
  const KindRun run = Run(fake, "deployment", selector);
  CHECK(run.incomplete.empty());
  CHECK(CountBySpace(run) ==
        std::map<std::string, int>{{"Spaces-1", expected}, {"Spaces-2", expected}});
  const auto ids = IdsOf(run);
  CHECK(ids.contains("Deployments-200"));
  CHECK(ids.contains("Deployments-1") == (expected == 200));
  const bool warned = std::any_of(run.log.begin(), run.log.end(), [](const auto& record) {
    return record.message.find("maxItemsPerSpace") != std::string::npos;
  });
  CHECK(warned == (expected != 200));
}

TEST_CASE("a kind of any other name reads that resource") {
  FakeOctopus fake({.spaces = 2});
  for (int i = 0; i < 60; ++i) {
    fake.site().Create("Spaces-1", "runbooks", {{"Name", "Restart " + std::to_string(i)}});
  }
  fake.site().Create("Spaces-2", "proxies", {{"Name", "out"}});
  const KindRun runbooks = Run(fake, "runbook");
  CHECK(runbooks.items.size() == 60);
  CHECK(runbooks.items[0].at("__url").get<std::string>().empty());
  CHECK(Run(fake, "runbook", {{"maxItemsPerSpace", 5}}).items.size() == 5);
  CHECK(Run(fake, "proxy", {{"path", "proxies"}}).items.size() == 1);
}

TEST_CASE("a record without Id is no reason to fail") {
  FakeOctopus fake({.spaces = 1});
  fake.upstream().Intercept([](const auto& request) -> std::optional<ServerResponse> {
    if (request.path != "/api/Spaces-1/things") return std::nullopt;
    return ServerResponse::OfJson(200, {{"TotalResults", 1}, {"Items", {{{"Name", "x"}}}}});
  });
  const KindRun run = Run(fake, "thing");
  CHECK(run.error.empty());
  CHECK(run.items.size() == 1);
}

TEST_CASE("spaces that the key may not read are skipped, and nothing is deleted because of them") {
  FakeOctopus fake;
  fake.site().Forbid("Spaces-2");
  const KindRun run = Run(fake, "project");
  CHECK(run.error.empty());
  CHECK(CountBySpace(run) == std::map<std::string, int>{{"Spaces-1", 4}, {"Spaces-3", 4}});
  REQUIRE(run.incomplete.size() == 1);
  CHECK_THAT(run.incomplete[0], Contains("/api/Spaces-2/projects") && Contains("403"));
}

TEST_CASE("a page that fails otherwise fails the kind") {
  const int status = GENERATE(404, 500);
  FakeOctopus fake;
  fake.upstream().FailNext(Method::kGet, "/api/Spaces-2/projects", 1,
                           ServerResponse::OfText(status, "no"));
  const KindRun run = Run(fake, "project");
  CHECK_THAT(run.error, Contains(std::to_string(status)));
}

TEST_CASE("refusals say what to check, and show no key") {
  const auto [status, advice] = GENERATE(table<int, std::string>(
      {{401, "check octopusApiKey"}, {403, "lacks a permission"}, {404, "check serverUrl"}}));
  FakeOctopus fake;
  fake.upstream().FailNext(Method::kGet, "/api/spaces", 1, ServerResponse::OfText(status, "no"));
  const KindRun run = Run(fake, "space");
  CHECK_THAT(run.error, Contains(advice) && !Contains("API-OF"));
}

TEST_CASE("a limit is waited for, as long as Octopus says") {
  FakeOctopus fake;
  auto limited = ServerResponse::OfText(429, "slow down");
  limited.headers.Add("Retry-After", "9");
  fake.upstream().FailNext(Method::kGet, "/api/Spaces-1/machines", 2, limited);
  CHECK(Run(fake, "machine").items.size() == 9);
}
