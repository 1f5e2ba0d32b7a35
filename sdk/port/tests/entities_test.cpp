#include "ocean/base/error.hpp"
#include "ocean/catch.hpp"
#include "port_fixture.hpp"

namespace ocean::port {
namespace {

const char* const kBulk = "/v1/blueprints/issue/entities/bulk";

Entity Issue(const std::string& identifier, std::size_t padding = 0) {
  return {"issue",
          identifier,
          {{"identifier", identifier},
           {"blueprint", "issue"},
           {"properties", {{"text", std::string(padding, 'x')}, {"none", nullptr}}}}};
}

std::vector<Entity> Issues(int count) {
  std::vector<Entity> issues;
  for (int i = 0; i < count; ++i) issues.push_back(Issue("A-" + std::to_string(i)));
  return issues;
}

/// Takes everything: even indexes are new.
http::ServerResponse TakeAll(const http::ServerRequest& request) {
  Json answer = {{"ok", true}, {"entities", Json::array()}, {"errors", Json::array()}};
  std::size_t index = 0;
  const Json body = request.ParseBody();
  for (const Json& entity : body["entities"]) {
    answer["entities"].push_back(
        {{"identifier", entity["identifier"]}, {"index", index}, {"created", index % 2 == 0}});
    ++index;
  }
  return http::ServerResponse::OfJson(200, answer);
}

TEST_CASE("entities go in batches of twenty, with the event in the query") {
  PortFixture port;
  port.fake.On(http::Method::kPost, kBulk, TakeAll);
  Client& client = port.Start();
  const auto results = client.Upsert(
      Issues(45),
      {.merge = true, .create_missing_related_entities = false, .event = {"resync", "run-1"}}, {});
  REQUIRE(results.size() == 45);
  CHECK(results[0].outcome == UpsertOutcome::kCreated);
  CHECK(results[1].outcome == UpsertOutcome::kUpdated);
  const auto requests = port.Requests();
  REQUIRE(requests.size() == 3);
  CHECK(requests[2].ParseBody()["entities"].size() == 5);
  CHECK(http::EncodeQuery(requests[0].query) ==
        "upsert=true&merge=true&create_missing_related_entities=false&validation_only=false&ocean_"
        "info_event_type=resync&ocean_info_resync_id=run-1");
  CHECK_THAT(requests[0].body, Catch::Matchers::Contains(R"("none":null)"));
  CHECK(requests[0].headers.Get("User-Agent") == "port-ocean/jira/1.2.3/my-jira/exporter");
}

TEST_CASE("a batch is cut by its real bytes, and one huge entity goes alone") {
  PortFixture port;
  port.fake.On(http::Method::kPost, kBulk, TakeAll);
  ClientOptions options;
  options.upsert_batch_bytes = 2000;
  Client& client = port.Start(std::move(options));
  const std::vector<Entity> entities = {Issue("a", 100), Issue("b", 5000), Issue("c", 700),
                                        Issue("d", 700), Issue("e", 700)};
  client.Upsert(entities, {}, {});
  std::vector<std::size_t> sizes;
  for (const auto& request : port.Requests())
    sizes.push_back(request.ParseBody()["entities"].size());
  CHECK(sizes == std::vector<std::size_t>{1, 1, 2, 1});
}

TEST_CASE("one entity twice is sent twice, so that the last wins") {
  PortFixture port;
  port.fake.On(http::Method::kPost, kBulk, TakeAll);
  Client& client = port.Start();
  client.Upsert(std::vector<Entity>{Issue("a"), Issue("b"), Issue("a", 1)}, {}, {});
  const auto requests = port.Requests();
  REQUIRE(requests.size() == 2);
  CHECK(requests[1].ParseBody()["entities"][0]["properties"]["text"] == "x");
}

TEST_CASE("each entity has its own result") {
  PortFixture port;
  port.fake.OnJson(
      http::Method::kPost, kBulk,
      ParseJson(R"({"ok":true,"entities":[{"identifier":"A-0","index":0,"created":true}],
                     "errors":[{"identifier":"A-1","index":1,"statusCode":404,"error":"not_found","message":"no parent"},
                               {"identifier":"unknown","index":2,"statusCode":422,"error":"invalid","message":"bad"},
                               {"identifier":"A-3","index":3,"statusCode":503,"error":"busy","message":"later"}]})"),
      207);
  Client& client = port.Start();
  const auto results = client.Upsert(Issues(5), {}, {});
  CHECK(results[0].outcome == UpsertOutcome::kCreated);
  CHECK(results[1].failure == FailureClass::kDependency);
  CHECK(results[1].message == "404 not_found: no parent");
  CHECK(results[2].failure == FailureClass::kPermanent);
  CHECK(results[3].failure == FailureClass::kTransient);
  CHECK(results[4].outcome == UpsertOutcome::kFailed);
  CHECK(results[4].message == "Port did not say what became of it");
}

TEST_CASE("a batch that is too large is sent one by one") {
  PortFixture port;
  port.fake.OnJson(http::Method::kPost, kBulk, {{"ok", false}}, 413);
  port.fake.OnSequence(
      http::Method::kPost, "/v1/blueprints/issue/entities",
      {http::ServerResponse::OfJson(201, {{"ok", true}, {"entity", {{"identifier", "A-0"}}}}),
       http::ServerResponse::OfJson(200, {{"ok", true}, {"entity", {{"identifier", "A-1"}}}}),
       http::ServerResponse::OfJson(422,
                                    {{"ok", false}, {"error", "invalid"}, {"message", "bad"}})});
  Client& client = port.Start();
  const auto results = client.Upsert(Issues(3), {}, {});
  CHECK(results[0].outcome == UpsertOutcome::kCreated);
  CHECK(results[1].outcome == UpsertOutcome::kUpdated);
  CHECK(results[2].outcome == UpsertOutcome::kFailed);
  CHECK(results[2].failure == FailureClass::kPermanent);
}

TEST_CASE("a request that fails fails its entities and not the others") {
  PortFixture port;
  port.fake.On(http::Method::kPost, kBulk, TakeAll);
  Client& client = port.Start();
  port.fake.FailNext(http::Method::kPost, kBulk, 1,
                     http::ServerResponse::OfJson(500, {{"ok", false}}));
  const auto results = client.Upsert(Issues(21), {}, {});
  CHECK(results[0].outcome == UpsertOutcome::kFailed);
  CHECK(results[0].failure == FailureClass::kTransient);
  CHECK(results[20].outcome == UpsertOutcome::kCreated);
}

TEST_CASE("deletion goes in batches of a hundred and tells what is gone") {
  PortFixture port;
  port.fake.On(http::Method::kPost, "/v1/blueprints/issue/bulk/entities/delete",
               [](const http::ServerRequest& request) {
                 return http::ServerResponse::OfJson(
                     200, {{"ok", true}, {"deletedEntities", request.ParseBody()["entities"]}});
               });
  Client& client = port.Start();
  std::vector<std::string> identifiers;
  for (int i = 0; i < 150; ++i) identifiers.push_back(std::to_string(i));
  CHECK(client.Delete("issue", identifiers, true, {"http_request", ""}, {}).size() == 150);
  const auto requests = port.Requests();
  REQUIRE(requests.size() == 2);
  CHECK(http::EncodeQuery(requests[0].query) ==
        "delete_dependents=true&ocean_info_event_type=http_request");
}

TEST_CASE("deletions are split as the options say") {
  PortFixture port;
  std::vector<std::size_t> sizes;
  port.fake.On(http::Method::kPost, "/v1/blueprints/issue/bulk/entities/delete",
               [&](const http::ServerRequest& request) {
                 sizes.push_back(Get(request.ParseBody(), "entities").size());
                 return http::ServerResponse::OfJson(200, {{"deletedEntities", Json::array()}});
               });
  ClientOptions options;
  options.delete_batch_entities = 60;
  const std::vector<std::string> identifiers(150, "id");
  CHECK(port.Start(options).Delete("issue", identifiers, true, {}, {}).empty());
  CHECK(sizes == std::vector<std::size_t>{60, 60, 30});
}

TEST_CASE("the search asks for our own entities, with the fields to compare") {
  PortFixture port;
  port.fake.OnJson(http::Method::kPost, "/v1/entities/search",
                   ParseJson(R"({"ok":true,"entities":[{"identifier":"a"}]})"));
  Client& client = port.Start();
  CHECK(client.FindOwned("issue", {"a", "b"}, {"identifier", "properties.url"}, {}).size() == 1);
  CHECK(client.FindOwned("issue", {"a"}, std::vector<std::string>(500, "properties.long_name"), {})
            .size() == 1);
  const auto requests = port.Requests();
  CHECK(http::EncodeQuery(requests[0].query) ==
        "exclude_calculated_properties=true&include=identifier&include=properties.url");
  CHECK(
      requests[0].body ==
      R"({"combinator":"and","rules":[{"property":"$identifier","operator":"in","value":["a","b"]},{"property":"$blueprint","operator":"=","value":"issue"},)"
      R"({"property":"$datasource","operator":"contains","value":"port-ocean/jira/"},{"property":"$datasource","operator":"contains","value":"/my-jira/exporter"}]})");
  CHECK(http::EncodeQuery(requests[1].query) == "exclude_calculated_properties=true");
}

TEST_CASE("the listing follows its cursor to the end, and a repeated one is an error") {
  PortFixture port;
  const auto page = [](const char* id, Json next) {
    return http::ServerResponse::OfJson(
        200, {{"ok", true},
              {"entities", Json::array({{{"identifier", id}, {"blueprint", "issue"}}})},
              {"next", std::move(next)}});
  };
  port.fake.OnSequence(http::Method::kPost, "/v1/blueprints/entities/datasource-entities",
                       {page("a", "c1"), page("b", nullptr), page("x", "c1"), page("y", "c1")});
  Client& client = port.Start();
  std::vector<std::string> seen;
  const auto collect = [&](std::vector<OwnedEntity>&& entities) {
    for (auto& entity : entities) seen.push_back(entity.identifier);
    return true;
  };
  client.ForEachOwned(port.clock.Now(), 5000, collect, {});
  CHECK(seen == std::vector<std::string>{"a", "b"});
  const auto requests = port.Requests();
  CHECK(
      requests[0].body ==
      R"({"datasource_prefix":"port-ocean/jira/","datasource_suffix":"/my-jira/exporter","limit":5000,"before":"2026-01-01T00:00:00.000+00:00"})");
  CHECK(requests[1].ParseBody()["from"] == "c1");
  CHECK_THROWS_WITH(client.ForEachOwned(std::nullopt, 1, collect, {}),
                    Catch::Matchers::Contains("repeats its cursor"));
}

TEST_CASE("an answer without its list is an error and never an empty one") {
  PortFixture port;
  port.fake.OnJson(http::Method::kPost, "/v1/entities/search", {{"ok", true}});
  port.fake.OnJson(http::Method::kPost, "/v1/blueprints/entities/datasource-entities",
                   {{"ok", true}});
  Client& client = port.Start();
  CHECK_THROWS_AS(client.FindOwned("issue", {"a"}, {}, {}), Error);
  CHECK_THROWS_AS(client.ForEachOwned(std::nullopt, 1, [](auto&&) { return true; }, {}), Error);
}

}  // namespace
}  // namespace ocean::port
