#include "ocean/run_conformance.hpp"
#include "src/integration.hpp"
#include "upstream/fake_octopus.hpp"

TEST_CASE("conformance") {
  octopus::upstream::FakeOctopus octopus(
      {.projects = 60, .releases = 60, .deployments = 60, .machines = 60});
  ocean::testing::RunConformance({.folder = OCEAN_INTEGRATION_DIR,
                                  .setup = octopus::SetUp,
                                  .config = octopus.Config(),
                                  .upstream_url = octopus.url()});
}
