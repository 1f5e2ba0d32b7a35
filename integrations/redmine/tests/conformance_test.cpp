#include "ocean/run_conformance.hpp"
#include "src/integration.hpp"
#include "upstream/fake_redmine.hpp"

TEST_CASE("conformance") {
  redmine::upstream::FakeRedmine redmine;
  ocean::testing::RunConformance({.folder = OCEAN_INTEGRATION_DIR,
                                  .setup = redmine::SetUp,
                                  .config = redmine.Config(),
                                  .upstream_url = redmine.url()});
}
