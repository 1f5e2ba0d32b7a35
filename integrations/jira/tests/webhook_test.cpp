#include <functional>
#include <map>
#include <optional>

#include "house.hpp"
#include "ocean/catch.hpp"
#include "ocean/testing/live_program.hpp"

using jira::test::House;
using jira::upstream::FieldFilter;
using ocean::Json;
using ocean::http::Method;

namespace {

constexpr auto kSecret = "a secret between Jira and us";

/// The program running on, and Jira's side of its webhook.
class Live {
 public:
  /// `edit` changes the installation before the program starts.
  explicit Live(const std::function<void(House&)>& edit = [](House&) {}) {
    edit(house);
    program_.emplace(house, std::map<std::string, std::string>{
                                {"OCEAN__INTEGRATION__CONFIG__WEBHOOK_SECRET", kSecret}});
  }

  /// What the webhook sends about an issue as it is now, or as it was; the status of the answer.
  int Deliver(const std::string& event, const Json& issue, const std::string& secret = kSecret) {
    return DeliverBody(event, {{"issue", issue}}, secret);
  }
  int DeliverBody(const std::string& event, const Json& about,
                  const std::string& secret = kSecret) {
    Json content = {{"timestamp", 1785400000000}, {"webhookEvent", event}};
    content.update(about);
    const std::string body = ocean::DumpJson(content);
    return program_->Post(
        "/webhook", body,
        jira::upstream::DeliveryHeaders(secret, body, "delivery " + std::to_string(++deliveries_)));
  }

  Json Issue(const std::string& key) {
    return house.jira.site().Issue(key, FieldFilter::All(), house.jira.url());
  }

  bool Becomes(const std::function<bool(const jira::test::Content&)>& condition) {
    return program_->Becomes(condition);
  }

  House house{OCEAN_INTEGRATION_PROGRAM, OCEAN_INTEGRATION_DIR, {.issues = 30}};

 private:
  std::optional<ocean::testing::LiveProgram> program_;
  int deliveries_ = 0;
};

}  // namespace

TEST_CASE("issues that are created, changed and deleted reach the catalog at once") {
  Live live;
  auto& site = live.house.jira.site();
  const std::string key =
      site.CreateIssue(
              {{"project", {{"key", "PAY"}}}, {"issuetype", {{"name", "Bug"}}}, {"summary", "new"}},
              "")
          .at("key");
  const std::string entity = "jiraIssue/" + key;
  CHECK(live.Deliver("jira:issue_created", live.Issue(key)) == 200);
  CHECK(live.Becomes([&](const auto& content) { return content.contains(entity); }));

  site.EditIssue(key, {{"summary", "changed"}});
  // What an event tells of an issue may be old: what counts is what Jira says now.
  Json old = live.Issue(key);
  old["fields"]["summary"] = "in between";
  CHECK(live.Deliver("jira:issue_updated", old) == 200);
  CHECK(live.Becomes(
      [&](const auto& content) { return content.at(entity).at("title") == "changed"; }));

  SECTION("deleted, and told") {
    const Json gone = live.Issue(key);
    site.DeleteIssue(key, false);
    CHECK(live.Deliver("jira:issue_deleted", gone) == 200);
  }
  SECTION("deleted before another event is handled") {
    const Json gone = live.Issue(key);
    site.DeleteIssue(key, false);
    CHECK(live.Deliver("jira:issue_updated", gone) == 200);
  }
  CHECK(live.Becomes([&](const auto& content) { return !content.contains(entity); }));
}

TEST_CASE("a request that Jira did not sign, or that is no event of an issue, changes nothing") {
  Live live;
  const auto before = live.house.Entities();
  const Json issue = live.Issue("PAY-1");
  CHECK(live.Deliver("jira:issue_deleted", issue, "a guess") == 401);
  CHECK(live.Deliver("jira:issue_deleted", {{"key", "PAY-1"}}) == 400);
  CHECK(live.Deliver("comment_created", issue) == 200);
  // A last event shows that those before it were handled.
  const Json last = live.Issue("PAY-2");
  live.house.jira.site().EditIssue("PAY-2", {{"summary", "changed"}});
  CHECK(live.Deliver("jira:issue_updated", last) == 200);
  CHECK(live.Becomes(
      [](const auto& content) { return content.at("jiraIssue/PAY-2").at("title") == "changed"; }));
  CHECK(live.house.Entities().size() == before.size());
}

namespace {

/// Maps a kind that the default mapping leaves out to "planned/<kind>-<id>".
void AddMapping(House& house, const std::string& kind, const std::string& selector = "") {
  house.Replace(".port/resources/port-app-config.yaml", "resources:\n",
                "resources:\n"
                "  - kind: " +
                    kind +
                    "\n"
                    "    selector: {query: \"true\"" +
                    selector +
                    "}\n"
                    "    port: {entity: {mappings: {identifier: '\"" +
                    kind +
                    "-\" + (.id | tostring)', "
                    "title: .name, blueprint: '\"planned\"'}}}\n");
}

void AddPlanning(House& house) {
  house.Replace(".port/resources/blueprints.json", "[\n  {\n    \"identifier\": \"jiraProject\"",
                "[\n  {\"identifier\": \"planned\", \"title\": \"Planned\", \"schema\": "
                "{\"properties\": {}, \"required\": []}},\n  {\n    \"identifier\": "
                "\"jiraProject\"");
  AddMapping(house, "release");
  AddMapping(house, "board");
  AddMapping(house, "sprint", ", sprintState: null");
  AddMapping(house, "worklog");
}

/// The events of one object, which is at Jira all the time: those that tell that it is gone, and those that make the program look.
struct Family {
  std::string entity;
  Json body;
  std::vector<std::string> gone;
  std::vector<std::string> there;
};

std::vector<Family> Families(jira::upstream::FakeJira& jira) {
  const Json user = jira.site().UserPage({.count = 1}, jira.url()).at(0).at("accountId");
  const Json issue = jira.WorkedOnIssue();
  const std::string worklog = issue.at("id").get<std::string>() + "0";
  return {
      {"jiraProject/PAY",
       {{"project", {{"key", "PAY"}}}},
       {"project_deleted", "project_soft_deleted"},
       {"project_created", "project_updated", "project_restored_deleted", "project_archived",
        "project_restored_archived"}},
      {"jiraUser/" + user.get<std::string>(),
       {{"user", {{"accountId", user}}}},
       {"user_deleted"},
       {"user_created", "user_updated"}},
      {"jiraIssue/" + issue.at("key").get<std::string>(),
       {{"issue", issue}},
       {"jira:issue_deleted"},
       {"jira:issue_created", "jira:issue_updated"}},
      {"planned/release-100001",
       {{"version", {{"id", 100001}, {"projectId", 10000}}}},
       {"jira:version_deleted"},
       {"jira:version_created", "jira:version_updated", "jira:version_released",
        "jira:version_unreleased", "jira:version_moved"}},
      {"planned/board-30",
       {{"board", {{"id", 30}}}},
       {"board_deleted"},
       {"board_created", "board_updated"}},
      {"planned/sprint-301",
       {{"sprint", {{"id", 301}}}},
       {"sprint_deleted"},
       {"sprint_created", "sprint_updated", "sprint_closed"}},
      {"planned/worklog-" + worklog,
       {{"worklog", {{"id", worklog}, {"issueId", issue.at("id")}}}},
       {"worklog_deleted"},
       {"worklog_created", "worklog_updated"}},
  };
}

}  // namespace

TEST_CASE("every event of every object takes the object out of the catalog, or brings it back") {
  Live live(AddPlanning);
  for (const Family& family : Families(live.house.jira)) {
    CAPTURE(family.entity);
    const auto is_there = [&](const auto& content) { return content.contains(family.entity); };
    const auto is_gone = [&](const auto& content) { return !content.contains(family.entity); };
    REQUIRE(live.Becomes(is_there));
    for (const std::string& gone : family.gone) {
      for (const std::string& there : family.there) {
        CAPTURE(gone, there);
        CHECK(live.DeliverBody(gone, family.body) == 200);
        REQUIRE(live.Becomes(is_gone));
        CHECK(live.DeliverBody(there, family.body) == 200);
        REQUIRE(live.Becomes(is_there));
      }
    }
  }
}

TEST_CASE("the webhook is registered at Jira, with its secret") {
  Live live;
  auto& webhooks = live.house.jira.webhooks();
  CHECK(live.Becomes([&](const auto&) { return webhooks.List().size() == 1; }));
  const Json webhook = webhooks.List().front();
  CHECK(webhook.at("url") == "https://ocean.example.com/integration/webhook");
  CHECK(webhook.at("events").size() == 29);
  CHECK(live.house.jira.upstream().CountOf(Method::kPost, "/rest/webhooks/1.0/webhook") == 1);
}
