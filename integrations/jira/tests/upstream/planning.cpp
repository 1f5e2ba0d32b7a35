#include "upstream/planning.hpp"

#include <algorithm>

namespace jira::upstream {
namespace {

using ocean::Json;
using Lists = std::map<std::string, std::vector<Json>, std::less<>>;

std::string IdOf(const Json& record) {
  for (const auto* member : {"id", "teamId", "accountId"}) {
    const Json& id = ocean::Get(record, member);
    if (!id.is_null()) return id.is_string() ? id.get<std::string>() : ocean::DumpJson(id);
  }
  return "";
}

void AddProject(const Project& project, Lists& lists) {
  const std::string path = "project/" + project.key + "/";
  auto& versions = lists[path + "version"];
  for (int i = 0; i < 2; ++i) {
    versions.push_back({{"id", std::to_string(project.id * 10 + i)},
                        {"name", "2026.0" + std::to_string(7 + i)},
                        {"archived", false},
                        {"released", i == 0},
                        {"releaseDate", "2026-0" + std::to_string(7 + i) + "-20"},
                        {"projectId", project.id}});
  }
  auto& components = lists[path + "component"];
  for (std::size_t i = 0; i < project.components.size(); ++i) {
    components.push_back({{"id", std::to_string(project.id * 10 + static_cast<int>(i))},
                          {"name", project.components[i]},
                          {"description", "Part of " + project.name},
                          {"assigneeType", "PROJECT_LEAD"},
                          {"componentSource", i % 2 == 0 ? "jira" : "compass"},
                          {"issueCount", i}});
  }
}

/// Every project has a board; every second one is a kanban board, which has no sprints.
void AddBoard(std::size_t position, const Project& project, Lists& lists) {
  const int id = 30 + static_cast<int>(position);
  const bool is_scrum = position % 2 == 0;
  lists["board"].push_back(
      {{"id", id},
       {"name", project.key + " board"},
       {"type", is_scrum ? "scrum" : "kanban"},
       {"location", {{"projectId", project.id}, {"projectKey", project.key}}}});
  const std::string path = "board/" + std::to_string(id) + "/";
  lists[path + "project"] = {{{"id", std::to_string(project.id)}, {"key", project.key}}};
  if (!is_scrum) return;
  const std::vector<std::string> states = {"closed", "active", "future"};
  for (std::size_t i = 0; i < states.size(); ++i) {
    lists[path + "sprint"].push_back({{"id", id * 10 + static_cast<int>(i)},
                                      {"state", states[i]},
                                      {"name", project.key + " " + std::to_string(i + 1)},
                                      {"originBoardId", id}});
  }
}

void AddIssue(const Issue& issue, Lists& lists) {
  const std::string board = "board/" + std::to_string(30 + issue.project) + "/";
  if (issue.type == kEpic) {
    lists[board + "epic"].push_back({{"id", issue.id},
                                     {"key", issue.key},
                                     {"name", issue.summary},
                                     {"summary", issue.summary},
                                     {"done", issue.status == kDone}});
  } else if (issue.status == 0) {
    lists[board + "backlog"].push_back({{"id", std::to_string(issue.id)},
                                        {"key", issue.key},
                                        {"fields", {{"summary", issue.summary}}}});
  }
  auto& worklogs = lists["issue/" + issue.key + "/worklog"];
  for (int i = 0; i < issue.id % 3; ++i) {
    worklogs.push_back({{"id", std::to_string(issue.id * 10 + i)},
                        {"issueId", std::to_string(issue.id)},
                        {"started", "2026-07-2" + std::to_string(i) + "T07:00:00.000+0000"},
                        {"timeSpent", "2h"},
                        {"timeSpentSeconds", 7200}});
  }
}

void AddTeams(const std::vector<User>& users, Lists& lists) {
  const std::string path = std::string("org/") + Planning::kOrganization + "/teams";
  for (int i = 0; i < 3; ++i) {
    const std::string id = "team-" + std::to_string(i + 1);
    lists[path].push_back({{"teamId", id},
                           {"organizationId", Planning::kOrganization},
                           {"displayName", "Team " + std::to_string(i + 1)},
                           {"description", i == 0 ? "Money movement" : ""},
                           {"teamType", i == 1 ? "MEMBER_INVITE" : "OPEN"},
                           {"state", "ACTIVE"}});
    std::string members_path = path;
    members_path.append("/").append(id).append("/members");
    auto& members = lists[members_path];
    for (auto u = static_cast<std::size_t>(i); u < users.size(); u += 3) {
      members.push_back({{"accountId", users[u].account_id}});
    }
  }
}

template <class Records>
auto Find(Records& records, const std::string& id) {
  return std::find_if(records.begin(), records.end(),
                      [&](const Json& record) { return IdOf(record) == id; });
}

}  // namespace

Planning::Planning(const SiteData& site) {
  for (std::size_t i = 0; i < site.projects.size(); ++i) {
    AddProject(site.projects[i], lists_);
    AddBoard(i, site.projects[i], lists_);
  }
  for (const auto& [id, issue] : site.issues) AddIssue(issue, lists_);
  AddTeams(site.users, lists_);
}

std::optional<std::vector<Json>> Planning::List(const std::string& path) const {
  std::lock_guard lock(mutex_);
  const auto found = lists_.find(path);
  return found == lists_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<Json> Planning::Record(const std::string& path, const std::string& id) const {
  std::lock_guard lock(mutex_);
  for (const auto& [name, list] : lists_) {
    if (name != path && !name.ends_with("/" + path)) continue;
    if (const auto found = Find(list, id); found != list.end()) return *found;
  }
  return std::nullopt;
}

void Planning::Put(const std::string& path, const Json& record) {
  std::lock_guard lock(mutex_);
  auto& list = lists_[path];
  const auto place = Find(list, IdOf(record));
  if (place == list.end()) {
    list.push_back(record);
  } else {
    *place = record;
  }
}

void Planning::Remove(const std::string& path, const std::string& id) {
  std::lock_guard lock(mutex_);
  auto& list = lists_[path];
  if (const auto place = Find(list, id); place != list.end()) list.erase(place);
}

}  // namespace jira::upstream
