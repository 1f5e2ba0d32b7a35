#include <atomic>
#include <csignal>
#include <future>

#include "house.hpp"
#include "ocean/catch.hpp"

using jira::test::Content;
using jira::test::House;
using jira::test::Outcome;
using jira::upstream::FailIssuePage;
using ocean::Json;
using ocean::http::Method;
using ocean::http::ServerRequest;
using ocean::http::ServerResponse;

namespace {

House MakeHouse(const jira::upstream::SiteOptions& site = {}) {
  return House(OCEAN_INTEGRATION_PROGRAM, OCEAN_INTEGRATION_DIR, site);
}

/// Shows the program's output when the exit code is another one.
void RequireExit(const Outcome& outcome, int expected) {
  INFO(outcome.output);
  REQUIRE(outcome.exit_code == expected);
}

std::size_t Occurrences(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

/// What an operator must be told: exactly one error, with these parts.
void CheckRefused(const Outcome& outcome, const std::vector<std::string>& parts) {
  RequireExit(outcome, 1);
  CHECK(Occurrences("\n" + outcome.output, "\nerror: ") == 1);
  for (const std::string& part : parts) CHECK_THAT(outcome.output, Catch::Contains(part));
}

Json NewBug(const std::string& summary) {
  return {{"project", {{"key", "PAY"}}}, {"issuetype", {{"name", "Bug"}}}, {"summary", summary}};
}

}  // namespace

TEST_CASE("the first run brings the whole site into an empty catalog") {
  House house = MakeHouse();
  const Outcome outcome = house.Sail();
  RequireExit(outcome, 0);
  CHECK(outcome.report.at("outcome") == "complete");
  CHECK(outcome.OfBlocks("/mapped") == 623);
  CHECK(outcome.created() + outcome.updated() == 623);
  CHECK(outcome.deleted() == 0);

  const Content entities = house.Entities();
  CHECK(entities.size() == 623);
  const Json issue =
      house.jira.site().Issue("PAY-3", jira::upstream::FieldFilter::All(), house.jira.url());
  const Json& entity = entities.at("jiraIssue/PAY-3");
  CHECK(entity.at("title") == issue.at("fields").at("summary"));
  CHECK(entity.at("relations").at("project") == "PAY");
  CHECK(entity.at("properties").at("url") == house.jira.url() + "/browse/PAY-3");
}

TEST_CASE("a second run changes nothing") {
  House house = MakeHouse();
  RequireExit(house.Sail(), 0);
  const Content before = house.Entities();
  const Outcome outcome = house.Sail();
  RequireExit(outcome, 0);
  CHECK(outcome.created() == 0);
  CHECK(outcome.updated() == 0);
  CHECK(outcome.unchanged() == 623);
  CHECK(outcome.deleted() == 0);
  CHECK(house.Entities() == before);
}

TEST_CASE("5 edits, 2 additions and 3 deletions reach the catalog, and nothing else changes") {
  House house = MakeHouse();
  RequireExit(house.Sail(), 0);
  Content expected = house.Entities();
  auto& site = house.jira.site();
  const auto bugs = house.jira.Keys("issuetype = Bug");
  for (int i = 0; i < 5; ++i) {
    site.EditIssue(bugs[i], {{"summary", "edited ✏️"}});
    expected.erase("jiraIssue/" + bugs[i]);
  }
  for (int i = 5; i < 8; ++i) {
    site.DeleteIssue(bugs[i], false);
    expected.erase("jiraIssue/" + bugs[i]);
  }
  for (const auto* summary : {"new 1", "new 2"}) site.CreateIssue(NewBug(summary), "");

  const Outcome outcome = house.Sail();
  RequireExit(outcome, 0);
  CHECK(outcome.updated() == 5);
  CHECK(outcome.created() == 2);
  CHECK(outcome.deleted() == 3);
  CHECK(outcome.unchanged() == 615);

  Content after = house.Entities();
  CHECK(after.size() == 622);
  for (int i = 0; i < 5; ++i) {
    CHECK(after.at("jiraIssue/" + bugs[i]).at("title") == "edited ✏️");
    after.erase("jiraIssue/" + bugs[i]);
  }
  std::erase_if(after, [&](const auto& entry) {
    return entry.second.at("title") == "new 1" || entry.second.at("title") == "new 2";
  });
  CHECK(after == expected);
}

TEST_CASE("a page that fails costs no entity its life, and the report says why") {
  const int status = GENERATE(500, 403);
  House house = MakeHouse({.issues = 200});
  RequireExit(house.Sail(), 0);
  const auto bugs = house.jira.Keys("issuetype = Bug");
  house.jira.site().EditIssue(bugs[0], {{"summary", "edited"}});
  house.jira.site().DeleteIssue(bugs[1], false);

  house.jira.Intercept(FailIssuePage(3, status));
  const Outcome outcome = house.Sail();
  RequireExit(outcome, 2);
  CHECK(outcome.report.at("outcome") == "incomplete");
  CHECK(outcome.OutcomeOf("issue") == "incomplete");
  CHECK(outcome.OutcomeOf("user") == "complete");
  CHECK(outcome.deleted() == 0);
  CHECK_THAT(ocean::DumpJson(outcome.report), Catch::Contains(std::to_string(status)));
  CHECK(house.Entities().size() == 223);
  CHECK(house.Entities().at("jiraIssue/" + bugs[0]).at("title") == "edited");

  house.jira.Intercept({});
  const Outcome repaired = house.Sail();
  RequireExit(repaired, 0);
  CHECK(repaired.deleted() == 1);
}

TEST_CASE("a run that is killed in the middle is repaired by the next one") {
  House house = MakeHouse({.issues = 400});
  std::promise<void> in_the_middle;
  std::promise<void> killed;
  std::atomic<int> pages = 0;
  house.jira.Intercept([&](const ServerRequest& request) -> std::optional<ServerResponse> {
    if (request.path == "/rest/api/3/search/jql" && ++pages == 4) {
      in_the_middle.set_value();
      killed.get_future().wait();
    }
    return std::nullopt;
  });
  ocean::testing::Process process(house.Command());
  REQUIRE(in_the_middle.get_future().wait_for(std::chrono::minutes(1)) ==
          std::future_status::ready);
  process.Signal(SIGKILL);
  CHECK(process.Wait(std::chrono::seconds(30)).value().signal == SIGKILL);
  house.jira.Intercept({});
  killed.set_value();
  CHECK(house.Entities().size() < house.jira.object_count());

  RequireExit(house.Sail(), 0);
  CHECK(house.Entities().size() == house.jira.object_count());
  CHECK(house.Sail().unchanged() == static_cast<int>(house.jira.object_count()));
}

TEST_CASE("refused credentials end the run with what to check, and change nothing") {
  House house = MakeHouse({.issues = 100});
  RequireExit(house.Sail(), 0);
  const Content before = house.Entities();
  const Outcome outcome =
      house.Sail({{"OCEAN__INTEGRATION__CONFIG__ATLASSIAN_USER_TOKEN", "a-wrong-token"}});
  CheckRefused(outcome, {house.jira.url(), "401", "atlassianUserToken"});
  CHECK(Occurrences(outcome.output, "a-wrong-token") == 0);
  CHECK(house.Entities() == before);
}

TEST_CASE(
    "a site that cannot be reached is told with the option that names it, and changes nothing") {
  House house = MakeHouse({.issues = 10});
  RequireExit(house.Sail(), 0);
  const Content before = house.Entities();
  const Outcome outcome =
      house.Sail({{"OCEAN__INTEGRATION__CONFIG__JIRA_HOST", "http://127.0.0.1:9"}});
  CheckRefused(outcome, {"Jira cannot be reached; check jiraHost",
                         "OCEAN__INTEGRATION__CONFIG__JIRA_HOST", "127.0.0.1:9"});
  CHECK(house.Entities() == before);
}

TEST_CASE("a missing permission ends the run with what to check, and changes nothing") {
  House house = MakeHouse({.issues = 100});
  RequireExit(house.Sail(), 0);
  const Content before = house.Entities();
  house.jira.upstream().FailNext(Method::kGet, "/", 99, ServerResponse::OfText(403, "no"));
  house.jira.upstream().FailNext(Method::kPost, "/", 99, ServerResponse::OfText(403, "no"));
  CheckRefused(house.Sail(), {house.jira.url(), "403", "permission"});
  CHECK(house.Entities() == before);
}

TEST_CASE("wrong configuration is told all at once, before anything is asked of anyone") {
  House house = MakeHouse({.issues = 0});
  const Outcome outcome = house.Sail({{"OCEAN__INTEGRATION__CONFIG__JIRA_HOST", "acme"},
                                      {"OCEAN__INTEGRATION__CONFIG__ATLASSIAN_USER_EMAIL", ""},
                                      {"OCEAN__INTEGRATION__CONFIG__ATLASSIAN_USER_TOKEN", ""}});
  CheckRefused(outcome, {"jira_host", "atlassian_user_email", "atlassian_user_token"});
  CHECK(house.jira.upstream().Requests().empty());
}

TEST_CASE("a mapping that does not compile is refused with resource, property and position") {
  House house = MakeHouse({.issues = 10});
  house.Replace(".port/resources/port-app-config.yaml", "status: .fields.status.name",
                "status: .fields.status. | | .name");
  const Outcome outcome = house.Sail();
  CheckRefused(outcome, {"resources[3]", "properties.status", "column 15"});
  CHECK(house.Entities().empty());
  CHECK(house.jira.upstream().CountOf(Method::kPost, "/") == 0);
}

TEST_CASE("a selector that makes no sense is refused") {
  House house = MakeHouse({.issues = 10});
  house.Replace(".port/resources/port-app-config.yaml", "jql: (status", "jqll: (status");
  CheckRefused(house.Sail(), {"resources[3].selector", "jqll"});
  CHECK(house.Entities().empty());
}
