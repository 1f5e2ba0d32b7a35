#include "fixture/acme.hpp"
#include "ocean/base/text.hpp"
#include "ocean/run_conformance.hpp"
#include "ocean/testing/fake_upstream.hpp"

namespace ocean::testing {
namespace {

using Catch::Matchers::Contains;
using http::Method;
using http::ServerRequest;
using http::ServerResponse;

/// Five widgets on three pages, each with a part.
struct World {
  FakeUpstream acme;

  World() {
    acme.On(Method::kGet, "/widgets", [](const ServerRequest& request) {
      const auto start = ParseInt(request.QueryValue("next")).value_or(0);
      Json page = {{"widgets", Json::array()}};
      for (auto i = start; i < std::min<std::int64_t>(start + 2, 5); ++i) {
        page["widgets"].push_back({{"id", std::to_string(i)}});
      }
      if (start + 2 < 5) page["next"] = std::to_string(start + 2);
      return ServerResponse::OfJson(200, page);
    });
    acme.On(Method::kGet, "/widgets/{id}/parts", [](const ServerRequest& request) {
      return ServerResponse::OfJson(200, {{{"of", request.path_parameters.at("id")}}});
    });
    acme.Start();
  }

  ConformanceSubject Subject(std::function<void(Integration&)> setup = acme::SetUp) const {
    return {.folder = OCEAN_TEST_DIR "/fixture",
            .setup = std::move(setup),
            .config = {{"acmeHost", acme.url()}, {"acmeToken", "no-real-token"}},
            .upstream_url = acme.url()};
  }
};

/// An integration with the kinds of the spec, of which `widget` does as it is told.
std::function<void(Integration&)> With(
    const std::function<void(const http::Client&, ResyncContext&)>& widgets) {
  return [widgets](Integration& app) {
    const auto config = app.Config<acme::AcmeConfig>();
    const auto& client = app.Own<http::Client>(app.Http().Make({.base_url = config.acme_host}));
    app.Kind("widget", [&client, widgets](auto& ctx) { widgets(client, ctx); });
    app.Kind("part", [](auto&) {});
  };
}

PageRange Widgets(const http::Client& client) {
  return http::TokenPages(
      client, http::Request::Get("/widgets"),
      {.token_parameter = "next", .token_path = "next", .items_path = "widgets"});
}

std::string FindingsOf(const std::function<void(Integration&)>& setup) {
  const World world;
  return Join(CheckKind(world.Subject(setup), "widget"), "\n");
}

}  // namespace

TEST_CASE("an integration as it should be conforms", "[conformance]") {
  const World world;
  RunConformance(world.Subject());
}

TEST_CASE("failures that are swallowed are found", "[conformance]") {
  CHECK_THAT(FindingsOf(With([](const http::Client& client, ResyncContext& ctx) {
               try {
                 ctx.EmitAll(Widgets(client));
               } catch (const Error& error) {
                 ctx.Log().Error(error.what());
               }
             })),
             Contains("a 500 to request 3 is taken for the end") &&
                 Contains("a 500 to request 2 is taken for the end") &&
                 Contains("a page that comes again is taken for the end"));
}

TEST_CASE("a request that outlasts its run is found", "[conformance]") {
  CHECK_THAT(FindingsOf(With([](const http::Client& client, ResyncContext& ctx) {
               for (Batch& page : Widgets(client)) ctx.Emit(std::move(page));
             })),
             Contains("a stop does not end it while request 1 is on its way"));
}

TEST_CASE("a walk without end is found", "[conformance]") {
  CHECK_THAT(FindingsOf(With([](const http::Client& client, ResyncContext& ctx) {
               std::string next = "0";
               while (!next.empty()) {
                 const Json page = client.GetJson("/widgets", {{"next", next}});
                 ctx.Emit(Batch(std::vector<Json>(page["widgets"].begin(), page["widgets"].end())));
                 next = GetString(page, "next");
               }
             })),
             Contains("asked for without end"));
}

TEST_CASE("a kind that gives nothing is found", "[conformance]") {
  CHECK(FindingsOf(With([](const http::Client&, ResyncContext&) {})) ==
        "widget: there is nothing to read");
}

TEST_CASE("kinds that are declared but not registered are found", "[conformance]") {
  const World world;
  const auto findings = CheckDeclarations(
      world.Subject([](Integration& app) { app.Kind("part", [](ResyncContext&) {}); }));
  CHECK_THAT(Join(findings, "\n"),
             Contains("the spec has the kinds part, widget; registered are part"));
}

}  // namespace ocean::testing
