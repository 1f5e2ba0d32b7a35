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

  Scene() {
    REQUIRE(Run({OCEAN_SAMPLE_PROGRAM, "sail", "--once"}, Options(workspace.sample())).code == 0);
  }
  ~Scene() { CHECK_THAT(Join(port.Violations(), "\n"), Catch::Matchers::Equals("")); }

  Process::Options Options(const std::filesystem::path& folder) const {
    return {.folder = folder,
            .environment = {{"OCEAN__PORT__BASE_URL", port.url()},
                            {"OCEAN__PORT__CLIENT_ID", "id"},
                            {"OCEAN__PORT__CLIENT_SECRET", "secret"}}};
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
  CHECK(scene.port.Calls().back() == "DELETE /v1/integration/my-sample-integration");
  const Result again = scene.Clean({"-f"});
  CHECK(again.code == 1);
  CHECK_THAT(again.err, Contains("does not know the integration"));
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

}  // namespace ocean::cli
