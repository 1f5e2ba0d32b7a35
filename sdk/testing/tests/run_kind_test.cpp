#include "ocean/testing/run_kind.hpp"

#include <cstdlib>
#include <set>
#include <string>

#include "fixture/acme.hpp"
#include "ocean/catch.hpp"
#include "ocean/error_of.hpp"
#include "ocean/testing/fake_upstream.hpp"
#include "ocean/testing/temp_dir.hpp"

namespace ocean::testing {
namespace {

using http::Method;
using http::ServerRequest;
using http::ServerResponse;

const std::string kFixture = std::string(OCEAN_TEST_DIR) + "/fixture";

/// Acme with widgets a, b and c, each with one part.
struct FakeAcme {
  FakeAcme() {
    upstream.On(Method::kGet, "/widgets", [](const ServerRequest& request) {
      if (request.QueryValue("next") == "2") {
        return ServerResponse::OfJson(200, {{"widgets", {{{"id", "c"}}}}});
      }
      return ServerResponse::OfJson(200,
                                    {{"widgets", {{{"id", "a"}}, {{"id", "b"}}}}, {"next", "2"}});
    });
    upstream.On(Method::kGet, "/widgets/{id}/parts", [](const ServerRequest& request) {
      return ServerResponse::OfJson(
          200, Json::array({{{"id", "part of " + request.path_parameters.at("id")}}}));
    });
    upstream.Start();
  }

  Json Config() const { return {{"acmeHost", upstream.url()}, {"acmeToken", "t0ken-of-the-test"}}; }
  KindRun Run(const std::string& kind, const Json& selector = Json::object()) const {
    return RunKind(kFixture, Config(), acme::SetUp, kind, selector);
  }

  FakeUpstream upstream;
};

TEST_CASE("items and pages of a kind are collected") {
  const FakeAcme acme;
  const KindRun run = acme.Run("widget");
  CHECK(run.items == std::vector<Json>{{{"id", "a"}}, {{"id", "b"}}, {{"id", "c"}}});
  CHECK(run.pages == 2);
  CHECK(run.incomplete.empty());
  CHECK(run.error.empty());
  CHECK_FALSE(run.error_kind.has_value());
  CHECK(acme.upstream.Unplanned().empty());
}

TEST_CASE("pages of parallel work are collected") {
  const KindRun run = FakeAcme().Run("part");
  std::set<std::string> ids;
  for (const Json& item : run.items) ids.insert(item.at("id"));
  CHECK(ids == std::set<std::string>{"part of a", "part of b", "part of c"});
  CHECK(run.pages == 3);
  REQUIRE_FALSE(run.log.empty());
  CHECK(run.log.back().message == "parts are read");
}

TEST_CASE("what could not be read is in the result, and what could is too") {
  FakeAcme acme;
  acme.upstream.FailNext(Method::kGet, "/widgets/b/", 1, ServerResponse::OfText(404, "gone"));
  const KindRun run = acme.Run("part");
  CHECK(run.error.empty());
  CHECK(run.items.size() == 2);
  REQUIRE(run.incomplete.size() == 1);
  CHECK(run.incomplete[0].find("404") != std::string::npos);
}

TEST_CASE("an error of the handler is in the result with its kind") {
  FakeAcme acme;
  acme.upstream.FailNext(Method::kGet, "/widgets", 1, ServerResponse::OfText(401, "who?"));
  const KindRun run = acme.Run("widget");
  CHECK(run.error.find("401") != std::string::npos);
  CHECK(run.error_kind == ErrorKind::kAuth);
  CHECK(run.items.empty());
}

TEST_CASE("waiting for a retry takes no time") {
  FakeAcme acme;
  ServerResponse limited = ServerResponse::OfText(429, "slowly");
  limited.headers.Add("Retry-After", "300");
  acme.upstream.FailNext(Method::kGet, "/widgets", 3, limited);
  CHECK(acme.Run("widget").items.size() == 3);
}

TEST_CASE("the selector is checked and passed on") {
  const FakeAcme acme;
  CHECK(acme.Run("widget", {{"color", "red"}}).error.empty());
  CHECK(acme.upstream.Requests().at(0).QueryValue("color") == "red");
  const KindRun run = acme.Run("widget", {{"colour", "red"}});
  CHECK(run.error_kind == ErrorKind::kConfig);
  CHECK(run.error.find("selector.colour") != std::string::npos);
}

TEST_CASE("a wrong configuration and an unknown kind are errors of the test") {
  const std::string message =
      ErrorOf([] { RunKind(kFixture, {{"acmeHost", "nonsense"}}, acme::SetUp, "widget"); });
  CHECK(message.substr(0, 8) == "config: ");
  CHECK(message.find("acme_host") != std::string::npos);
  CHECK(message.find("acme_token") != std::string::npos);
  CHECK(ErrorOf([] { FakeAcme().Run("gadget"); }) ==
        "config: there is no kind \"gadget\"; registered are: part, widget");
}

TEST_CASE("a developer's own settings have no say") {
  const TempDir folder;
  std::filesystem::copy(kFixture + "/.port", folder / ".port");
  folder.Write("config.yaml", "integration: {config: {pageSize: 77}}\n");
  folder.Write(".env", "OCEAN__INTEGRATION__CONFIG__PAGE_SIZE=88\n");
  setenv("OCEAN__INTEGRATION__CONFIG__PAGE_SIZE", "99", 1);
  const FakeAcme acme;
  RunKind(folder.path().string(), acme.Config(), acme::SetUp, "widget");
  unsetenv("OCEAN__INTEGRATION__CONFIG__PAGE_SIZE");
  CHECK(acme.upstream.Requests().at(0).QueryValue("limit") == "2");
}

TEST_CASE("the log masks the secrets of the configuration") {
  const FakeAcme acme;
  const KindRun run = RunKind(
      kFixture, acme.Config(),
      [](Integration& app) {
        app.Kind("leak", [](ResyncContext& ctx) { ctx.Log().Info("it is t0ken-of-the-test"); });
      },
      "leak");
  REQUIRE(run.log.size() == 1);
  CHECK(run.log[0].message == "it is ***");
}

TEST_CASE("other exceptions of a handler are in the result too") {
  const FakeAcme acme;
  const KindRun run = RunKind(
      kFixture, acme.Config(),
      [](Integration& app) {
        app.Kind("wrong", [](ResyncContext&) { throw std::runtime_error("oops"); });
      },
      "wrong");
  CHECK(run.error == "oops");
  CHECK_FALSE(run.error_kind.has_value());
}

}  // namespace
}  // namespace ocean::testing
