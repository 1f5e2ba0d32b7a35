#include "upstream/render.hpp"

#include <utility>

#include "ocean/base/json.hpp"
#include "ocean/base/text.hpp"

namespace jira::upstream {
namespace {

using ocean::Json;

/// "2026-07-02T09:30:00.000+0000": Jira's way, an offset without a colon.
std::string JiraTime(ocean::TimePoint time) {
  std::string text = ocean::FormatIso8601(time);
  text.pop_back();
  return text + "+0000";
}

/// Atlassian's document format, one paragraph.
Json Document(const std::string& text) {
  return {
      {"type", "doc"},
      {"version", 1},
      {"content", Json::array({{{"type", "paragraph"},
                                {"content", Json::array({{{"type", "text"}, {"text", text}}})}}})}};
}

Json Avatars(const std::string& address) {
  Json urls = Json::object();
  for (const auto& [name, size] :
       {std::pair("48x48", "48"), {"24x24", "24"}, {"16x16", "16"}, {"32x32", "32"}}) {
    urls[name] = std::string(address).append("?size=").append(size);
  }
  return urls;
}

}  // namespace

FieldFilter::FieldFilter(std::string_view comma_separated) {
  for (const std::string& part : ocean::Split(comma_separated, ',')) {
    const std::string name(ocean::Trim(part));
    if (name == "*all" || name == "*navigable") {
      all_ = true;
    } else if (name.starts_with('-')) {
      unwanted_.insert(name.substr(1));
    } else if (!name.empty() && name != "id") {
      wanted_.insert(name);
    }
  }
  if (wanted_.empty() && !unwanted_.empty()) all_ = true;
}

bool FieldFilter::Wants(std::string_view field) const {
  return (all_ || wanted_.contains(field)) && !unwanted_.contains(field);
}

Json Renderer::OfUser(const User& user) const {
  Json json = {{"self", api_ + "user?accountId=" + ocean::PercentEncode(user.account_id)},
               {"accountId", user.account_id},
               {"accountType", user.account_type}};
  if (!user.email.empty()) json["emailAddress"] = user.email;
  json["avatarUrls"] =
      Avatars("https://avatars.acme.example/" + ocean::PercentEncode(user.account_id) + ".png");
  json["displayName"] = user.name;
  json["active"] = user.active;
  json["timeZone"] = user.time_zone;
  json["locale"] = user.locale;
  return json;
}

Json Renderer::OfProject(const Project& project, bool with_insight) const {
  const std::string id = std::to_string(project.id);
  Json json = {{"expand", "description,lead,issueTypes,url,projectKeys,permissions,insight"},
               {"self", api_ + "project/" + id},
               {"id", id},
               {"key", project.key},
               {"name", project.name},
               {"avatarUrls", Avatars(api_ + "universal_avatar/view/type/project/avatar/" + id)},
               {"projectTypeKey", "software"},
               {"simplified", false},
               {"style", "classic"},
               {"isPrivate", false},
               {"properties", Json::object()}};
  if (with_insight) {
    json["insight"] = {{"totalIssueCount", project.counted_issues},
                       {"lastIssueUpdateTime", JiraTime(project.last_update)}};
  }
  return json;
}

Json Renderer::OfType(std::size_t type) const {
  const IssueType& row = kIssueTypes[type];
  return {{"self", api_ + "issuetype/" + std::string(row.id)},
          {"id", row.id},
          {"description", ""},
          {"name", row.name},
          {"subtask", row.level < 0},
          {"hierarchyLevel", row.level}};
}

Json Renderer::OfStatus(std::size_t status) const {
  const Status& row = kStatuses[status];
  return {{"self", api_ + "status/" + std::string(row.id)},
          {"description", ""},
          {"name", row.name},
          {"id", row.id},
          {"statusCategory", {{"key", row.category}, {"name", row.name}}}};
}

Json Renderer::OfPriority(std::size_t priority) const {
  const std::string id = std::to_string(priority + 1);
  return {{"self", api_ + "priority/" + id}, {"name", kPriorities[priority]}, {"id", id}};
}

Json Renderer::Components(const Issue& issue) const {
  const Project& project = site_.projects[issue.project];
  Json list = Json::array();
  for (const std::size_t component : issue.components) {
    const std::string id = std::to_string(project.id * 10 + static_cast<int>(component));
    list.push_back(
        {{"self", api_ + "component/" + id}, {"id", id}, {"name", project.components[component]}});
  }
  return list;
}

Json Renderer::ReferenceTo(const Issue& issue) const {
  const std::string id = std::to_string(issue.id);
  return {{"id", id}, {"key", issue.key}, {"self", api_ + "issue/" + id}};
}

/// An issue as the field of another one.
Json Renderer::ShortIssue(const Issue& issue) const {
  Json json = ReferenceTo(issue);
  json["fields"] = {{"summary", issue.summary},
                    {"status", OfStatus(issue.status)},
                    {"priority", OfPriority(issue.priority)},
                    {"issuetype", OfType(issue.type)}};
  return json;
}

Json Renderer::Fields(const Issue& issue) const {
  const std::string watchers = api_ + "issue/" + issue.key + "/watchers";
  Json fields = {
      {"statuscategorychangedate", JiraTime(issue.updated)},
      {"issuetype", OfType(issue.type)},
      {"project", OfProject(site_.projects[issue.project], false)},
      {"summary", issue.summary},
      {"description", Document(issue.description)},
      {"status", OfStatus(issue.status)},
      {"priority", OfPriority(issue.priority)},
      {"labels", issue.labels},
      {"components", Components(issue)},
      {"creator", OfUser(site_.users[issue.creator])},
      {"reporter", OfUser(site_.users[issue.reporter])},
      {"assignee", issue.assignee ? OfUser(site_.users[*issue.assignee]) : Json()},
      {"created", JiraTime(issue.created)},
      {"updated", JiraTime(issue.updated)},
      {"resolutiondate", issue.resolved ? Json(JiraTime(*issue.resolved)) : Json()},
      {"resolution", issue.resolved ? Json({{"id", "10000"}, {"name", "Done"}}) : Json()},
      {"duedate", nullptr},
      {"environment", nullptr},
      {"fixVersions", Json::array()},
      {"issuelinks", Json::array()},
      {"watches", {{"self", watchers}, {"watchCount", 1}, {"isWatching", false}}},
      {"customfield_10016", nullptr},
      {"customfield_10020", nullptr},
      {"subtasks", Json::array()}};
  for (const int subtask : issue.subtasks) {
    fields["subtasks"].push_back(ShortIssue(site_.issues.at(subtask)));
  }
  if (issue.parent) fields["parent"] = ShortIssue(site_.issues.at(*issue.parent));
  return fields;
}

Json Renderer::OfIssue(const Issue& issue, const FieldFilter& filter) const {
  const std::string id = std::to_string(issue.id);
  if (filter.ids_only()) return {{"id", id}};
  Json fields = Fields(issue);
  Json wanted = Json::object();
  for (auto& [name, value] : fields.items()) {
    if (filter.Wants(name)) wanted[name] = std::move(value);
  }
  return {{"expand", "operations,versionedRepresentations,editmeta,changelog,renderedFields"},
          {"id", id},
          {"self", api_ + "issue/" + id},
          {"key", issue.key},
          {"fields", std::move(wanted)}};
}

}  // namespace jira::upstream
