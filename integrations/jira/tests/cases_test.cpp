#include "ocean/testing/cases.hpp"
#include "ocean/base/text.hpp"
#include "ocean/catch.hpp"
#include "src/integration.hpp"

TEST_CASE("the case folders") {
  for (const auto& folder : ocean::testing::CaseFolders(OCEAN_INTEGRATION_DIR)) {
    DYNAMIC_SECTION(folder.filename().string()) {
      const auto findings = ocean::testing::RunCase(OCEAN_INTEGRATION_DIR, folder, jira::SetUp);
      INFO(ocean::Join(findings, "\n"));
      CHECK(findings.empty());
    }
  }
}
