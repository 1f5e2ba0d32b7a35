#pragma once
/// @file Jira Cloud's REST APIs: the platform's, Jira Software's, and that of an organization's teams.

#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "ocean/ocean.hpp"
#include "src/config.hpp"
#include "src/selectors.hpp"

namespace jira {

/// Reads a Jira Cloud site.
///
/// Shape     objects as Jira sends them, page by page
/// Errors    as ocean::http::Client; those for 401 and 403 say what to check. What belongs to one project,
///           board or issue is http::SkippedParent for 403 and 404; a board that has no such thing as
///           sprints, epics or a backlog has none
/// Threads   all operations may overlap; at most ten requests are under way at a time
/// Source    https://developer.atlassian.com/cloud/jira/platform/rest/v3, read 2026-11
class JiraClient {
 public:
  /// `gateway` is where Atlassian's APIs are that belong to no site.
  JiraClient(const JiraConfig& config, const ocean::http::ClientFactory& http,
             std::string gateway = "https://api.atlassian.com");

  /// Throws when the site cannot be reached or refuses the credentials.
  void CheckAccess() const;

  /// `expand` names additional parts, such as "insight"; empty for none.
  ocean::PageRange Projects(const std::string& expand) const;
  ocean::PageRange Users() const;
  /// What a JQL query finds. `fields` is a list separated by commas; without it Jira sends ids only.
  ocean::PageRange Issues(const std::string& jql, const std::optional<std::string>& fields,
                          const std::optional<std::string>& expand) const;

  /// Single objects as they are now; Error{kNotFound} for one that is not there any more.
  ocean::Json Project(const std::string& id_or_key, const std::string& expand,
                      const std::stop_token& stop) const;
  ocean::Json User(const std::string& account_id, const std::stop_token& stop) const;
  ocean::Json Version(const std::string& id, const std::stop_token& stop) const;
  ocean::Json Board(const std::string& id, const std::stop_token& stop) const;
  ocean::Json Sprint(const std::string& id, const std::stop_token& stop) const;
  /// The issue as it is now, when the selector's JQL finds it.
  std::optional<ocean::Json> FindIssue(const std::string& id, const std::string& id_or_key,
                                       const IssueSelector& selector,
                                       const std::stop_token& stop) const;

  bool uses_oauth() const { return uses_oauth_; }
  /// Webhooks of the site; the account must be an administrator.
  bool IsAdministrator() const;
  std::vector<ocean::Json> Webhooks() const;
  void CreateWebhook(const ocean::Json& webhook) const;
  void ChangeWebhook(const ocean::Json& existing, const ocean::Json& wanted) const;
  /// Those of an OAuth app, which Jira forgets when they are not renewed for thirty days. The first is the one that counts.
  std::vector<ocean::Json> AppWebhooks() const;
  void CreateAppWebhook(const ocean::Json& webhook) const;
  void RenewAppWebhook(const ocean::Json& existing) const;

  /// Whether an organization is configured: Teams needs one.
  bool has_organization() const { return !organization_.empty(); }
  ocean::PageRange Teams() const;
  ocean::PageRange TeamMembers(const std::string& team_id) const;

  ocean::PageRange Versions(const std::string& project_key) const;
  ocean::PageRange Components(const std::string& project_key, const ComponentSelector& query) const;
  ocean::PageRange Worklogs(const std::string& issue_key,
                            const std::optional<WorklogQuery>& query) const;

  ocean::PageRange Boards(const BoardSelector& query) const;
  ocean::PageRange BoardProjects(std::int64_t board_id) const;
  ocean::PageRange Sprints(std::int64_t board_id, const SprintSelector& query) const;
  ocean::PageRange Epics(std::int64_t board_id, const EpicSelector& query) const;
  ocean::PageRange Backlog(std::int64_t board_id, const BacklogSelector& query) const;

  /// Where people open the site, when the API is reached through the gateway: its objects' own links
  /// lead there. Empty when they are right as they are, or when the credentials may not ask.
  std::string SiteUrl() const;

 private:
  /// The base of a Jira Software API: "agile/1.0", or "agile/latest" through the gateway.
  std::string SoftwareUrl(const std::string& api, const std::string& api_of_gateway) const;
  std::string AgileUrl() const { return SoftwareUrl("agile/1.0", "agile/latest"); }
  std::string CloudId() const;
  std::string FindCloudId() const;
  std::string FindSiteUrl() const;

  const std::string host_;
  const std::string organization_;
  const std::string gateway_;
  const bool uses_oauth_;
  ocean::http::Client http_;

  mutable std::mutex mutex_;
  mutable std::optional<std::string> cloud_id_;
  mutable std::optional<std::string> site_url_;
};

/// The body of an issue search.
ocean::Json IssueSearch(const std::string& jql, const std::optional<std::string>& fields,
                        const std::optional<std::string>& expand);

}  // namespace jira
