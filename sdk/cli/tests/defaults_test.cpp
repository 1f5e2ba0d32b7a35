#include <algorithm>

#include "ocean/base/text.hpp"
#include "ocean/catch.hpp"
#include "ocean/testing/strict_port.hpp"
#include "process.hpp"
#include "workspace.hpp"

namespace ocean::cli {

namespace {

using Catch::Matchers::Contains;

/// The sample, synced into a strict Port.
struct Scene {
  testing::StrictPort port;
  Workspace workspace;

  std::size_t syncing_calls = 0;

  Scene() {
    REQUIRE(Run({OCEAN_SAMPLE_PROGRAM, "sail", "--once"}, Options(workspace.sample())).code == 0);
    syncing_calls = port.Calls().size();
  }
  ~Scene() { CHECK_THAT(Join(port.Violations(), "\n"), Catch::Matchers::Equals("")); }

  Process::Options Options(const std::filesystem::path& folder) const {
    return {.folder = folder,
            .environment = {{"OCEAN__PORT__BASE_URL", port.url()},
                            {"OCEAN__PORT__CLIENT_ID", "id"},
                            {"OCEAN__PORT__CLIENT_SECRET", "secret"}}};
  }
  Result Dock(std::vector<std::string> flags = {}) const {
    flags.insert(flags.begin(), {"defaults", "dock", "integrations/sample"});
    return RunOcean(flags, Options(workspace.root()));
  }
  /// After the sync; looks at a migration are told once, without its number.
  std::vector<std::string> CleaningCalls() const {
    std::vector<std::string> calls;
    const auto all = port.Calls();
    for (std::size_t i = syncing_calls; i < all.size(); ++i) {
      const bool looks = all[i].starts_with("GET /v1/migrations/");
      const std::string call = looks ? "GET /v1/migrations" : all[i];
      if (!looks || calls.back() != call) calls.push_back(call);
    }
    return calls;
  }
  Result Clean(std::vector<std::string> flags = {}) const {
    flags.insert(flags.begin(), {"defaults", "clean", "integrations/sample"});
    return RunOcean(flags, Options(workspace.root()));
  }
};

}  // namespace

TEST_CASE(
    "defaults clean deletes blueprints with their entities, those that refer to others first") {
  const Scene scene;
  const Result result = scene.Clean({"-f", "-w", "-d"});
  INFO(result.err);
  CHECK(result.code == 0);
  CHECK(result.out ==
        "blueprint sampleThing: deleted\nblueprint sampleOwner: deleted\nintegration "
        "my-sample-integration: deleted\n");
  CHECK(scene.CleaningCalls() ==
        std::vector<std::string>{
            "POST /v1/auth/access_token", "GET /v1/integration/my-sample-integration",
            "GET /v1/blueprints/sampleThing", "DELETE /v1/blueprints/sampleThing/all-entities",
            "GET /v1/migrations", "GET /v1/blueprints/sampleOwner",
            "DELETE /v1/blueprints/sampleOwner/all-entities", "GET /v1/migrations",
            "DELETE /v1/integration/my-sample-integration"});
  const Result again = scene.Clean({"-f"});
  CHECK(again.code == 1);
  CHECK_THAT(again.err, Contains("does not know the integration"));
}

TEST_CASE("defaults clean goes to Port as the integration does, with its own authorities") {
  const Scene scene;
  Process::Options options = scene.Options(scene.workspace.root());
  options.environment["OCEAN_CA_FILE"] = "/nowhere/ca.pem";
  const Result result = RunOcean({"defaults", "clean", "integrations/sample"}, options);
  CHECK(result.code == 1);
  CHECK_THAT(result.err, Contains("/nowhere/ca.pem"));
}

TEST_CASE("defaults clean without --force leaves blueprints that have entities, and fails") {
  const Scene scene;
  const Result result = scene.Clean({"-d"});
  CHECK(result.code == 1);
  CHECK_THAT(result.err, Contains("sampleThing could not be deleted") && Contains("--force"));
  CHECK(scene.port.Calls().back().starts_with("DELETE /v1/blueprints/"));
  CHECK(scene.Clean({"-f", "-w"}).code == 0);
  CHECK_THAT(scene.Clean().out, Contains("sampleOwner: not there"));
}

TEST_CASE(
    "W-46: defaults dock registers the integration and makes its resources, and then finds them") {
  Scene scene;
  REQUIRE(scene.Clean({"-f", "-w", "-d"}).code == 0);
  const std::string actions = R"([{"identifier": "restart", "trigger": {}}])";
  scene.workspace.Write(scene.workspace.sample() / ".port/resources/actions.json", actions);

  const std::string made =
      "integration my-sample-integration: registered\nblueprint sampleThing: created\n"
      "blueprint sampleOwner: created\naction restart: created\n";
  const std::size_t before = scene.port.Calls().size();
  const Result dry = scene.Dock({"--dry-run"});
  INFO(dry.err);
  CHECK(dry.code == 0);
  CHECK_THAT(dry.out, Contains("my-sample-integration: would be registered") &&
                          Contains("sampleOwner: would be created") &&
                          Contains("restart: would be created where it is missing"));
  const std::vector<std::string> calls = scene.port.Calls();
  CHECK(std::none_of(calls.begin() + static_cast<std::ptrdiff_t>(before), calls.end(),
                     [](const std::string& call) {
                       return !call.starts_with("GET ") && !call.ends_with("/access_token");
                     }));

  CHECK(scene.Dock().out == made);
  scene.port.FailNext(http::Method::kPost, "/v1/actions", 1,
                      http::ServerResponse::OfText(409, "there is one"));
  CHECK(scene.Dock().out ==
        "blueprint sampleThing: as it should be\nblueprint sampleOwner: as it should be\n"
        "action restart: there already\nmapping: as it should be\n");
}

TEST_CASE("defaults dock replaces what differs in Port from what the integration ships") {
  const Scene scene;
  const std::filesystem::path resources = scene.workspace.sample() / ".port/resources";
  Json blueprints = ReadJson(resources / "blueprints.json");
  blueprints[0]["title"] = "Matter";
  scene.workspace.Write(resources / "blueprints.json", DumpJson(blueprints));
  std::ofstream(resources / "port-app-config.yaml", std::ios::app) << "enableMergeEntity: false\n";
  CHECK(scene.Dock().out ==
        "blueprint sampleOwner: as it should be\nblueprint sampleThing: updated\n"
        "mapping: replaced\n");
  CHECK_THAT(scene.Dock().out, !Contains("updated") && !Contains("replaced"));
}

TEST_CASE("defaults dock changes nothing when the mapping is wrong") {
  const Scene scene;
  std::ofstream(scene.workspace.sample() / ".port/resources/port-app-config.yaml", std::ios::app)
      << "  - {kind: thnig, selector: {query: 'true'}, port: {entity: {mappings: {}}}}\n";
  const std::size_t before = scene.port.Calls().size();
  const Result result = scene.Dock();
  CHECK(result.code == 1);
  CHECK_THAT(result.err, Contains("port-app-config.yaml") && Contains("thnig") &&
                             Contains("identifier: is required"));
  CHECK(scene.port.Calls().size() == before);
}

}  // namespace ocean::cli
