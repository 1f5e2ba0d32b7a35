#include "upstream/edit.hpp"

#include <algorithm>
#include <map>

#include "ocean/base/json.hpp"
#include "ocean/base/text.hpp"

namespace jira::upstream {
namespace {

using ocean::Get;
using ocean::GetString;
using ocean::Json;

std::string RequireText(const Json& value, const std::string& field) {
  if (!value.is_string() || value.get_ref<const std::string&>().empty()) {
    Refuse(400, field + ": a text is needed");
  }
  return value.get<std::string>();
}

/// The position in `names` that `name` has. Error 400 naming the field.
template <class Names, class NameOf>
std::size_t PositionOf(const Names& names, const std::string& name, const std::string& field,
                       NameOf name_of) {
  const auto found = std::find_if(names.begin(), names.end(),
                                  [&](const auto& row) { return name_of(row) == name; });
  if (found == names.end()) Refuse(400, field + ": there is no '" + name + "'");
  return static_cast<std::size_t>(found - names.begin());
}

void Detach(Issue& issue, SiteData& site) {
  if (issue.parent) std::erase(site.issues.at(*issue.parent).subtasks, issue.id);
  issue.parent.reset();
}

void SetParent(Issue& issue, const Json& value, SiteData& site) {
  if (value.is_null() && issue.type == kSubtask) Refuse(400, "parent: a sub-task needs one");
  if (value.is_null()) return Detach(issue, site);
  Issue& parent = FindIssue(site, GetString(value, "key"));
  const int level = kIssueTypes[issue.type].level;
  if (kIssueTypes[parent.type].level != level + 1 || parent.project != issue.project) {
    Refuse(400, "parent: " + parent.key + " cannot be the parent of " + issue.key);
  }
  Detach(issue, site);
  issue.parent = parent.id;
  if (issue.type == kSubtask) parent.subtasks.push_back(issue.id);
}

void SetLabels(Issue& issue, const Json& value, SiteData&) {
  if (!value.is_array()) Refuse(400, "labels: a list is needed");
  issue.labels.clear();
  for (const Json& label : value) issue.labels.push_back(RequireText(label, "labels"));
}

void SetComponents(Issue& issue, const Json& value, SiteData& site) {
  if (!value.is_array()) Refuse(400, "components: a list is needed");
  issue.components.clear();
  for (const Json& component : value) {
    issue.components.push_back(PositionOf(site.projects[issue.project].components,
                                          GetString(component, "name"), "components",
                                          [](const std::string& name) { return name; }));
  }
}

void SetPriority(Issue& issue, const Json& value, SiteData&) {
  issue.priority = PositionOf(kPriorities, GetString(value, "name"), "priority",
                              [](std::string_view name) { return name; });
}

void SetAssignee(Issue& issue, const Json& value, SiteData& site) {
  issue.assignee.reset();
  if (!value.is_null()) issue.assignee = FindUser(site, GetString(value, "accountId"));
}

void SetSummary(Issue& issue, const Json& value, SiteData&) {
  issue.summary = RequireText(value, "summary");
}

/// Takes a text or a document; of a document only the first text is kept.
void SetDescription(Issue& issue, const Json& value, SiteData&) {
  const Json::json_pointer first_text("/content/0/content/0/text");
  issue.description = value.is_string() ? value.get<std::string>() : value.value(first_text, "");
}

}  // namespace

void Refuse(int status, const std::string& message) {
  ocean::Error error(status == 404 ? ocean::ErrorKind::kNotFound : ocean::ErrorKind::kPermanent,
                     message);
  error.set_http_status(status);
  throw ocean::Error(error);
}

const Issue& FindIssue(const SiteData& site, std::string_view id_or_key) {
  if (const auto id = ocean::ParseInt(id_or_key)) {
    if (const auto found = site.issues.find(static_cast<int>(*id)); found != site.issues.end()) {
      return found->second;
    }
  }
  for (const auto& [id, issue] : site.issues) {
    if (issue.key == id_or_key) return issue;
  }
  Refuse(404, "there is no issue '" + std::string(id_or_key) + "', or you may not see it");
}

Issue& FindIssue(SiteData& site, std::string_view id_or_key) {
  return site.issues.at(FindIssue(static_cast<const SiteData&>(site), id_or_key).id);
}

std::size_t FindProject(const SiteData& site, std::string_view id_or_key) {
  for (std::size_t i = 0; i < site.projects.size(); ++i) {
    const Project& project = site.projects[i];
    if (project.key == id_or_key || std::to_string(project.id) == id_or_key) return i;
  }
  Refuse(404, "there is no project '" + std::string(id_or_key) + "'");
}

std::size_t FindUser(const SiteData& site, std::string_view account_id) {
  for (std::size_t i = 0; i < site.users.size(); ++i) {
    if (site.users[i].account_id == account_id) return i;
  }
  Refuse(404, "there is no user '" + std::string(account_id) + "'");
}

void SetFields(Issue& issue, const Json& fields, SiteData& site) {
  static const std::map<std::string, void (*)(Issue&, const Json&, SiteData&), std::less<>>
      kSetters = {{"summary", SetSummary},   {"description", SetDescription},
                  {"labels", SetLabels},     {"priority", SetPriority},
                  {"assignee", SetAssignee}, {"components", SetComponents},
                  {"parent", SetParent}};
  for (const auto& [name, value] : fields.items()) {
    const auto setter = kSetters.find(name);
    if (setter == kSetters.end()) Refuse(400, name + ": this field cannot be set");
    setter->second(issue, value, site);
  }
}

Issue& AddIssue(const Json& fields, ocean::TimePoint now, SiteData& site) {
  Issue issue;
  issue.project = FindProject(site, GetString(Get(fields, "project"), "key"));
  Project& project = site.projects[issue.project];
  issue.type = PositionOf(kIssueTypes, GetString(Get(fields, "issuetype"), "name"), "issuetype",
                          [](const IssueType& type) { return type.name; });
  if (issue.type == kSubtask && !fields.contains("parent")) {
    Refuse(400, "parent: a sub-task needs one");
  }
  issue.id = site.issues.empty() ? 20000 : site.issues.rbegin()->first + 1;
  issue.key = project.key + "-" + std::to_string(project.last_number + 1);
  issue.created = issue.updated = now;
  Json settable = fields;
  settable.erase("project");
  settable.erase("issuetype");
  SetFields(issue, settable, site);
  if (issue.summary.empty()) Refuse(400, "summary: a text is needed");
  project.last_number += 1;
  return site.issues.emplace(issue.id, std::move(issue)).first->second;
}

void RemoveIssue(int id, SiteData& site) {
  Issue& issue = site.issues.at(id);
  Detach(issue, site);
  for (const int subtask : std::vector<int>(issue.subtasks)) RemoveIssue(subtask, site);
  for (auto& [other_id, other] : site.issues) {
    if (other.parent == id) other.parent.reset();
  }
  site.issues.erase(id);
}

}  // namespace jira::upstream
