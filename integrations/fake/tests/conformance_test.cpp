#include "ocean/run_conformance.hpp"
#include "src/integration.hpp"

TEST_CASE("conformance") {
  ocean::testing::RunConformance(
      {.folder = OCEAN_INTEGRATION_DIR, .setup = fake::SetUp, .config = ocean::Json::object()});
}
