#include "ocean/catch.hpp"
#include "ocean/testing/installation.hpp"
#include "ocean/testing/run_kind.hpp"
#include "src/integration.hpp"
#include "upstream/fake_redmine.hpp"

using Catch::Matchers::Contains;
using ocean::Json;
using ocean::http::Method;
using ocean::http::ServerResponse;
using ocean::testing::KindRun;
using redmine::upstream::FakeRedmine;

namespace {

KindRun Run(const FakeRedmine& fake, const std::string& kind,
            const Json& selector = Json::object()) {
  return ocean::testing::RunKind(OCEAN_INTEGRATION_DIR, fake.Config(), redmine::SetUp, kind,
                                 selector);
}

struct Server {
  FakeRedmine redmine;
};

/// The program, installed beside a server of its own.
struct House : Server, ocean::testing::Installation {
  House() : Installation(OCEAN_INTEGRATION_PROGRAM, OCEAN_INTEGRATION_DIR, redmine.Config()) {}
};

}  // namespace

TEST_CASE("every record of every kind is read") {
  const auto [kind, count] = GENERATE(table<std::string, std::size_t>(
      {{"project", 2}, {"issue", 130}, {"user", 1}, {"version", 2}, {"time-entry", 130}}));
  FakeRedmine fake;
  const KindRun run = Run(fake, kind);
  CHECK(run.error.empty());
  CHECK(run.incomplete.empty());
  CHECK(run.items.size() == count);
  CHECK(fake.upstream().Unplanned().empty());
}

TEST_CASE("selectors become parameters") {
  FakeRedmine fake;
  CHECK(Run(fake, "issue", {{"status", "closed"}}).items.size() == 43);
  Run(fake, "issue", {{"project", "ledger"}, {"updatedAfter", "2026-01-31"}});
  const auto issues = fake.upstream().Requests().back();
  CHECK(issues.QueryValue("status_id") == "*");
  CHECK(issues.QueryValue("project_id") == "ledger");
  CHECK(issues.QueryValue("updated_on") == ">=2026-01-31");
  CHECK(issues.QueryValue("sort") == "id");
  Run(fake, "time-entry", {{"from", "2026-01-01"}, {"to", "2026-01-31"}});
  const auto entries = fake.upstream().Requests().back();
  CHECK(entries.QueryValue("from") == "2026-01-01");
  CHECK(entries.QueryValue("to") == "2026-01-31");
}

TEST_CASE("a version that projects share is read once") {
  FakeRedmine fake;
  fake.Put("projects/2/versions", {{"id", 11}, {"name", "shared"}, {"project", {{"id", 1}}}});
  CHECK(Run(fake, "version").items.size() == 2);
}

TEST_CASE("a project whose versions may not be read is skipped") {
  FakeRedmine fake;
  fake.upstream().FailNext(Method::kGet, "/projects/1/", 1, ServerResponse::OfText(403, ""));
  const KindRun run = Run(fake, "version");
  CHECK(run.error.empty());
  CHECK(run.items.size() == 1);
  CHECK(run.incomplete.size() == 1);
}

TEST_CASE("refusals say what to check") {
  const auto [status, advice] = GENERATE(table<int, std::string>(
      {{401, "check redmineApiKey"}, {403, "administrators"}, {404, "check redmineUrl"}}));
  FakeRedmine fake;
  fake.upstream().FailNext(Method::kGet, "/users", 1, ServerResponse::OfText(status, ""));
  const KindRun run = Run(fake, "user");
  CHECK_THAT(run.error, Contains(advice) && !Contains("key-of-no-value"));
}

TEST_CASE("edits, additions and deletions reach the catalog, and nothing else changes") {
  House house;
  const auto first = house.Sail();
  INFO(first.output);
  REQUIRE(first.exit_code == 0);
  auto expected = house.Entities();
  CHECK(expected.at("redmineIssue/3").at("relations").at("project") == "2");
  CHECK(expected.at("redmineProject/2").at("relations").at("parent") == "1");

  house.redmine.Put("issues", {{"id", 3}, {"subject", "edited"}, {"project", {{"id", 2}}}});
  house.redmine.Put("issues", {{"id", 131}, {"subject", "new"}, {"project", {{"id", 1}}}});
  house.redmine.Remove("time_entries", 1007);
  const auto second = house.Sail();
  INFO(second.output);
  REQUIRE(second.exit_code == 0);
  CHECK(second.updated() == 1);
  CHECK(second.created() == 1);
  CHECK(second.deleted() == 1);
  auto after = house.Entities();
  CHECK(after.at("redmineIssue/3").at("title") == "edited");
  for (auto* content : {&after, &expected}) {
    for (const auto* changed : {"redmineIssue/3", "redmineIssue/131", "redmineTimeEntry/1007"}) {
      content->erase(changed);
    }
  }
  CHECK(after == expected);
}

TEST_CASE("a refused key ends the run with what to check, and changes nothing") {
  House house;
  REQUIRE(house.Sail().exit_code == 0);
  const auto before = house.Entities();
  const auto outcome = house.Sail({{"OCEAN__INTEGRATION__CONFIG__REDMINE_API_KEY", "wrong-key"}});
  CHECK(outcome.exit_code == 1);
  CHECK_THAT(outcome.output, Contains("check redmineApiKey") && !Contains("wrong-key"));
  CHECK(house.Entities() == before);
}
