#include "ocean/run_cases.hpp"
#include "src/integration.hpp"

TEST_CASE("the case folders") {
  ocean::testing::RunCases(OCEAN_INTEGRATION_DIR, octopus::SetUp);
}
