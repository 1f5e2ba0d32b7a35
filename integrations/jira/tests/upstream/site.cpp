#include "upstream/site.hpp"

#include <algorithm>
#include <functional>

#include "ocean/base/text.hpp"
#include "upstream/edit.hpp"

namespace jira::upstream {
namespace {

using ocean::Json;

using Condition = std::function<bool(const Issue&)>;

std::string_view WithoutQuotes(std::string_view value) {
  if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'')) {
    value = value.substr(1, value.size() - 2);
  }
  return value;
}

/// The condition of "field = value"; empty for a clause that is not understood.
Condition ParseClause(std::string_view clause, const SiteData& site) {
  const std::size_t equals = clause.find('=');
  if (equals == std::string_view::npos) return {};
  const std::string field = ocean::ToLower(ocean::Trim(clause.substr(0, equals)));
  const std::string value(WithoutQuotes(ocean::Trim(clause.substr(equals + 1))));
  if (field == "key") {
    return [value](const Issue& issue) {
      return issue.key == value || std::to_string(issue.id) == value;
    };
  }
  if (field == "project") {
    return [value, &site](const Issue& issue) { return site.projects[issue.project].key == value; };
  }
  if (field == "issuetype") {
    return [value](const Issue& issue) { return kIssueTypes[issue.type].name == value; };
  }
  if (field == "status") {
    return [value](const Issue& issue) { return kStatuses[issue.status].name == value; };
  }
  if (field == "parent") {
    return [value, &site](const Issue& issue) {
      return issue.parent && site.issues.at(*issue.parent).key == value;
    };
  }
  return {};
}

std::vector<Condition> ParseJql(const std::string& jql, const SiteData& site) {
  constexpr char kSeparator = '\n';
  std::vector<Condition> conditions;
  const std::string clauses = ocean::ReplaceAll(jql, " AND ", std::string_view(&kSeparator, 1));
  for (const std::string& clause : ocean::Split(clauses, kSeparator)) {
    if (auto condition = ParseClause(clause, site)) conditions.push_back(std::move(condition));
  }
  return conditions;
}

constexpr std::string_view kTokenPrefix = "after:";

/// Pages continue after an issue, not at a position: deleting issues meanwhile skips none.
int IdBeforePage(const std::string& token) {
  if (token.empty()) return 0;
  const auto id = token.starts_with(kTokenPrefix)
                      ? ocean::ParseInt(std::string_view(token).substr(kTokenPrefix.size()))
                      : std::nullopt;
  if (!id) Refuse(400, "nextPageToken: this is none of mine");
  return static_cast<int>(*id);
}

/// The elements of `items` that a slice covers.
template <class Items, class Render>
Json RenderSlice(const Items& items, Slice slice, Render render) {
  Json list = Json::array();
  const std::size_t end = std::min(items.size(), slice.start + slice.count);
  for (std::size_t i = slice.start; i < end; ++i) list.push_back(render(items[i]));
  return list;
}

}  // namespace

JiraSite::JiraSite(const SiteOptions& options, const ocean::Clock& clock)
    : clock_(clock), data_(Generate(options)) {}

Json JiraSite::ProjectPage(Slice slice, bool with_insight, const std::string& url) const {
  std::lock_guard lock(mutex_);
  const Renderer renderer(data_, url);
  Json values = RenderSlice(data_.projects, slice, [&](const upstream::Project& project) {
    return renderer.OfProject(project, with_insight);
  });
  return {{"self", url + "/rest/api/3/project/search"},
          {"maxResults", slice.count},
          {"startAt", slice.start},
          {"total", data_.projects.size()},
          {"isLast", slice.start + slice.count >= data_.projects.size()},
          {"values", std::move(values)}};
}

Json JiraSite::UserPage(Slice slice, const std::string& url) const {
  std::lock_guard lock(mutex_);
  const Renderer renderer(data_, url);
  return RenderSlice(data_.users, slice,
                     [&](const upstream::User& user) { return renderer.OfUser(user); });
}

Json JiraSite::IssuePage(const IssueSearch& search, const std::string& url) const {
  std::lock_guard lock(mutex_);
  const Renderer renderer(data_, url);
  const std::vector<Condition> conditions = ParseJql(search.jql, data_);
  Json page = {{"issues", Json::array()}, {"isLast", true}};
  int last_id = 0;
  for (auto it = data_.issues.upper_bound(IdBeforePage(search.page_token));
       it != data_.issues.end(); ++it) {
    const upstream::Issue& issue = it->second;
    if (!std::all_of(conditions.begin(), conditions.end(),
                     [&](const Condition& holds) { return holds(issue); })) {
      continue;
    }
    if (page["issues"].size() == search.count) {
      page["isLast"] = false;
      page["nextPageToken"] = std::string(kTokenPrefix) + std::to_string(last_id);
      break;
    }
    page["issues"].push_back(renderer.OfIssue(issue, search.fields));
    last_id = issue.id;
  }
  return page;
}

Json JiraSite::Project(std::string_view id_or_key, bool with_insight,
                       const std::string& url) const {
  std::lock_guard lock(mutex_);
  const auto& project = data_.projects[FindProject(data_, id_or_key)];
  return Renderer(data_, url).OfProject(project, with_insight);
}

Json JiraSite::User(std::string_view account_id, const std::string& url) const {
  std::lock_guard lock(mutex_);
  return Renderer(data_, url).OfUser(data_.users[FindUser(data_, account_id)]);
}

Json JiraSite::Issue(std::string_view id_or_key, const FieldFilter& fields,
                     const std::string& url) const {
  std::lock_guard lock(mutex_);
  return Renderer(data_, url).OfIssue(FindIssue(data_, id_or_key), fields);
}

Json JiraSite::Myself(const std::string& url) const {
  std::lock_guard lock(mutex_);
  return Renderer(data_, url).OfUser(data_.users.front());
}

template <class Change>
void JiraSite::Edit(Change&& change) {
  std::lock_guard lock(mutex_);
  SiteData draft = data_;
  change(draft);
  data_ = std::move(draft);
}

Json JiraSite::CreateIssue(const Json& fields, const std::string& url) {
  Json reference;
  Edit([&](SiteData& site) {
    reference = Renderer(site, url).ReferenceTo(AddIssue(fields, clock_.Now(), site));
  });
  return reference;
}

void JiraSite::EditIssue(std::string_view id_or_key, const Json& fields) {
  Edit([&](SiteData& site) {
    upstream::Issue& issue = FindIssue(site, id_or_key);
    SetFields(issue, fields, site);
    issue.updated = clock_.Now();
  });
}

void JiraSite::DeleteIssue(std::string_view id_or_key, bool with_subtasks) {
  Edit([&](SiteData& site) {
    const upstream::Issue& issue = FindIssue(site, id_or_key);
    if (!issue.subtasks.empty() && !with_subtasks) {
      Refuse(400, issue.key + " has sub-tasks: deleteSubtasks=true deletes them too");
    }
    RemoveIssue(issue.id, site);
  });
}

std::size_t JiraSite::project_count() const {
  std::lock_guard lock(mutex_);
  return data_.projects.size();
}

std::size_t JiraSite::user_count() const {
  std::lock_guard lock(mutex_);
  return data_.users.size();
}

std::size_t JiraSite::issue_count() const {
  std::lock_guard lock(mutex_);
  return data_.issues.size();
}

}  // namespace jira::upstream
