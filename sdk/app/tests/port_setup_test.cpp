#include "port_setup.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "ocean/base/error.hpp"
#include "ocean/catch.hpp"
#include "ocean/http/transport.hpp"
#include "support.hpp"

namespace ocean::app {

namespace {

using Catch::Matchers::Contains;

/// As much of Port as a set-up talks to, without a network.
class FakePort : public http::Transport {
 public:
  std::optional<Json> integration;
  std::map<std::string, Json> blueprints;
  /// "METHOD path" of every request after the token's, without the API's root.
  std::vector<std::string> requests;
  /// What these requests are answered with instead.
  std::map<std::string, int> failures;
  /// The types whose resources this Port makes by itself, so many readings after it was asked to.
  Json provisioned = Json::array();
  int readings_until_provisioned = 2;

  http::Response Send(const http::WireRequest& wire, const std::stop_token&) override {
    const http::Request& request = wire.request;
    std::string path = request.url.substr(request.url.find("/v1") + 3);
    path = path.substr(0, path.find('?'));
    if (path == "/auth/access_token") {
      return Answer(200, {{"accessToken", "t"}, {"expiresIn", 3600}, {"tokenType", "Bearer"}});
    }
    const std::string line = std::string(ToString(request.method)) + " " + path;
    requests.push_back(line);
    if (const auto failure = failures.find(line); failure != failures.end()) {
      return Answer(failure->second, {{"ok", false}, {"error", "planned"}, {"message", "planned"}});
    }
    const Json body = request.body.empty() ? Json() : ParseJson(request.body);
    if (path == "/integration/provision-enabled")
      return Answer(200, {{"integrations", provisioned}});
    if (path == "/organization") {
      return Answer(
          200, {{"organization", {{"id", "org"}, {"featureFlags", {"USE_PROVISIONED_DEFAULTS"}}}}});
    }
    if (http::EncodeQuery(request.query) == "integration_modes=create_resources")
      provisioning_ = true;
    if (path.starts_with("/integration")) return Integration(request.method, path, body);
    if (path.starts_with("/blueprints")) return Blueprint(request.method, path, body);
    return Answer(201, Json::object());
  }

  std::size_t Count(const std::string& beginning) const {
    return static_cast<std::size_t>(
        std::count_if(requests.begin(), requests.end(),
                      [&](const std::string& line) { return line.starts_with(beginning); }));
  }

 private:
  static http::Response Answer(int status, const Json& body) {
    return {.status = status, .body = DumpJson(body)};
  }
  static http::Response Missing() {
    return Answer(404, {{"ok", false}, {"error", "not_found"}, {"message", "not there"}});
  }

  http::Response Integration(http::Method method, const std::string& path, const Json& body) {
    if (method == http::Method::kPost) integration = Json::object();
    if (!integration) return Missing();
    if (provisioning_ && method == http::Method::kGet && readings_until_provisioned-- == 0)
      (*integration)["config"] = Json{{"resources", {{{"kind", "of Port"}}}}};
    if (path.ends_with("/config")) {
      (*integration)["config"] = body.at("config");
    } else if (body.is_object()) {
      for (const auto& [name, value] : body.items()) (*integration)[name] = value;
    }
    return Answer(200, {{"integration", *integration}});
  }

  http::Response Blueprint(http::Method method, const std::string& path, const Json& body) {
    if (path.ends_with("/scorecards")) return Answer(201, Json::object());
    if (method == http::Method::kPost) {
      blueprints[body.at("identifier").get<std::string>()] = body;
      return Answer(201, {{"blueprint", body}});
    }
    const std::string identifier = path.substr(std::string("/blueprints/").size());
    const auto found = blueprints.find(identifier);
    if (found == blueprints.end()) return Missing();
    if (method == http::Method::kDelete) {
      blueprints.erase(found);
      return Answer(200, Json::object());
    }
    if (body.is_object()) {
      for (const auto& [name, value] : body.items()) found->second[name] = value;
    }
    return Answer(200, {{"blueprint", found->second}});
  }

  bool provisioning_ = false;
};

Json Blueprint(const std::string& identifier, const std::string& target) {
  return {{"identifier", identifier},
          {"schema", {{"properties", {{"p", {{"type", "string"}}}}}}},
          {"relations", {{"to", {{"target", target}}}}},
          {"mirrorProperties", {{"m", {{"path", "to.p"}}}}}};
}

struct Fixture {
  std::shared_ptr<FakePort> fake = std::make_shared<FakePort>();
  config::Configuration configuration;
  DefaultResources resources;
  bool mapping_is_wrong = false;
  LeapingClock clock;
  std::stop_source stop;
  std::vector<std::string> log;

  Fixture() {
    configuration.settings.integration.type = "sample";
    configuration.settings.integration.identifier = "my-sample";
    resources.blueprints = {Blueprint("a", "b"), Blueprint("b", "a")};
    resources.mapping = Json{{"resources", {{{"kind", "x"}}}}};
    resources.mapping_file = "port-app-config.yaml";
  }

  PortState Run() {
    port::Client client({.client_id = "id",
                         .client_secret = Secret("secret"),
                         .identity = {"sample", "1.0.0", "my-sample"}},
                        {.transport = fake, .clock = Clock::System(), .logger = Logger::Null()});
    return PortSetup({.port = client,
                      .configuration = configuration,
                      .resources = resources,
                      .check_mapping =
                          [this](const Json&) {
                            if (mapping_is_wrong) {
                              throw Error(ErrorKind::kConfig, "resources[0]: wrong");
                            }
                          },
                      .clock = clock,
                      .logger = Logger::ToSink(
                          LogLevel::kInfo,
                          [this](const LogRecord& record) { log.push_back(record.message); }),
                      .stop = stop.get_token()})
        .Run();
  }
  bool Changed() const { return fake->requests.size() != fake->Count("GET"); }
};

}  // namespace

TEST_CASE("An unknown integration is registered with its mapping and gets its blueprints") {
  Fixture fixture;
  fixture.Run();
  const Json& integration = *fixture.fake->integration;
  CHECK(integration.at("installationId") == "my-sample");
  CHECK(integration.at("config") == *fixture.resources.mapping);
  CHECK(integration.at("processingMode") == "ocean-core");
  CHECK(integration.at("createPortResourcesOrigin") == "Default");
  CHECK(integration.at("arePortResourcesInitialized") == true);
  CHECK(fixture.fake->blueprints.at("a") == fixture.resources.blueprints[0]);
  CHECK(fixture.fake->blueprints.at("b") == fixture.resources.blueprints[1]);
}

TEST_CASE("All bare blueprints are there before the first gets its relations") {
  Fixture fixture;
  fixture.Run();
  const auto& requests = fixture.fake->requests;
  const auto first_patch = std::find(requests.begin(), requests.end(), "PATCH /blueprints/a");
  CHECK(std::count(requests.begin(), first_patch, "POST /blueprints") == 2);
  CHECK(fixture.fake->Count("PATCH /blueprints/") == 4);
}

TEST_CASE("A second start changes nothing") {
  Fixture fixture;
  fixture.Run();
  fixture.fake->requests.clear();
  fixture.Run();
  CHECK(fixture.fake->requests == std::vector<std::string>{"GET /integration/my-sample"});
}

TEST_CASE("A blueprint that exists is left alone, and the others are created") {
  Fixture fixture;
  const Json own = {{"identifier", "a"}, {"title", "Mine"}, {"schema", Json::object()}};
  fixture.fake->blueprints["a"] = own;
  fixture.Run();
  CHECK(fixture.fake->blueprints.at("a") == own);
  CHECK(fixture.fake->blueprints.at("b") == fixture.resources.blueprints[1]);
  CHECK(fixture.fake->integration->at("arePortResourcesInitialized") == true);
}

TEST_CASE("Blueprints that an interrupted start left bare are completed") {
  Fixture fixture;
  fixture.fake->blueprints["a"] = StagesOf(fixture.resources.blueprints[0]).bare;
  fixture.fake->blueprints["b"] = StagesOf(fixture.resources.blueprints[1]).with_relations;
  fixture.Run();
  CHECK(fixture.fake->blueprints.at("a") == fixture.resources.blueprints[0]);
  CHECK(fixture.fake->blueprints.at("b") == fixture.resources.blueprints[1]);
}

TEST_CASE(
    "When a blueprint fails, what was created is taken back, and the next start tries again") {
  Fixture fixture;
  fixture.fake->failures["PATCH /blueprints/b"] = 422;
  CHECK_THROWS_WITH(fixture.Run(), Contains("creating the default blueprints"));
  CHECK(fixture.fake->blueprints.empty());
  CHECK_FALSE(fixture.fake->integration->contains("arePortResourcesInitialized"));
  fixture.fake->failures.clear();
  fixture.Run();
  CHECK(fixture.fake->blueprints.size() == 2);
}

TEST_CASE("Actions, scorecards and pages come last; only a real failure is tried again") {
  Fixture fixture;
  fixture.resources.actions = {{{"identifier", "act"}}};
  fixture.resources.scorecards = {{{"blueprint", "a"}, {"data", {{{"identifier", "s"}}}}}};
  fixture.resources.pages = {{{"identifier", "p"}}};
  fixture.fake->failures["POST /actions"] = 409;
  SECTION("one that exists counts as done") {
    fixture.Run();
    CHECK(fixture.fake->integration->at("arePortResourcesInitialized") == true);
  }
  SECTION("one that is refused leaves the set-up unfinished") {
    fixture.fake->failures["POST /pages"] = 422;
    fixture.Run();
    CHECK_FALSE(fixture.fake->integration->contains("arePortResourcesInitialized"));
  }
  CHECK(fixture.fake->Count("POST /blueprints/a/scorecards") == 1);
  CHECK(fixture.fake->requests.size() > 3);
}

TEST_CASE("A default mapping that is wrong changes nothing in Port") {
  Fixture fixture;
  fixture.mapping_is_wrong = true;
  CHECK_THROWS_WITH(fixture.Run(), Contains("port-app-config.yaml") && Contains("resources[0]"));
  CHECK_FALSE(fixture.Changed());
}

TEST_CASE("Without default resources only the integration is created") {
  Fixture fixture;
  fixture.configuration.settings.initialize_port_resources = false;
  fixture.Run();
  CHECK(fixture.fake->integration->at("config") == *fixture.resources.mapping);
  CHECK(fixture.fake->blueprints.empty());
  CHECK_FALSE(fixture.fake->integration->contains("arePortResourcesInitialized"));
}

TEST_CASE("The origin Empty starts with an empty mapping and no resources") {
  Fixture fixture;
  fixture.configuration.settings.create_port_resources_origin = config::ResourcesOrigin::kEmpty;
  fixture.Run();
  CHECK(fixture.fake->integration->at("config") ==
        ParseJson(R"({"deleteDependentEntities":true,"createMissingRelatedEntities":true,)"
                  R"("enableMergeEntity":true,"entityDeletionThreshold":0.9,"resources":[]})"));
  CHECK(fixture.fake->blueprints.empty());
  CHECK(fixture.fake->integration->at("arePortResourcesInitialized") == true);
}

TEST_CASE("The origin that Port keeps decides, whatever is set now") {
  const auto [stored, blueprints] = GENERATE(
      table<std::string, std::size_t>({{"Empty", 0}, {"Default", 2}, {"Ocean", 2}, {"Port", 0}}));
  Fixture fixture;
  fixture.fake->integration =
      Json{{"config", {{"resources", Json::array()}}}, {"createPortResourcesOrigin", stored}};
  fixture.configuration.settings.create_port_resources_origin =
      stored == "Empty" ? config::ResourcesOrigin::kDefault : config::ResourcesOrigin::kEmpty;
  fixture.Run();
  INFO(stored);
  CHECK(fixture.fake->blueprints.size() == blueprints);
  CHECK(fixture.fake->Count("GET /integration/provision-enabled") == 0);
}

TEST_CASE("W-40: Port makes the resources where it can, and is waited for, but not for ever") {
  Fixture fixture;
  fixture.fake->provisioned = {"other", "sample"};
  using enum config::ResourcesOrigin;
  fixture.configuration.settings.create_port_resources_origin =
      GENERATE(as<std::optional<config::ResourcesOrigin>>(), std::nullopt, kPort);
  fixture.mapping_is_wrong = true;  // the file's, which is not used
  SECTION("it does") {
    fixture.Run();
    CHECK(fixture.fake->integration->at("config").at("resources")[0].at("kind") == "of Port");
    CHECK(fixture.fake->integration->at("createPortResourcesOrigin") == "Port");
    CHECK(fixture.clock.Elapsed() < std::chrono::seconds(15));
    fixture.fake->requests.clear();
    fixture.Run();
    CHECK_FALSE(fixture.Changed());
  }
  SECTION("it never does") {
    fixture.fake->readings_until_provisioned = 1000;
    CHECK_THROWS_WITH(fixture.Run(), Contains("within ten minutes") && Contains("Default"));
    CHECK(fixture.clock.Elapsed() < std::chrono::minutes(11));
  }
  SECTION("the process is stopped meanwhile") {
    fixture.stop.request_stop();
    CHECK_THROWS_AS(fixture.Run(), Error);
  }
  CHECK(fixture.fake->blueprints.empty());
}

TEST_CASE("What Port cannot make, the integration's own resources are used for") {
  Fixture fixture;
  fixture.fake->provisioned = {"other"};
  SECTION("nothing is set") {
    fixture.Run();
  }
  SECTION("Port is set, which is told") {
    fixture.configuration.settings.create_port_resources_origin = config::ResourcesOrigin::kPort;
    fixture.Run();
    CHECK_THAT(fixture.log.front(), Contains("does not make the resources of \"sample\""));
  }
  SECTION("the server does not know the question") {
    fixture.fake->failures["GET /integration/provision-enabled"] = 404;
    fixture.Run();
  }
  CHECK(fixture.fake->integration->at("createPortResourcesOrigin") == "Default");
  CHECK(fixture.fake->blueprints.size() == 2);
}

TEST_CASE("W-27: one blueprint that exists, or a set-up that failed, does not suppress the rest") {
  Fixture fixture;
  fixture.fake->failures["PATCH /blueprints/b"] = 500;
  CHECK_THROWS_AS(fixture.Run(), Error);
  fixture.fake->failures.clear();
  fixture.fake->blueprints["a"] = {
      {"identifier", "a"}, {"title", "Mine"}, {"schema", Json::object()}};
  fixture.Run();
  CHECK(fixture.fake->blueprints.size() == 2);
  CHECK(fixture.log.back() == "left as they are, since they exist: the blueprints a");
}

TEST_CASE("What drifted is patched, and only that") {
  Fixture fixture;
  fixture.Run();
  (*fixture.fake->integration)["processingMode"] = "dsp";
  fixture.fake->requests.clear();
  fixture.Run();
  CHECK(fixture.fake->Count("PATCH") == 1);
  CHECK(fixture.fake->integration->at("processingMode") == "ocean-core");
}

TEST_CASE("An integration that Port has for another runtime is refused") {
  Fixture fixture;
  fixture.fake->integration = Json{{"installationType", "SaasOauth2"}, {"config", {{"a", 1}}}};
  CHECK_THROWS_WITH(fixture.Run(), Contains("SaasOauth2") && Contains("OnPrem"));
  CHECK_FALSE(fixture.Changed());
}

TEST_CASE("An integration that was emptied gets the default mapping") {
  Fixture fixture;
  fixture.fake->integration = Json{{"config", Json::object()}};
  fixture.Run();
  CHECK(fixture.fake->integration->at("config") == *fixture.resources.mapping);
}

TEST_CASE("A start without default resources does not keep the next one from using them") {
  Fixture fixture;
  const DefaultResources found = std::exchange(fixture.resources, {});
  fixture.Run();
  CHECK(Get(*fixture.fake->integration, "arePortResourcesInitialized") != true);
  fixture.resources = found;
  fixture.Run();
  CHECK(fixture.fake->integration->at("config") == *fixture.resources.mapping);
  CHECK(fixture.fake->integration->at("arePortResourcesInitialized") == true);
  CHECK(fixture.fake->blueprints.size() == 2);
}

TEST_CASE("A failing Port is not taken for one that does not know the integration") {
  Fixture fixture;
  fixture.fake->failures["GET /integration/my-sample"] = 500;
  CHECK_THROWS_AS(fixture.Run(), Error);
  CHECK_FALSE(fixture.Changed());
}

TEST_CASE("The time of the last resync is Port's") {
  Fixture fixture;
  fixture.Run();
  (*fixture.fake->integration)["resyncState"] = {{"updatedAt", "2026-01-02T03:04:05.000Z"}};
  CHECK(fixture.Run().last_resync == ParseIso8601("2026-01-02T03:04:05Z"));
}

}  // namespace ocean::app
