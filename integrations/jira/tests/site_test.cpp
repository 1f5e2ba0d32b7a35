#include <set>

#include "ocean/base/error.hpp"
#include "ocean/catch.hpp"
#include "upstream/site.hpp"

using jira::upstream::FieldFilter;
using jira::upstream::IssueSearch;
using jira::upstream::JiraSite;
using jira::upstream::SiteOptions;
using ocean::Json;

namespace {

const std::string kUrl = "http://jira.test";

std::vector<Json> AllIssues(const JiraSite& site, const std::string& jql = "") {
  std::vector<Json> issues;
  IssueSearch search{.jql = jql, .fields = FieldFilter::All(), .count = 100};
  while (true) {
    const Json page = site.IssuePage(search, kUrl);
    for (const Json& issue : page.at("issues")) issues.push_back(issue);
    CHECK(page.at("isLast") == !page.contains("nextPageToken"));
    if (!page.contains("nextPageToken")) return issues;
    search.page_token = page.at("nextPageToken");
  }
}

Json FieldsOf(const JiraSite& site, const std::string& key) {
  return site.Issue(key, FieldFilter::All(), kUrl).at("fields");
}

/// Each sub-task is listed by its parent, and each listed sub-task names it.
void CheckRelations(const std::vector<Json>& issues) {
  std::set<std::pair<std::string, std::string>> by_parent;
  std::set<std::pair<std::string, std::string>> by_child;
  for (const Json& issue : issues) {
    const Json& fields = issue.at("fields");
    for (const Json& subtask : fields.at("subtasks")) {
      by_parent.emplace(issue.at("key"), subtask.at("key"));
    }
    if (fields.at("issuetype").at("subtask").get<bool>()) {
      by_child.emplace(fields.at("parent").at("key"), issue.at("key"));
    }
  }
  CHECK_FALSE(by_parent.empty());
  CHECK(by_parent == by_child);
}

int StatusOf(const std::function<void()>& call) {
  try {
    call();
  } catch (const ocean::Error& error) {
    return error.http_status();
  }
  return 200;
}

}  // namespace

TEST_CASE("a seed makes the same site, another seed another one") {
  const JiraSite first({.seed = 5});
  const JiraSite again({.seed = 5});
  const JiraSite other({.seed = 6});
  CHECK(AllIssues(first) == AllIssues(again));
  CHECK(AllIssues(first) != AllIssues(other));
  CHECK(first.UserPage({}, kUrl) == again.UserPage({}, kUrl));
}

TEST_CASE("a site has what was asked for, and relations that agree from both ends") {
  const JiraSite site({.projects = 4, .users = 30, .issues = 321});
  const std::vector<Json> issues = AllIssues(site);
  CHECK(issues.size() == 321);
  CHECK(site.UserPage({.count = 100}, kUrl).size() == 30);
  CHECK(site.ProjectPage({}, true, kUrl).at("total") == 4);
  CheckRelations(issues);
}

TEST_CASE("pages of projects and users overlap nowhere and end") {
  const JiraSite site({.projects = 5});
  CHECK(site.ProjectPage({.start = 0, .count = 2}, false, kUrl).at("isLast") == false);
  const Json last = site.ProjectPage({.start = 4, .count = 2}, false, kUrl);
  CHECK(last.at("isLast") == true);
  CHECK(last.at("values").size() == 1);
  CHECK(site.UserPage({.start = 20}, kUrl) == Json::array());
}

TEST_CASE("fields are those that were asked for") {
  const JiraSite site(SiteOptions{});
  const auto first = [&](std::string_view fields) {
    return site.IssuePage({.fields = FieldFilter(fields), .count = 1}, kUrl).at("issues").at(0);
  };
  CHECK(first("").size() == 1);
  CHECK(first("summary, labels").at("fields").size() == 2);
  CHECK(first("*all").at("fields").contains("description"));
  CHECK_FALSE(first("*all,-description").at("fields").contains("description"));
}

TEST_CASE("simple queries are understood, others hold for every issue") {
  const JiraSite site(SiteOptions{});
  CHECK(AllIssues(site, "key = PAY-3").size() == 1);
  CHECK(AllIssues(site, "(statusCategory != Done) OR (updated >= -1w)").size() == 600);
  for (const Json& issue : AllIssues(site, "project = MOB AND issuetype = \"Sub-task\"")) {
    CHECK(issue.at("fields").at("project").at("key") == "MOB");
    CHECK(issue.at("fields").at("issuetype").at("name") == "Sub-task");
  }
}

TEST_CASE("an edit sets what it names, and a refused one sets nothing") {
  JiraSite site(SiteOptions{});
  const Json before = FieldsOf(site, "PAY-3");
  site.EditIssue("PAY-3", {{"summary", "新しい"}, {"labels", {"a", "b"}}, {"assignee", nullptr}});
  const Json after = FieldsOf(site, "PAY-3");
  CHECK(after.at("summary") == "新しい");
  CHECK(after.at("labels") == Json::array({"a", "b"}));
  CHECK(after.at("assignee").is_null());
  CHECK(after.at("updated") != before.at("updated"));

  CHECK(StatusOf([&] { site.EditIssue("PAY-3", {{"summary", "x"}, {"status", 1}}); }) == 400);
  CHECK(FieldsOf(site, "PAY-3") == after);
  CHECK(StatusOf([&] { site.EditIssue("PAY-99999", {{"summary", "x"}}); }) == 404);
}

TEST_CASE("created issues have the next key; sub-tasks and their parents know each other") {
  JiraSite site(SiteOptions{});
  const std::string story = AllIssues(site, "project = PAY AND issuetype = Story").at(0).at("key");
  const Json created = site.CreateIssue({{"project", {{"key", "PAY"}}},
                                         {"issuetype", {{"name", "Sub-task"}}},
                                         {"parent", {{"key", story}}},
                                         {"summary", "split off"}},
                                        kUrl);
  CHECK(site.issue_count() == 601);
  CHECK(FieldsOf(site, created.at("key")).at("parent").at("key") == story);
  CheckRelations(AllIssues(site));

  const Json no_parent = {
      {"project", {{"key", "PAY"}}}, {"issuetype", {{"name", "Sub-task"}}}, {"summary", "lost"}};
  CHECK(StatusOf([&] { site.CreateIssue(no_parent, kUrl); }) == 400);
  CHECK(site.issue_count() == 601);
}

TEST_CASE("deleting leaves no reference behind") {
  JiraSite site(SiteOptions{});
  const Json subtask = AllIssues(site, "issuetype = Sub-task").at(0);
  const std::string parent = subtask.at("fields").at("parent").at("key");
  CHECK(StatusOf([&] { site.DeleteIssue(parent, false); }) == 400);

  site.DeleteIssue(subtask.at("key").get<std::string>(), false);
  CHECK(site.issue_count() == 599);
  CheckRelations(AllIssues(site));

  const std::string epic = AllIssues(site, "issuetype = Epic").at(0).at("key");
  REQUIRE_FALSE(AllIssues(site, "parent = " + epic).empty());
  site.DeleteIssue(epic, true);
  CHECK(AllIssues(site, "parent = " + epic).empty());
  CHECK(StatusOf([&] { site.DeleteIssue(epic, false); }) == 404);
}

TEST_CASE("issues deleted between two pages make the walk skip none of the others") {
  JiraSite site(SiteOptions{});
  const Json first = site.IssuePage({.fields = FieldFilter("summary"), .count = 10}, kUrl);
  const std::string next = site.IssuePage({.fields = FieldFilter("summary"), .count = 11}, kUrl)
                               .at("issues")
                               .at(10)
                               .at("key");
  site.DeleteIssue(first.at("issues").at(4).at("key").get<std::string>(), true);
  const Json second = site.IssuePage(
      {.fields = FieldFilter("summary"), .count = 10, .page_token = first.at("nextPageToken")},
      kUrl);
  CHECK(second.at("issues").at(0).at("key") == next);
}
