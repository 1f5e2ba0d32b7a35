#include "ocean/run_conformance.hpp"
#include "src/integration.hpp"
#include "upstream/fake_jira.hpp"

TEST_CASE("conformance") {
  jira::upstream::FakeJira jira({.projects = 4, .users = 60, .issues = 120});
  ocean::Json config = jira.Config();
  config["atlassianOrganizationId"] = jira::upstream::Planning::kOrganization;
  ocean::testing::RunConformance({.folder = OCEAN_INTEGRATION_DIR,
                                  .setup = jira::SetUp,
                                  .config = config,
                                  .upstream_url = jira.url(),
                                  .selectors = {{"team", {{"includeMembers", true}}}}});
}
