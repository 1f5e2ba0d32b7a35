#include <set>

#include "ocean/catch.hpp"
#include "ocean/testing/run_kind.hpp"
#include "src/integration.hpp"
#include "upstream/fake_jira.hpp"

using jira::upstream::FakeJira;
using ocean::Json;
using ocean::testing::KindRun;

namespace {

KindRun Run(const FakeJira& fake, const std::string& kind, const Json& selector = Json::object()) {
  return ocean::testing::RunKind(OCEAN_INTEGRATION_DIR, fake.Config(), jira::SetUp, kind, selector);
}

std::set<std::string> KeysOf(const KindRun& run) {
  std::set<std::string> keys;
  for (const Json& item : run.items) keys.insert(item.at("key"));
  return keys;
}

}  // namespace

TEST_CASE("projects come with the figures that the default mapping uses") {
  FakeJira fake;
  const KindRun run = Run(fake, "project");
  CHECK(run.error.empty());
  REQUIRE(run.items.size() == 3);
  CHECK(run.items[0].at("insight").at("totalIssueCount").is_number());
}

TEST_CASE("what a project mapping selects is what is asked for") {
  FakeJira fake;
  const KindRun run = Run(fake, "project", {{"expand", "lead"}});
  REQUIRE(run.items.size() == 3);
  CHECK_FALSE(run.items[0].contains("insight"));
}

TEST_CASE("every user is emitted once") {
  FakeJira fake({.users = 101});
  const KindRun run = Run(fake, "user");
  CHECK(run.error.empty());
  CHECK(run.incomplete.empty());
  std::set<std::string> accounts;
  for (const Json& user : run.items) accounts.insert(user.at("accountId"));
  CHECK(run.items.size() == 101);
  CHECK(accounts.size() == 101);
}

TEST_CASE("every issue is emitted once, with all its fields") {
  FakeJira fake;
  const KindRun run = Run(fake, "issue");
  CHECK(run.error.empty());
  CHECK(run.pages == 12);
  CHECK(KeysOf(run).size() == 600);
  CHECK(run.items[0].at("fields").contains("description"));
}

TEST_CASE("an issue mapping may ask for fewer issues and fewer fields") {
  FakeJira fake;
  const KindRun run = Run(fake, "issue", {{"jql", "project = PAY"}, {"fields", "summary,status"}});
  REQUIRE_FALSE(run.items.empty());
  for (const Json& issue : run.items) {
    CHECK(issue.at("fields").size() == 2);
    CHECK(issue.at("key").get<std::string>().starts_with("PAY-"));
  }
}

TEST_CASE("a page that fails is an error, never the end of the list") {
  FakeJira fake;
  fake.Intercept(jira::upstream::FailIssuePage(3, 500));
  const KindRun run = Run(fake, "issue");
  CHECK(run.items.size() == 100);
  CHECK_THAT(run.error, Catch::Matchers::Contains("500"));
}
