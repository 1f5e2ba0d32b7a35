/// @file Times what mapping one issue costs: the expressions of a typical issue mapping over a typical issue.

#include <chrono>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "ocean/base/json.hpp"
#include "ocean/jq/program.hpp"

namespace {

using ocean::Json;
using ocean::jq::Budget;
using ocean::jq::Program;

const std::vector<std::string> kExpressions = {
    "true",
    ".key",
    ".fields.summary",
    "\"jiraIssue\"",
    "(.self | split(\"/\") | .[:3] | join(\"/\")) + \"/browse/\" + .key",
    ".fields.status.name",
    ".fields.issuetype.name",
    ".fields.components",
    ".fields.creator.emailAddress",
    ".fields.priority.name",
    ".fields.labels",
    ".fields.created",
    ".fields.updated",
    ".fields.resolutiondate",
    ".fields.project.key",
    ".fields.parent.key",
    ".fields.subtasks | map(.key)",
    ".fields.assignee.accountId",
    ".fields.reporter.accountId",
};

std::string User(const std::string& name) {
  return R"({"self": "https://example.atlassian.net/rest/api/3/user?accountId=5b10a2844c20165700ede21g", "accountId": "5b10a2844c20165700ede21g", "emailAddress": ")" +
         name +
         R"(@example.com", "avatarUrls": {"48x48": "https://avatar.example.com/48", "24x24": "https://avatar.example.com/24"}, "displayName": ")" +
         name + R"(", "active": true, "timeZone": "Europe/Berlin", "accountType": "atlassian"})";
}

std::string IssueText() {
  return R"({"expand": "renderedFields,names,schema", "id": "10002", "self": "https://example.atlassian.net/rest/api/3/issue/10002", "key": "ED-1", "fields": {"summary": "Main order flow broken", "statuscategorychangedate": "2026-01-02T10:00:00.000+0000", "issuetype": {"self": "https://example.atlassian.net/rest/api/3/issuetype/3", "id": "3", "description": "A task", "name": "Task", "subtask": false}, "timespent": null, "project": {"self": "https://example.atlassian.net/rest/api/3/project/ED", "id": "10000", "key": "ED", "name": "Example", "projectTypeKey": "software"}, "fixVersions": [], "resolution": null, "resolutiondate": null, "workratio": -1, "lastViewed": null, "created": "2026-01-01T10:00:00.000+0000", "priority": {"self": "https://example.atlassian.net/rest/api/3/priority/3", "name": "Medium", "id": "3"}, "labels": ["backend", "urgent"], "timeestimate": null, "versions": [], "assignee": )" +
         User("mia") +
         R"(, "updated": "2026-01-03T10:00:00.000+0000", "status": {"self": "https://example.atlassian.net/rest/api/3/status/10001", "description": "", "name": "In Progress", "id": "10001", "statusCategory": {"id": 4, "key": "indeterminate", "colorName": "yellow", "name": "In Progress"}}, "components": [{"id": "10000", "name": "Checkout"}], "description": null, "creator": )" +
         User("fred") +
         R"(, "subtasks": [{"id": "10010", "key": "ED-2", "fields": {"summary": "Sub", "status": {"name": "Done"}}}, {"id": "10011", "key": "ED-3", "fields": {"summary": "Sub 2", "status": {"name": "Done"}}}], "reporter": )" +
         User("ann") + R"(, "parent": {"id": "10001", "key": "ED-0"}}})";
}

template <class Work>
double MicrosecondsOf(int rounds, Work&& work) {
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < rounds; ++i) work();
  const std::chrono::duration<double, std::micro> spent = std::chrono::steady_clock::now() - start;
  return spent.count() / rounds;
}

}  // namespace

int main() {
  const std::string text = IssueText();
  const Json issue = ocean::ParseJson(text);
  std::vector<Program> programs;
  const double compile = MicrosecondsOf(20, [&] {
    programs.clear();
    for (const std::string& expression : kExpressions)
      programs.push_back(Program::Compile(expression));
  });
  std::size_t found = 0;
  const double map = MicrosecondsOf(50'000, [&] {
    Budget budget;
    for (const Program& program : programs)
      found += program.First(issue, budget).value.has_value() ? 1 : 0;
  });
  const double parse = MicrosecondsOf(20'000, [&] { found += ocean::ParseJson(text).size(); });
  std::cout << "compile " << kExpressions.size() << " expressions: " << compile << " us\n"
            << "map one issue (" << text.size() << " bytes): " << map << " us\n"
            << "parse one issue: " << parse << " us\n";
  for (const Program& program : programs) {
    const double one = MicrosecondsOf(50'000, [&] {
      Budget budget;
      found += program.First(issue, budget).value.has_value() ? 1 : 0;
    });
    std::cout << "  " << one << " us  " << program.text() << "\n";
  }
  return found == 0 ? 1 : 0;
}
