/// A whole integration against a strict Port: the order of its calls, and what it makes of Port's faults.

#include <atomic>
#include <csignal>
#include <fstream>
#include <iterator>

#include "ocean/base/json.hpp"
#include "ocean/catch.hpp"
#include "ocean/http/server.hpp"
#include "ocean/testing/process.hpp"
#include "wire_scene.hpp"

namespace ocean::app {
namespace {

using Catch::Matchers::Contains;
using testing::Process;
using testing::ProcessResult;

using Calls = std::vector<std::string>;

/// Asked for once Port knows that a resync runs, and at its end.
constexpr auto kListing = "/v1/blueprints/entities/datasource-entities";

const Calls kStart = {"POST auth/access_token", "GET integration/me"};
const Calls kSetUp = {"GET integration/provision-enabled",
                      "POST integration",
                      "PATCH integration/me",
                      "GET blueprints/sampleThing",
                      "POST blueprints",
                      "GET blueprints/sampleOwner",
                      "POST blueprints",
                      "PATCH blueprints/sampleThing",
                      "PATCH blueprints/sampleOwner",
                      "PATCH blueprints/sampleThing",
                      "PATCH blueprints/sampleOwner",
                      "PATCH integration/me"};
const Calls kResyncBegins = {"PATCH integration/me/resync-state", "GET integration/me",
                             "POST blueprints/entities/datasource-entities"};
const Calls kResyncEnds = {"POST blueprints/entities/datasource-entities",
                           "PATCH integration/me/resync-state"};

Calls Joined(std::initializer_list<Calls> parts) {
  Calls all;
  for (const Calls& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

/// Loading goes on while the next block is read: the calls of a kind are looked at by themselves.
Calls Only(const Calls& calls, const std::string& text) {
  Calls some;
  for (const std::string& call : calls) {
    if (call.find(text) != std::string::npos) some.push_back(call);
  }
  return some;
}

TEST_CASE("wire: the first start sets Port up, then syncs") {
  const Scene scene;
  const ProcessResult result = scene.SailOnce();
  INFO(result.error_output);
  REQUIRE(result.exit_code == 0);
  const Calls calls = scene.CallsAfter(0);
  const Calls before = Joined({kStart, kSetUp, kResyncBegins});
  REQUIRE(calls.size() > before.size());
  const auto middle = calls.begin() + static_cast<std::ptrdiff_t>(before.size());
  CHECK(Calls(calls.begin(), middle) == before);
  CHECK(Calls(calls.end() - 2, calls.end()) == kResyncEnds);
  const Calls resync(middle, calls.end() - 2);
  CHECK(Only(resync, "sampleThing") ==
        Calls{"GET blueprints/sampleThing", "POST blueprints/sampleThing/entities/bulk"});
  CHECK(Only(resync, "sampleOwner") ==
        Calls{"GET blueprints/sampleOwner", "POST blueprints/sampleOwner/entities/bulk"});
  CHECK(Only(resync, "examples") == Calls{"POST integration/me/kinds/owner/examples",
                                          "POST integration/me/kinds/thing/examples"});
  CHECK(resync.size() == 6);
}

TEST_CASE("wire: what is registered says what the recorded request says") {
  const Scene scene;
  REQUIRE(scene.SailOnce().exit_code == 0);
  for (const http::ServerRequest& request : scene.port.Requests()) {
    if (request.path != "/v1/integration") continue;
    const Json body = request.ParseBody();
    CHECK(body.at("installationId") == "me");
    CHECK(body.at("installationAppType") == "sample");
    CHECK(body.at("createPortResourcesOrigin") == "Default");
    CHECK(body.at("config").at("entityDeletionThreshold") == 0.9);
    CHECK(request.headers.Get("User-Agent") == "port-ocean/sample/1.2.3/me");
  }
}

TEST_CASE("wire: when all is known a start asks twice, compares, and deletes what is gone") {
  const Scene scene;
  REQUIRE(scene.SailOnce().exit_code == 0);
  const std::size_t skip = scene.port.Calls().size();
  scene.SetThings(1);
  REQUIRE(scene.SailOnce({{"OCEAN__CHANGE_DETECTION__MODE", "catalog"}}).exit_code == 0);
  const Calls calls = scene.CallsAfter(skip);
  const Calls before = Joined({kStart, kResyncBegins});
  REQUIRE(calls.size() > before.size());
  CHECK(Calls(calls.begin(), calls.begin() + static_cast<std::ptrdiff_t>(before.size())) == before);
  CHECK(Only(calls, "entities/search").size() == 2);
  CHECK(Only(calls, "entities/bulk").empty());
  CHECK(Calls(calls.end() - 3, calls.end()) ==
        Calls{"POST blueprints/entities/datasource-entities",
              "POST blueprints/sampleThing/bulk/entities/delete",
              "PATCH integration/me/resync-state"});
  for (const http::ServerRequest& request : scene.port.Requests()) {
    if (!request.path.ends_with("/bulk/entities/delete")) continue;
    CHECK(request.body == R"({"entities":["t1"]})");
    CHECK(request.QueryValue("delete_dependents") == "true");
    CHECK(request.QueryValue("ocean_info_event_type") == "resync");
    CHECK_FALSE(request.QueryValue("ocean_info_resync_id").empty());
  }
}

TEST_CASE("wire: figures go to Port beside the work, under one id") {
  const Scene scene;
  REQUIRE(scene.SailOnce().exit_code == 0);
  std::vector<std::string> told;
  std::string id;
  for (const http::ServerRequest& request : scene.port.Requests()) {
    if (request.method == http::Method::kPut) {
      id = GetString(Get(request.ParseBody(), "syncKindMetrics"), "eventId");
      told.push_back(GetString(Get(request.ParseBody(), "syncKindMetrics"), "kindIdentifier") +
                     " " + GetString(Get(request.ParseBody(), "syncKindMetrics"), "syncState"));
    }
  }
  REQUIRE(told.size() >= 2);
  CHECK(Calls(told.end() - 2, told.end()) == Calls{"owner-0 completed", "thing-1 completed"});
  for (const http::ServerRequest& request : scene.port.Requests()) {
    if (request.path.ends_with("/entities/bulk"))
      CHECK(request.QueryValue("ocean_info_resync_id") == id);
  }
}

TEST_CASE("wire: polling asks for requests, and a stop is told to Port as aborted") {
  const Scene scene;
  Process process(
      scene.Options({"sail", "-p", "0"}, {{"OCEAN__INTEGRATION__CONFIG__FAIL", "hang"}}));
  REQUIRE(scene.port.Await(http::Method::kPost, kListing, 1, kPatience));
  process.Signal(SIGTERM);
  const auto result = process.Wait(kPatience);
  REQUIRE(result);
  CHECK(result->exit_code == 1);
  const Calls calls = scene.CallsAfter(0);
  CHECK(Only(calls, "resync-request").size() == 1);
  CHECK(Only(calls, "delete").empty());
  CHECK(calls.back() == "PATCH integration/me/resync-state");
  CHECK(scene.LastState() == "aborted");
}

TEST_CASE("wire: a request that a stop kept from being answered is answered after the next start") {
  const Scene scene;
  REQUIRE(scene.SailOnce().exit_code == 0);
  Json mapping = scene.Client().GetIntegration()->at("config");
  mapping["entityDeletionThreshold"] = 0.8;
  scene.Client().PatchIntegrationConfig(mapping);
  std::map<std::string, std::string> environment = {
      {"OCEAN__EVENT_LISTENER__RESYNC_ON_START", "false"},
      {"OCEAN__INTEGRATION__CONFIG__FAIL", "hang"}};
  Process first(scene.Options({"sail", "-p", "0"}, environment));
  REQUIRE(scene.port.Await(http::Method::kPost, kListing, 3, kPatience));
  first.Signal(SIGTERM);
  REQUIRE(first.Wait(kPatience));
  CHECK(scene.LastState() == "aborted");
  environment.erase("OCEAN__INTEGRATION__CONFIG__FAIL");
  Process second(scene.Options({"sail", "-p", "0"}, environment));
  CHECK(second.WaitForOutput("resync begins", kPatience));
}

TEST_CASE(
    "wire: a folder of resources that is named and not there is refused before anything is made") {
  const Scene scene;
  const ProcessResult result = RunProcess(
      scene.Options({"sail", "--once"}, {{"OCEAN__RESOURCES_PATH", ".port/elsewhere"}}), kPatience);
  CHECK(result.exit_code == 1);
  CHECK_THAT(result.error_output, Catch::Matchers::Contains("resources_path"));
  CHECK(scene.CallsAfter(0).empty());
}

TEST_CASE("wire: a mapping that cannot be run is told to Port as a failed resync") {
  const Scene scene;
  REQUIRE(scene.SailOnce().exit_code == 0);
  Json config = scene.Client().GetIntegration()->at("config");
  config["resources"][0]["kind"] = "nothing";
  scene.Client().PatchIntegrationConfig(config);
  const std::filesystem::path file = scene.folder.path() / "report.json";
  const ProcessResult result =
      RunProcess(scene.Options({"sail", "--once", "--report", file.string()}), kPatience);
  CHECK(result.exit_code == 1);
  CHECK_THAT(result.error_output, Catch::Matchers::Contains("resources[0].kind"));
  std::ifstream report(file);
  CHECK(Json::parse(report).at("requests").at("catalog") == 3);
  CHECK(scene.LastState() == "failed");
  CHECK(scene.Entities() == 3);
}

/// The faults that were injected into the reference, and what becomes of them here. Where it lost data, nothing is lost:
/// `entities` is what the catalog holds in the end.
struct Fault {
  const char* name;
  http::Method method;
  const char* path;
  int times;
  http::ServerResponse answer;
  int exit_code;
  const char* state;
  std::size_t entities;
  /// A run without the fault comes first.
  bool second_run = false;
};

const char* const kBulk = "/v1/blueprints/sampleThing/entities/bulk";

http::ServerResponse Plain(int status) {
  return http::ServerResponse::OfJson(
      status, {{"ok", false}, {"error", "planned"}, {"message", "a fault"}});
}

http::ServerResponse Limited() {
  http::ServerResponse response = Plain(429);
  response.headers.Set("Retry-After", "0");
  return response;
}

http::ServerResponse Partial() {
  return http::ServerResponse::OfJson(
      207,
      ParseJson(
          R"({"ok":true,"entities":[{"identifier":"t0","index":0,"created":true}],)"
          R"("errors":[{"identifier":"t1","index":1,"statusCode":404,"error":"not_found","message":"m"}]})"));
}

TEST_CASE("wire: W-28: the fault table, with the exit codes of single runs") {
  using enum http::Method;
  const std::vector<Fault> faults = {
      {"401 on a GET", kGet, "/v1/integration/me", 1, Plain(401), 0, "completed", 3},
      {"401 on a PATCH", kPatch, "/v1/integration/me/resync-state", 1, Plain(401), 0, "completed",
       3},
      {"401 on a POST", kPost, kBulk, 1, Plain(401), 0, "completed", 3},
      {"429 on a bulk", kPost, kBulk, 1, Limited(), 0, "completed", 3},
      {"503 twice on a bulk", kPost, kBulk, 2, Plain(503), 0, "completed", 3},
      {"500 on a PATCH", kPatch, "/v1/integration/me/resync-state", 1, Plain(500), 0, "completed",
       3},
      {"422 on every PATCH of the state", kPatch, "/v1/integration/me/resync-state", 9, Plain(422),
       0, "completed", 3},
      {"503 on a PATCH", kPatch, "/v1/integration/me/resync-state", 1, Plain(503), 0, "completed",
       3},
      {"500 on a bulk", kPost, kBulk, 1, Plain(500), 0, "completed", 3},
      {"500 on a bulk, and again", kPost, kBulk, 9, Plain(500), 2, "failed", 1},
      {"413 on a bulk", kPost, kBulk, 1, Plain(413), 0, "completed", 3},
      {"422 on a bulk", kPost, kBulk, 1, Plain(422), 0, "completed", 3},
      {"207 with an error", kPost, kBulk, 1, Partial(), 0, "completed", 2},
      {"500 on the examples", kPost, "/v1/integration/me/kinds", 9, Plain(500), 0, "completed", 3},
      {"500 on the metrics", kPost, "/ingest", 99, Plain(500), 0, "completed", 3},
      {"500 on the listing", kPost, "/v1/blueprints/entities/datasource-entities", 2, Plain(500), 2,
       "failed", 3},
      {"500 on a search", kPost, "/v1/entities/search", 9, Plain(500), 0, "completed", 3, true},
  };
  for (const Fault& fault : faults) {
    DYNAMIC_SECTION(fault.name) {
      Scene scene;
      if (fault.second_run) CHECK(scene.SailOnce().exit_code == 0);
      scene.port.FailNext(fault.method, fault.path, fault.times, fault.answer);
      const ProcessResult result = scene.SailOnce();
      INFO(result.error_output);
      CHECK(result.exit_code == fault.exit_code);
      CHECK(scene.LastState() == fault.state);
      CHECK(scene.Entities() == fault.entities);
    }
  }
}

TEST_CASE(
    "wire: a third party whose name leads to a private address is asked only where that is "
    "allowed") {
  const Scene scene;
  std::ifstream file(scene.folder.path() / "source.json");
  const std::string lists{std::istreambuf_iterator<char>(file), {}};
  std::atomic<int> asked{0};
  http::Server source({.address = "127.0.0.1", .port = 0}, Logger::Null());
  source.Route(http::Method::kGet, "/", [&](const http::ServerRequest&) {
    ++asked;
    return http::ServerResponse::OfJson(200, ParseJson(lists, "source.json"));
  });
  source.Start();
  const auto sail = [&](const char* private_allowed) {
    return scene.SailOnce({{"OCEAN__INTEGRATION__CONFIG__THINGS_URL",
                            "http://localhost:" + std::to_string(source.port()) + "/"},
                           {"OCEAN__DISABLE_IP_OUTBOUND_BLOCKER", private_allowed}});
  };
  const ProcessResult refused = sail("false");
  CHECK(refused.exit_code == 1);
  CHECK_THAT(refused.error_output, Contains("is not public"));
  CHECK_THAT(refused.error_output, Contains("set OCEAN__DISABLE_IP_OUTBOUND_BLOCKER=true"));
  CHECK(scene.LastState() == "failed");
  CHECK(asked == 0);
  const ProcessResult allowed = sail("true");
  INFO(allowed.error_output);
  CHECK(allowed.exit_code == 0);
  CHECK(scene.Entities() == 3);
  CHECK(asked > 0);
}

}  // namespace
}  // namespace ocean::app
