#include "ocean/base/text.hpp"
#include "ocean/catch.hpp"
#include "ocean/testing/examples.hpp"

TEST_CASE("the default mapping makes the expected entities of the examples") {
  const auto findings = ocean::testing::CheckExamples(OCEAN_INTEGRATION_DIR);
  INFO(ocean::Join(findings, "\n"));
  CHECK(findings.empty());
}
