#include "src/webhook.hpp"
#include "ocean/catch.hpp"
#include "ocean/error_of.hpp"
#include "ocean/testing/capture_log.hpp"
#include "ocean/testing/live_program.hpp"
#include "ocean/testing/manual_clock.hpp"
#include "upstream/fake_octopus.hpp"

using ocean::EventResult;
using ocean::Json;
using ocean::LogLevel;
using ocean::http::Method;
using ocean::http::ServerResponse;
using octopus::upstream::FakeOctopus;

namespace {

constexpr auto kSecret = "a secret between Octopus and us";
constexpr auto kHeader = "X-Ocean-Webhook-Secret";

Json Related(const Json& ids, const std::string& category = "Modified") {
  return {{"Id", "Events-1"},
          {"Category", category},
          {"SpaceId", "Spaces-1"},
          {"RelatedDocumentIds", ids}};
}

Json Deleted(const std::string& id) {
  Json event = Related({"Environments-3"}, "Deleted");
  event["ChangeDetails"] = {{"DocumentContext", {{"Id", id}}}};
  return event;
}

Json BodyOf(const Json& event) {
  return {{"EventType", "SubscriptionPayload"}, {"Payload", {{"Event", event}}}};
}

/// A server, its processor, and what it says.
struct Desk {
  FakeOctopus server;
  ocean::testing::ManualClock clock;
  ocean::testing::CaptureLog log;
  octopus::OctopusClient client{
      {.server_url = server.url(), .octopus_api_key = ocean::Secret("API-OF-NO-VALUE-AT-ALL")},
      {.transport = ocean::http::MakeCurlTransport(), .clock = clock, .logger = log.logger()}};
  octopus::SubscriptionWebhook processor{client, ocean::Secret()};

  static ocean::WebhookEvent Event(const Json& body) {
    return {.body = body, .headers = {}, .received_at = {}};
  }
  std::vector<std::string> Kinds(const Json& event) const {
    return processor.Kinds(Event(BodyOf(event)));
  }
  EventResult Handle(const Json& body, const std::string& kind) const {
    ocean::EventContext ctx{.kind = kind, .stop = {}, .logger = log.logger()};
    return processor.HandleResource(Event(body), Json::object(), ctx);
  }
};

}  // namespace

TEST_CASE("an event is about documents of several kinds, and of each once") {
  Desk desk;
  const Json event =
      Related({"Deployments-1", "Projects-1", "Releases-1", "Environments-3", "Projects-2"});
  CHECK(desk.Kinds(event) == std::vector<std::string>{"deployment", "project", "release"});
  const EventResult projects = desk.Handle(BodyOf(event), "project");
  REQUIRE(projects.updated.size() == 2);
  CHECK(projects.updated[0].at("Id") == "Projects-1");
  CHECK(projects.updated[0].at("__url") ==
        desk.server.url() + "/app#/Spaces-1/projects/Projects-1");
  CHECK(desk.server.upstream().CountOf(Method::kGet, "/api/Spaces-1/projects/Projects-1") == 1);
  CHECK(desk.Kinds(Related({"Environments-3", 7})).empty());
}

TEST_CASE("a space is asked for where spaces are") {
  Desk desk;
  const EventResult result = desk.Handle(BodyOf(Related({"Spaces-2"})), "space");
  REQUIRE(result.updated.size() == 1);
  CHECK(result.updated[0].at("__url") == desk.server.url() + "/app#/Spaces-2");
  CHECK(desk.server.upstream().CountOf(Method::kGet, "/api/spaces/Spaces-2") == 1);
}

TEST_CASE("a document of a digest is asked for once") {
  Desk desk;
  const Json digest = {
      {"EventType", "SubscriptionPayload"},
      {"Payload",
       {{"BatchId", "b-1"},
        {"Events", {Related({"Machines-1", "Projects-1"}), Related({"Machines-1"})}}}}};
  CHECK(desk.processor.DeliveryId(Desk::Event(digest)) == "b-1");
  CHECK(desk.Handle(digest, "machine").updated.size() == 1);
  CHECK(desk.server.upstream().CountOf(Method::kGet, "/api/Spaces-1/machines/Machines-1") == 1);
}

TEST_CASE("what was deleted, and what is not there any more, leaves the catalog") {
  Desk desk;
  const std::vector<Json> gone = {{{"Id", "Projects-1"}}};
  CHECK(desk.Kinds(Deleted("Projects-1")) == std::vector<std::string>{"project"});
  CHECK(desk.Handle(BodyOf(Deleted("Projects-1")), "project").deleted == gone);
  CHECK(desk.server.upstream().Requests().empty());
  CHECK(desk.Kinds(Deleted("Environments-3")).empty());
  desk.server.site().Delete("Spaces-1", "projects", "Projects-1");
  CHECK(desk.Handle(BodyOf(Related({"Projects-1"})), "project").deleted == gone);
}

TEST_CASE(
    "a document that is refused is told and holds up no other; a server that fails is asked "
    "again") {
  Desk desk;
  const Json body = BodyOf(Related({"Projects-1", "Projects-2"}));
  const std::string path = "/api/Spaces-1/projects/Projects-1";
  desk.server.upstream().FailNext(Method::kGet, path, 1, ServerResponse::OfText(403, "no"));
  const EventResult result = desk.Handle(body, "project");
  CHECK(result.updated.size() == 1);
  CHECK(result.deleted.empty());
  CHECK(desk.log.Has(LogLevel::kWarning, "Projects-1 is left as it is"));
  desk.server.upstream().FailNext(Method::kGet, path, 1, ServerResponse::OfText(500, "no"));
  CHECK_THROWS_AS(desk.Handle(body, "project"), ocean::Error);
}

TEST_CASE("an event without its space is refused, and what is no event is none") {
  Desk desk;
  Json event = Related({"Projects-1"});
  event.erase("SpaceId");
  CHECK(ocean::testing::ErrorOf([&] { desk.processor.Validate(Desk::Event(BodyOf(event))); }) ==
        "permanent: an event of Octopus without SpaceId");
  CHECK_FALSE(desk.processor.Matches(Desk::Event({{"EventType", "Ping"}})));
}

namespace {

constexpr auto kUrl = "https://ocean.example.com/integration/webhook";

std::vector<Json> SubscriptionsOf(FakeOctopus& server, const std::string& space) {
  const Json page = server.site().Page(space, "subscriptions", {.take = 200});
  return {page.at("Items").begin(), page.at("Items").end()};
}

struct House : private Desk, ocean::testing::Installation {
  House() : Installation(OCEAN_INTEGRATION_PROGRAM, OCEAN_INTEGRATION_DIR, server.Config()) {}
  using Desk::server;
};

}  // namespace

TEST_CASE("each space has one subscription, with the secret, brought in line where it is not") {
  House house;
  auto& site = house.server.site();
  for (int i = 0; i < 60; ++i) site.Create("Spaces-2", "subscriptions", {{"Name", "another"}});
  site.Create("Spaces-2", "subscriptions",
              {{"IsDisabled", true}, {"EventNotificationSubscription", {{"WebhookURI", kUrl}}}});
  const auto in_line = [&](const std::string& space, std::size_t count) {
    const auto subscriptions = SubscriptionsOf(house.server, space);
    if (subscriptions.size() != count) return false;
    const Json& ours = subscriptions.back();
    const Json& notification = ocean::Get(ours, "EventNotificationSubscription");
    return ocean::Get(ours, "IsDisabled") == false &&
           ocean::GetString(notification, "WebhookURI") == kUrl &&
           ocean::GetString(notification, "WebhookHeaderKey") == kHeader &&
           ocean::GetString(notification, "WebhookHeaderValue") == kSecret;
  };
  for (int start = 0; start < 2; ++start) {
    ocean::testing::LiveProgram program(house,
                                        {{"OCEAN__INTEGRATION__CONFIG__WEBHOOK_SECRET", kSecret}});
    CHECK(program.Becomes([&](const auto&) {
      return in_line("Spaces-1", 1) && in_line("Spaces-2", 61) && in_line("Spaces-3", 1);
    }));
  }
}

TEST_CASE("a space whose subscriptions are refused holds up no other") {
  House house;
  house.server.site().Forbid("Spaces-1");
  ocean::testing::LiveProgram program(house);
  CHECK(program.Becomes(
      [&](const auto&) { return SubscriptionsOf(house.server, "Spaces-3").size() == 1; }));
}

TEST_CASE("events of every kind reach the catalog, and those that nobody vouches for do not") {
  House house;
  auto& site = house.server.site();
  ocean::testing::LiveProgram program(house,
                                      {{"OCEAN__INTEGRATION__CONFIG__WEBHOOK_SECRET", kSecret}});
  int deliveries = 0;
  const auto deliver = [&](Json event, const std::string& secret = kSecret) {
    event["Id"] = "Events-" + std::to_string(++deliveries);
    return program.Post("/webhook", ocean::DumpJson(BodyOf(event)), {{kHeader, secret}});
  };
  const auto [id, entity] = GENERATE(
      table<std::string, std::string>({{"Spaces-1", "octopusSpace/Spaces-1"},
                                       {"Projects-1", "octopusProject/Projects-1"},
                                       {"Releases-1", "octopusRelease/Releases-1"},
                                       {"Deployments-1", "octopusDeployment/Deployments-1"},
                                       {"Machines-1", "octopusMachine/Machines-1"}}));
  const std::string key = entity;
  CHECK(deliver(Deleted(id), "a guess") == 401);
  CHECK(deliver(Deleted(id)) == 200);
  CHECK(program.Becomes([&](const auto& content) { return !content.contains(key); }));
  CHECK(deliver(Related({id})) == 200);
  CHECK(program.Becomes([&](const auto& content) { return content.contains(key); }));
  if (id != "Projects-1") return;
  site.Edit("Spaces-1", "projects", id, {{"Name", "renamed"}});
  CHECK(deliver(Related({id})) == 200);
  CHECK(program.Becomes(
      [&](const auto& content) { return content.at(key).at("title") == "renamed"; }));
}
