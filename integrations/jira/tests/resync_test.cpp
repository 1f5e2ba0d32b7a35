#include <set>

#include "ocean/catch.hpp"
#include "ocean/testing/run_kind.hpp"
#include "src/integration.hpp"
#include "src/resync_project.hpp"
#include "upstream/fake_jira.hpp"

using jira::upstream::FakeJira;
using ocean::Json;
using ocean::testing::KindRun;

namespace {

KindRun Run(const FakeJira& fake, const std::string& kind, const Json& selector = Json::object()) {
  return ocean::testing::RunKind(OCEAN_INTEGRATION_DIR, fake.Config(), jira::SetUp, kind, selector);
}

/// The same with an organization.
KindRun RunTeams(const FakeJira& fake, const Json& selector) {
  Json config = fake.Config();
  config["atlassianOrganizationId"] = jira::upstream::Planning::kOrganization;
  return ocean::testing::RunKind(OCEAN_INTEGRATION_DIR, config, jira::SetUp, "team", selector);
}

/// The values of a member, each once, as text.
std::set<std::string> ValuesOf(const KindRun& run, const std::string& member) {
  std::set<std::string> values;
  for (const Json& item : run.items) {
    const Json& value = item.at(member);
    values.insert(value.is_string() ? value.get<std::string>() : ocean::DumpJson(value));
  }
  return values;
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

TEST_CASE("teams come with their members when that is wanted") {
  FakeJira fake({.users = 200});
  const KindRun run = RunTeams(fake, {{"includeMembers", true}});
  CHECK(run.error.empty());
  REQUIRE(run.items.size() == 3);
  CHECK(run.items[0].at("__members").size() == 67);
  CHECK(run.items[0].at("__members")[0].contains("accountId"));
  const KindRun bare = RunTeams(fake, Json::object());
  REQUIRE(bare.items.size() == 3);
  CHECK_FALSE(bare.items[0].contains("__members"));
}

TEST_CASE("without an organization there are no teams, and that is said") {
  FakeJira fake;
  const KindRun run = Run(fake, "team", {{"includeMembers", true}});
  CHECK(run.error.empty());
  CHECK(run.items.empty());
  CHECK(run.incomplete.empty());
  REQUIRE(run.log.size() == 1);
  CHECK_THAT(run.log[0].message, Catch::Matchers::Contains("atlassianOrganizationId"));
}

TEST_CASE("a team whose members may not be read is left out") {
  FakeJira fake;
  fake.upstream().FailNext(ocean::http::Method::kPost,
                           "/gateway/api/public/teams/v1/org/acme/teams/team-2", 1,
                           ocean::http::ServerResponse::OfText(403, "no"));
  const KindRun run = RunTeams(fake, {{"includeMembers", true}});
  CHECK(run.items.size() == 2);
  CHECK(run.incomplete.size() == 1);
}

TEST_CASE("what belongs to projects comes with its project") {
  FakeJira fake({.projects = 60});
  const KindRun releases = Run(fake, "release");
  CHECK(releases.error.empty());
  CHECK(releases.items.size() == 120);
  CHECK(ValuesOf(releases, "__projectKey").size() == 60);
  const KindRun components = Run(fake, "component", {{"componentSource", "auto"}});
  CHECK(components.error.empty());
  CHECK(ValuesOf(components, "__project").size() == 60);
  CHECK(components.items[0].at("__project").at("name").is_string());
}

TEST_CASE("components can be chosen by source and name") {
  FakeJira fake;
  for (const Json& item : Run(fake, "component").items) {
    CHECK(item.at("componentSource") == "jira");
  }
  const KindRun named =
      Run(fake, "component", {{"componentSource", "auto"}, {"nameFilter", "ledger"}});
  REQUIRE_FALSE(named.items.empty());
  CHECK(ValuesOf(named, "name") == std::set<std::string>{"ledger"});
}

TEST_CASE("worklogs come with the key of their issue") {
  FakeJira fake({.issues = 120});
  const KindRun run = Run(fake, "worklog", {{"jql", "project = PAY"}});
  CHECK(run.error.empty());
  REQUIRE_FALSE(run.items.empty());
  for (const Json& item : run.items) {
    CHECK(item.at("__issueKey").get<std::string>().starts_with("PAY-"));
  }
}

TEST_CASE("boards come with the keys of their projects") {
  FakeJira fake({.projects = 55});
  fake.planning().Put("board/30/project", {{"id", "1"}, {"key", "CORE"}});
  fake.planning().Put("board/30/project", {{"id", "2"}});
  const KindRun run = Run(fake, "board");
  CHECK(run.error.empty());
  REQUIRE(run.items.size() == 55);
  CHECK(run.items[0].at("__projectKeys") == Json::array({"PAY", "CORE"}));
  CHECK(Run(fake, "board", {{"boardType", "kanban"}}).items.size() == 27);
  CHECK(Run(fake, "board", {{"projectKey", "MOB"}}).items.size() == 1);
}

TEST_CASE("a board without id has no projects, and is no error") {
  FakeJira fake;
  fake.planning().Put("board", {{"name", "half made"}, {"type", "simple"}});
  const KindRun run = Run(fake, "board");
  CHECK(run.error.empty());
  REQUIRE(run.items.size() == 4);
  CHECK(run.items[3].at("__projectKeys") == Json::array());
}

TEST_CASE("sprints of every board that has any, in the wanted states") {
  FakeJira fake;
  const KindRun active = Run(fake, "sprint");
  CHECK(active.error.empty());
  CHECK(active.incomplete.empty());
  CHECK(ValuesOf(active, "state") == std::set<std::string>{"active"});
  CHECK(ValuesOf(active, "originBoardId") == std::set<std::string>{"30", "32"});
  CHECK(Run(fake, "sprint", {{"sprintState", {"closed", "future"}}}).items.size() == 4);
  CHECK(Run(fake, "sprint", {{"sprintState", nullptr}}).items.size() == 6);
}

TEST_CASE("a board that refuses otherwise is no board without sprints") {
  const int status = GENERATE(400, 403, 404, 500);
  FakeJira fake;
  fake.upstream().FailNext(ocean::http::Method::kGet, "/rest/agile/1.0/board/30/sprint", 1,
                           ocean::http::ServerResponse::OfText(status, "another reason"));
  const KindRun run = Run(fake, "sprint");
  const bool is_skipped = status == 403 || status == 404;
  CHECK(run.error.empty() == is_skipped);
  CHECK(run.incomplete.empty() == !is_skipped);
}

TEST_CASE("epics and backlogs come with the id of their board") {
  FakeJira fake;
  const KindRun open = Run(fake, "epic");
  CHECK(open.error.empty());
  REQUIRE_FALSE(open.items.empty());
  CHECK(ValuesOf(open, "done") == std::set<std::string>{"false"});
  CHECK(ValuesOf(open, "__boardId") == std::set<std::string>{"30", "31", "32"});
  const auto all = Run(fake, "epic", {{"status", nullptr}}).items.size();
  CHECK(Run(fake, "epic", {{"status", {"incomplete", "complete"}}}).items.size() == all);
  CHECK(Run(fake, "epic", {{"status", {"complete"}}}).items.size() == all - open.items.size());

  const KindRun backlog = Run(fake, "backlog");
  CHECK(backlog.error.empty());
  REQUIRE(backlog.items.size() > 50);
  CHECK(ValuesOf(backlog, "__boardId") == std::set<std::string>{"30", "31", "32"});
  CHECK(Run(fake, "backlog", {{"useSoftwareApi", false}}).items.size() == backlog.items.size());
}

TEST_CASE("a board without a backlog or epics is passed over, one that is refused is skipped") {
  const auto [kind, path, text] = GENERATE(table<std::string, std::string, std::string>(
      {{"backlog", "/rest/software/1.0/board/30/backlog",
        "Backlogs are not supported on this board"},
       {"epic", "/rest/agile/1.0/board/30/epic", "The board does not support epics"}}));
  FakeJira fake;
  fake.upstream().FailNext(ocean::http::Method::kGet, path, 1,
                           ocean::http::ServerResponse::OfJson(400, {{"errorMessages", {text}}}));
  const KindRun without = Run(fake, kind);
  CHECK(without.error.empty());
  CHECK(without.incomplete.empty());
  CHECK(ValuesOf(without, "__boardId") == std::set<std::string>{"31", "32"});

  fake.upstream().FailNext(ocean::http::Method::kGet, path, 1,
                           ocean::http::ServerResponse::OfText(403, "no"));
  const KindRun refused = Run(fake, kind);
  CHECK(refused.error.empty());
  CHECK(refused.incomplete.size() == 1);
}

TEST_CASE("one forbidden project, issue or board does not cost the others") {
  const auto [kind, path] =
      GENERATE(table<std::string, std::string>({{"release", "/rest/api/3/project/PAY/version"},
                                                {"component", "/rest/api/3/project/PAY/component"},
                                                {"worklog", "/rest/api/3/issue/PAY-1/worklog"},
                                                {"board", "/rest/agile/1.0/board/30/project"}}));
  FakeJira fake;
  fake.upstream().FailNext(ocean::http::Method::kGet, path, 1,
                           ocean::http::ServerResponse::OfText(403, "no"));
  const KindRun run = Run(fake, kind);
  CHECK(run.error.empty());
  CHECK_FALSE(run.items.empty());
  CHECK(run.incomplete.size() == 1);
}

TEST_CASE("a top-level list that is refused fails the kind") {
  const auto [kind, path] = GENERATE(table<std::string, std::string>(
      {{"release", "/rest/api/3/project/search"}, {"sprint", "/rest/agile/1.0/board"}}));
  FakeJira fake;
  fake.upstream().FailNext(ocean::http::Method::kGet, path, 1,
                           ocean::http::ServerResponse::OfText(403, "no"));
  CHECK_THAT(Run(fake, kind).error, Catch::Matchers::Contains("403"));
}

TEST_CASE("behind the gateway, objects carry the address of the site") {
  ocean::testing::FakeUpstream gateway;
  gateway.OnJson(ocean::http::Method::kGet, "/ex/jira/cloud-7/rest/api/3/serverInfo",
                 {{"baseUrl", "https://acme.atlassian.example"}});
  gateway.OnJson(ocean::http::Method::kGet, "/ex/jira/cloud-7/rest/api/3/project/search",
                 {{"total", 1}, {"values", {{{"key", "PAY"}}}}});
  gateway.Start();
  const auto set_up = [&](ocean::Integration& app) {
    const auto& jira =
        app.Own<jira::JiraClient>(app.Config<jira::JiraConfig>(), app.Http(), gateway.url());
    app.Kind<jira::ProjectSelector>("project", [&jira](const auto& selector, auto& ctx) {
      jira::ResyncProjects(jira, selector, ctx);
    });
  };
  const KindRun run = ocean::testing::RunKind(OCEAN_INTEGRATION_DIR,
                                              {{"jiraHost", gateway.url() + "/ex/jira/cloud-7"},
                                               {"atlassianUserEmail", "ada@acme.example"},
                                               {"atlassianUserToken", "t0ken"}},
                                              set_up, "project");
  REQUIRE(run.items.size() == 1);
  CHECK(run.items[0].at("__siteUrl") == "https://acme.atlassian.example");
}
