#include "house.hpp"
#include "ocean/app/integration.hpp"
#include "ocean/catch.hpp"
#include "ocean/error_of.hpp"
#include "ocean/testing/manual_clock.hpp"
#include "ocean/testing/temp_dir.hpp"
#include "src/webhook_board.hpp"
#include "src/webhook_issue.hpp"
#include "src/webhook_project.hpp"
#include "src/webhook_registration.hpp"
#include "src/webhook_user.hpp"

using jira::JiraClient;
using jira::upstream::FakeJira;
using ocean::EventResult;
using ocean::Json;
using ocean::http::Method;

namespace {

const ocean::Secret kNoSecret;

/// A site, and the client of it that processors share.
struct Desk {
  /// With a token file the client uses OAuth.
  explicit Desk(std::filesystem::path file = {}) : token_file(std::move(file)) {}

  JiraClient Client() const {
    return {{.jira_host = jira.url(),
             .atlassian_user_email = ocean::Secret(jira.credentials().email),
             .atlassian_user_token = ocean::Secret(jira.credentials().token)},
            http,
            jira.url()};
  }

  FakeJira jira{{.issues = 30}};
  std::filesystem::path token_file;
  ocean::testing::ManualClock clock;
  ocean::http::ClientFactory http{.transport = ocean::http::MakeCurlTransport(),
                                  .clock = clock,
                                  .logger = ocean::Logger::Null(),
                                  .stats = std::make_shared<ocean::http::ClientStats>(),
                                  .oauth_token_file = token_file};
  JiraClient client = Client();
};

ocean::WebhookEvent Event(const std::string& name, Json body) {
  body["webhookEvent"] = name;
  return {.body = std::move(body), .headers = {}, .received_at = {}};
}

/// What a processor makes of an event, for a resource with that selector.
template <class Processor>
EventResult Handle(const Desk& desk, const std::string& name, const Json& body,
                   const Json& selector = Json::object()) {
  const Processor processor(desk.client, kNoSecret);
  const auto event = Event(name, body);
  REQUIRE(processor.Matches(event));
  processor.Validate(event);
  ocean::EventContext ctx{.kind = {}, .stop = {}, .logger = ocean::Logger::Null()};
  return processor.HandleResource(event, selector, ctx);
}

template <class Processor>
std::string Refusal(const Json& body, const std::string& name) {
  Desk desk;
  const Processor processor(desk.client, kNoSecret);
  return ocean::testing::ErrorOf([&] { processor.Validate(Event(name, body)); });
}

}  // namespace

TEST_CASE("an event without the object that it is about is refused") {
  CHECK(Refusal<jira::IssueWebhook>({{"issue", Json::object()}}, "jira:issue_created") ==
        "permanent: jira:issue_created without issue.id");
  CHECK(Refusal<jira::ProjectWebhook>({{"project", Json::object()}}, "project_created") ==
        "permanent: project_created without project.key");
  CHECK(Refusal<jira::UserWebhook>({{"user", {{"name", "ada"}}}}, "user_created") ==
        "permanent: user_created without user.accountId");
  const Json wrong = GENERATE(as<Json>(), nullptr, "invalid", Json::object(), Json{{"name", "x"}},
                              Json{{"id", nullptr}});
  CHECK(Refusal<jira::BoardWebhook>({{"board", wrong}}, "board_created") ==
        "permanent: board_created without board.id");
  CHECK(Refusal<jira::SprintWebhook>({{"sprint", wrong}}, "sprint_created") ==
        "permanent: sprint_created without sprint.id");
  CHECK(Refusal<jira::WorklogWebhook>({{"worklog", wrong}}, "worklog_created") ==
        "permanent: worklog_created without worklog.id");
  CHECK(Refusal<jira::ReleaseWebhook>({{"version", wrong}}, "jira:version_moved") ==
        "permanent: jira:version_moved without version.id");
}

TEST_CASE("projects are asked for with what the selector expands, and those of the bin are gone") {
  Desk desk;
  const Json body = {{"project", {{"key", "PAY"}, {"id", 10000}}}};
  const EventResult restored =
      Handle<jira::ProjectWebhook>(desk, "project_restored_deleted", body, {{"expand", "insight"}});
  REQUIRE(restored.updated.size() == 1);
  CHECK(restored.updated[0].at("insight").at("totalIssueCount").is_number());
  CHECK(desk.jira.upstream().Requests().back().QueryValue("expand") == "insight");
  for (const auto* name : {"project_deleted", "project_soft_deleted"}) {
    CHECK(Handle<jira::ProjectWebhook>(desk, name, body).deleted ==
          std::vector<Json>{body.at("project")});
  }
}

TEST_CASE("what is not there any more when it is asked for is deleted") {
  Desk desk;
  const Json number = {{"id", 999}};
  CHECK(Handle<jira::ProjectWebhook>(desk, "project_updated", {{"project", {{"key", "NO"}}}})
            .deleted.size() == 1);
  CHECK(Handle<jira::UserWebhook>(desk, "user_updated", {{"user", {{"accountId", "no"}}}})
            .deleted.size() == 1);
  CHECK(Handle<jira::BoardWebhook>(desk, "board_updated", {{"board", number}}).deleted.size() == 1);
  CHECK(Handle<jira::SprintWebhook>(desk, "sprint_updated", {{"sprint", number}}).deleted.size() ==
        1);
  CHECK(Handle<jira::ReleaseWebhook>(desk, "jira:version_updated", {{"version", number}}).deleted ==
        std::vector<Json>{{{"id", "999"}}});
}

TEST_CASE("a refusal is an error, not the end of the object") {
  Desk desk;
  desk.jira.upstream().FailNext(Method::kGet, "/rest/agile/1.0/sprint/301", 1,
                                ocean::http::ServerResponse::OfText(403, "no"));
  CHECK_THROWS_AS(Handle<jira::SprintWebhook>(desk, "sprint_updated", {{"sprint", {{"id", 301}}}}),
                  ocean::Error);
}

TEST_CASE("a version has its project's key, and one that it is merged into is read as well") {
  Desk desk;
  const Json body = {{"version", {{"id", 100000}, {"projectId", 10000}}},
                     {"mergedTo", {{"id", 100001}}}};
  const EventResult now = Handle<jira::ReleaseWebhook>(desk, "jira:version_released", body);
  REQUIRE(now.updated.size() == 1);
  CHECK(now.updated[0].at("__projectKey") == "PAY");
  const EventResult merged = Handle<jira::ReleaseWebhook>(desk, "jira:version_deleted", body);
  REQUIRE(merged.deleted.size() == 1);
  CHECK(merged.deleted[0].at("id") == "100000");
  REQUIRE(merged.updated.size() == 1);
  CHECK(merged.updated[0].at("id") == "100001");
}

TEST_CASE("boards come with their projects, and one that the selector leaves out is deleted") {
  Desk desk;
  const Json body = {{"board", {{"id", 30}}}};
  const auto c = GENERATE(table<Json, bool>({{Json::object(), true},
                                             {{{"boardType", "scrum"}}, true},
                                             {{{"boardType", "kanban"}}, false},
                                             {{{"projectKey", "PAY"}}, true},
                                             {{{"projectKey", "MOB"}}, false}}));
  const EventResult result =
      Handle<jira::BoardWebhook>(desk, "board_updated", body, std::get<Json>(c));
  CHECK(result.updated.size() == (std::get<bool>(c) ? 1 : 0));
  CHECK(result.deleted.size() == (std::get<bool>(c) ? 0 : 1));
  const Json& board = std::get<bool>(c) ? result.updated[0] : result.deleted[0];
  CHECK(board.at("__projectKeys") == Json::array({"PAY"}));
}

TEST_CASE("a sprint in a state that the selector leaves out is deleted") {
  Desk desk;
  const Json closed = {{"sprint", {{"id", 300}}}};
  CHECK(Handle<jira::SprintWebhook>(desk, "sprint_closed", closed).deleted.size() == 1);
  const Json all = {{"sprintState", nullptr}};
  CHECK(Handle<jira::SprintWebhook>(desk, "sprint_closed", closed, all).updated.size() == 1);
}

TEST_CASE("a worklog is what a resync of its issue reads, with the issue's key") {
  Desk desk;
  const Json issue = desk.jira.WorkedOnIssue();
  const auto issue_id = issue.at("id").get<std::string>();
  const Json body = {{"worklog", {{"id", issue_id + "0"}, {"issueId", issue_id}}}};
  const auto handle = [&](const Json& selector) {
    return Handle<jira::WorklogWebhook>(desk, "worklog_updated", body, selector);
  };
  const EventResult found = handle(Json::object());
  REQUIRE(found.updated.size() == 1);
  CHECK(found.updated[0].at("__issueKey") == issue.at("key"));
  CHECK(found.updated[0].at("timeSpent") == "2h");
  const auto requests = desk.jira.upstream().Requests();
  const Json search = requests.at(requests.size() - 2).ParseBody();
  CHECK(search.at("jql") == "(updated >= -1w) AND key = " + issue_id);
  CHECK(search.at("reconcileIssues") == Json::array({std::stoi(issue_id)}));

  desk.jira.site().DeleteIssue(issue_id, true);
  CHECK(handle(Json::object()).deleted.size() == 1);
  CHECK(Handle<jira::WorklogWebhook>(desk, "worklog_updated", {{"worklog", {{"id", "1"}}}})
            .updated.empty());
}

namespace {

constexpr auto kUrl = "https://ocean.example.com/integration/webhook";

/// As the start of the program does it.
void Register(const Desk& desk, const ocean::Secret& secret = kNoSecret) {
  const auto registration = jira::Registration(desk.client, "ocean-1", secret);
  if (const std::string obstacle = registration.obstacle(kUrl); !obstacle.empty()) {
    throw ocean::Error(ocean::ErrorKind::kForbidden, obstacle);
  }
  const auto there = registration.list();
  if (there.empty()) registration.create(registration.wanted(kUrl));
  if (!there.empty() && registration.renew) registration.renew(there.front());
}

std::string RegistrationError(const Desk& desk, const ocean::Secret& secret = kNoSecret) {
  return ocean::testing::ErrorOf([&] { Register(desk, secret); });
}

}  // namespace

TEST_CASE("a site's webhook has all events, and takes an administrator") {
  Desk desk;
  desk.jira.Intercept(
      [](const ocean::http::ServerRequest& request) -> std::optional<ocean::http::ServerResponse> {
        if (request.QueryValue("permissions") != "ADMINISTER") return std::nullopt;
        return ocean::http::ServerResponse::OfJson(
            200, {{"permissions", {{"ADMINISTER", {{"havePermission", false}}}}}});
      });
  CHECK_THAT(RegistrationError(desk), Catch::Matchers::Contains("no administrator"));
  CHECK(desk.jira.webhooks().List().empty());
  desk.jira.Intercept({});
  Register(desk, ocean::Secret("a secret"));
  const Json webhook = desk.jira.webhooks().List().at(0);
  CHECK(webhook.at("name") == "ocean-1-Port-Ocean-Events-Webhook");
  CHECK(webhook.at("events").size() == 29);
}

TEST_CASE("an OAuth app has one webhook, without the events of the site, and keeps it alive") {
  ocean::testing::TempDir folder;
  folder.Write("token", FakeJira().credentials().token);
  Desk desk(folder.path() / "token");
  Register(desk);
  auto& webhooks = desk.jira.app_webhooks();
  REQUIRE(webhooks.List().at("values").size() == 1);
  const Json webhook = webhooks.List().at("values").at(0);
  CHECK(webhook.at("url") == kUrl);
  CHECK(webhook.at("events").size() == 19);
  CHECK(webhooks.renewals() == 0);
  Register(desk);
  CHECK(webhooks.renewals() == 1);
  CHECK(webhooks.List().at("values").size() == 1);
  CHECK_THAT(RegistrationError(desk, ocean::Secret("s")),
             Catch::Matchers::Contains("webhookSecret"));
}

TEST_CASE("an OAuth app whose webhook leads elsewhere keeps it") {
  ocean::testing::TempDir folder;
  folder.Write("token", FakeJira().credentials().token);
  Desk desk(folder.path() / "token");
  desk.jira.app_webhooks().Register(
      {{"url", "https://other.example"},
       {"webhooks", {{{"jqlFilter", "project not in (x)"}, {"events", Json::array()}}}}});
  CHECK_THAT(RegistrationError(desk), Catch::Matchers::Contains("https://other.example"));
  CHECK(desk.jira.app_webhooks().List().at("values").size() == 1);
}

TEST_CASE("a webhook of an app that Jira refuses is an error") {
  ocean::testing::TempDir folder;
  folder.Write("token", FakeJira().credentials().token);
  Desk desk(folder.path() / "token");
  desk.jira.upstream().FailNext(
      Method::kPost, "/rest/api/3/webhook", 1,
      ocean::http::ServerResponse::OfJson(
          200, {{"webhookRegistrationResult", {{{"errors", {"the clause is unsupported"}}}}}}));
  CHECK_THAT(RegistrationError(desk), Catch::Matchers::Contains("the clause is unsupported"));
}
