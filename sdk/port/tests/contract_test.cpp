/// Every call of the client against the embedded catalog, behind a gate that knows what Port would refuse.

#include "ocean/base/error.hpp"
#include "ocean/base/text.hpp"
#include "ocean/catch.hpp"
#include "ocean/port/client.hpp"
#include "ocean/testing/strict_port.hpp"

namespace ocean::port {
namespace {

const char* const kBlueprint = R"({
  "identifier": "thing", "title": "Thing", "icon": "Box", "description": "A thing",
  "schema": {"properties": {"name": {"type": "string"}}, "required": []},
  "relations": {"parent": {"target": "thing", "many": false, "required": false}}})";

const char* const kMapping = R"({
  "deleteDependentEntities": true, "createMissingRelatedEntities": true, "enableMergeEntity": true, "entityDeletionThreshold": 0.9,
  "resources": [{"kind": "thing", "selector": {"query": "true"},
                 "port": {"entity": {"mappings": {"identifier": ".id", "blueprint": "\"thing\""}}}}]})";

Json Registration() {
  return {{"config", ParseJson(kMapping)},
          {"changelogDestination", Json::object()},
          {"actionsProcessingEnabled", false},
          {"incrementalSyncEnabled", false},
          {"createPortResourcesOrigin", "Default"}};
}

Entity Thing(const std::string& identifier, Json parent = nullptr) {
  return {"thing",
          identifier,
          {{"identifier", identifier},
           {"blueprint", "thing"},
           {"title", "Thing " + identifier},
           {"team", Json::array()},
           {"properties", {{"name", nullptr}}},
           {"relations", {{"parent", std::move(parent)}}}}};
}

/// A client of a strict Port, with nothing in it yet.
struct Scene {
  testing::StrictPort port;
  Client client{
      {.base_url = port.url(),
       .client_id = "id",
       .client_secret = Secret("secret"),
       .identity = {"test", "1.0.0", "my-test"}},
      {.transport = http::MakeCurlTransport(), .clock = Clock::System(), .logger = Logger::Null()}};

  ~Scene() { CHECK_THAT(Join(port.Violations(), "\n"), Catch::Matchers::Equals("")); }
  /// How the last request went, as it was sent.
  http::ServerRequest Last() const { return port.Requests().back(); }
};

TEST_CASE("contract: the account") {
  Scene scene;
  scene.client.Authenticate();
  const Organization organization = scene.client.GetOrganization();
  CHECK_FALSE(organization.id.empty());
  CHECK_FALSE(organization.Has("NO_SUCH_FLAG"));
  CHECK(scene.client.GetProvisionedTypes().empty());
  CHECK_THROWS_AS(scene.client.GetKafkaCredentials(), Error);
}

TEST_CASE("contract: the integration") {
  Scene scene;
  Client& client = scene.client;
  CHECK_FALSE(client.GetIntegration());
  CHECK(GetString(client.CreateIntegration(Registration()), "installationId") == "my-test");
  CHECK(scene.Last().query.empty());
  CHECK(client.PatchIntegration({{"processingMode", "ocean-core"}}).at("processingMode") ==
        "ocean-core");
  client.PatchIntegrationConfig(ParseJson(kMapping), true);
  CHECK_FALSE(client.GetResyncRequest());
  client.PatchIntegrationConfig(ParseJson(kMapping));
  CHECK(client.GetResyncRequest());
  CHECK(client.ReportResyncStarted(
      Clock::System().Now(), ResyncSchedule{Clock::System().Now(), std::chrono::minutes(60)}));
  for (const char* status : {"completed", "failed", "aborted"})
    client.ReportResyncEnded(status, Clock::System().Now(), std::nullopt);
  client.PostKindExamples("a kind", {{{"id", 1}}});
  CHECK(scene.Last().path == "/v1/integration/my-test/kinds/a kind/examples");
  client.DeleteIntegration();
  CHECK_FALSE(client.GetIntegration());
  client.CreateIntegration(Registration(), true);
  CHECK(scene.Last().QueryValue("integration_modes") == "create_resources");
}

TEST_CASE("contract: logs and metrics") {
  Scene scene;
  Client& client = scene.client;
  const Json integration = client.CreateIntegration(Registration());
  const auto url = [&](const char* what) { return GetString(Get(integration, what), "ingestUrl"); };
  client.PostLogs(url("logAttributes"), {{{"message", "m"},
                                          {"level", "INFO"},
                                          {"timestamp", "2026-01-01T00:00:00.000000Z"},
                                          {"extra", Json::object()}}});
  const Json metric = {{"integrationType", "test"},
                       {"installationType", "OnPrem"},
                       {"executionMode", "single_process"},
                       {"integrationIdentifier", "my-test"},
                       {"integrationVersion", "1.0.0"},
                       {"oceanVersion", "1"},
                       {"kindIdentifier", "thing-0"},
                       {"kind", "thing"},
                       {"kindIndex", 0},
                       {"eventId", "run-1"},
                       {"syncState", "pending"},
                       {"blueprint", "\"thing\""},
                       {"metrics", Json::object()}};
  client.PostSyncMetrics(url("metricAttributes"), Json::array({metric}));
  client.PutKindMetrics(url("metricAttributes"), metric);
  CHECK(scene.Last().path.ends_with("/syncMetrics/resync/run-1/kind/thing-0"));
  client.PostHeartbeat(url("metricAttributes"), "run-1");
}

TEST_CASE("contract: blueprints and what is around them") {
  Scene scene;
  Client& client = scene.client;
  CHECK_FALSE(client.GetBlueprint("thing"));
  client.CreateBlueprint(ParseJson(kBlueprint));
  client.PatchBlueprint("thing", ParseJson(kBlueprint));
  CHECK(GetString(*client.GetBlueprint("thing"), "title") == "Thing");
  client.CreateScorecard("thing", {{"identifier", "s"}, {"title", "S"}, {"rules", Json::array()}});
  client.CreatePage({{"identifier", "p"}, {"title", "P"}});
  client.CreateAction({{"identifier", "a"}, {"title", "A"}});
  client.DeleteBlueprint("thing");
  CHECK_FALSE(client.GetBlueprint("thing"));
  client.CreateBlueprint(ParseJson(kBlueprint));
  const std::string migration = client.DeleteBlueprintWithEntities("thing");
  CHECK_FALSE(client.GetMigrationStatus(migration).empty());
}

TEST_CASE("contract: entities") {
  Scene scene;
  Client& client = scene.client;
  client.CreateBlueprint(ParseJson(kBlueprint));
  std::vector<Entity> things;
  for (int i = 0; i < 45; ++i) things.push_back(Thing("Ünï=" + std::to_string(i)));
  things.push_back(Thing("child", "Ünï=3"));
  for (const UpsertResult& result : client.Upsert(things, {.event = {"resync", "run-1"}}, {}))
    CHECK(result.outcome == UpsertOutcome::kCreated);
  CHECK(client.FindOwned("thing", {"child", "nobody"}, {"identifier", "relations.parent"}, {})
            .size() == 1);
  CHECK(client.FindExisting("thing", {"child", "nobody"}, {}) == std::vector<std::string>{"child"});
  std::size_t owned = 0;
  client.ForEachOwned(Clock::System().Now() + std::chrono::hours(1), 20,
                      [&](std::vector<OwnedEntity>&& page) { return owned += page.size(), true; },
                      {});
  CHECK(owned == things.size());
  CHECK(client
            .Delete("thing", std::vector<std::string>{"child", "Ünï=4"}, true, {"http_request", ""},
                    {})
            .size() == 2);
}

TEST_CASE("contract: an entity that a search finds, and single upserts after a 413") {
  Scene scene;
  Client& client = scene.client;
  client.CreateBlueprint(ParseJson(kBlueprint));
  client.Upsert(std::vector<Entity>{Thing("a")}, {}, {});
  const Json by_title = ParseJson(
      R"({"combinator":"and","rules":[{"property":"$title","operator":"=","value":"Thing a"}]})");
  Entity found = Thing("", by_title);
  found.body["identifier"] = by_title;
  const auto resolved = client.Upsert(std::vector<Entity>{found}, {}, {});
  CHECK(resolved.front().identifier == "a");
  scene.port.FailNext(http::Method::kPost, "/v1/blueprints/thing/entities/bulk", 1,
                      http::ServerResponse::OfJson(413, {{"ok", false}}));
  const auto results = client.Upsert(std::vector<Entity>{Thing("a"), Thing("b")}, {}, {});
  CHECK(results[0].outcome == UpsertOutcome::kUpdated);
  CHECK(results[1].outcome == UpsertOutcome::kCreated);
}

}  // namespace
}  // namespace ocean::port
