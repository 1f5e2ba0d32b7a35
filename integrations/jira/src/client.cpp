#include "src/client.hpp"

#include <chrono>
#include <string_view>
#include <utility>

namespace jira {
namespace {

using ocean::Json;
using ocean::http::ErrorAction;
using ocean::http::ErrorRule;
using ocean::http::OffsetPages;
using ocean::http::OffsetPaging;
using ocean::http::ParameterPlace;
using ocean::http::Request;
using ocean::http::TokenPages;

constexpr int kPageSize = 50;

ocean::http::ClientOptions Options(const JiraConfig& config,
                                   const ocean::http::ClientFactory& http) {
  using namespace std::chrono_literals;
  ocean::http::ClientOptions options;
  options.target = "Jira";
  options.base_url = config.jira_host;
  options.timeout = 30s;
  options.rate_limit.concurrency = 10;
  const bool oauth = !http.oauth_token_file.empty();
  options.auth =
      oauth ? ocean::http::MakeTokenFileAuth(http.oauth_token_file, config.atlassian_user_token)
            : ocean::http::MakeBasicAuth(config.atlassian_user_email.Reveal(),
                                         config.atlassian_user_token);
  options.advice = {
      {401, oauth ? "check the OAuth token in " + http.oauth_token_file.string()
                  : "check atlassianUserEmail and atlassianUserToken: the token may have expired, "
                    "and a scoped token needs the gateway as jiraHost"},
      {403,
       "the account lacks a permission: Browse projects for projects and issues, Browse users "
       "and groups for users"},
      {404, "check jiraHost: is it the address of a Jira Cloud site?"}};
  return options;
}

OffsetPaging Paging(std::string items_path) {
  return {.offset_parameter = "startAt",
          .limit_parameter = "maxResults",
          .page_size = kPageSize,
          .items_path = std::move(items_path),
          .total_path = "total",
          .last_page_path = "isLast"};
}

/// A request for what belongs to one project, board or issue.
Request ChildRequest(std::string url) {
  auto request = Request::Get(std::move(url));
  request.error_rules = {{.statuses = {403, 404}, .action = ErrorAction::kSkipParent}};
  return request;
}

/// The same for a board, which may be of a sort that has no such children: Jira says so with a 400.
Request BoardRequest(std::string url, std::string refusal) {
  auto request = ChildRequest(std::move(url));
  request.error_rules.push_back(
      {.statuses = {400}, .action = ErrorAction::kEmpty, .body_contains = std::move(refusal)});
  return request;
}

void AddIfSet(Request& request, const std::string& name, const std::optional<std::string>& value) {
  if (value && !value->empty()) request.query.emplace_back(name, *value);
}

/// "summary, status" → ["summary", "status"].
Json ListOf(std::string_view names) {
  Json list = Json::array();
  for (const std::string& name : ocean::Split(names, ',')) {
    if (const auto trimmed = ocean::Trim(name); !trimmed.empty()) list.push_back(trimmed);
  }
  return list;
}

std::string BoardPath(std::int64_t board_id, std::string_view children) {
  return "/board/" + std::to_string(board_id) + "/" + std::string(children);
}

}  // namespace

JiraClient::JiraClient(const JiraConfig& config, const ocean::http::ClientFactory& http,
                       std::string gateway)
    : host_(config.jira_host),
      organization_(config.atlassian_organization_id),
      gateway_(std::move(gateway)),
      uses_oauth_(!http.oauth_token_file.empty()),
      http_(http.Make(Options(config, http))) {}

void JiraClient::CheckAccess() const {
  http_.GetJson("/rest/api/3/mypermissions", {{"permissions", "BROWSE_PROJECTS"}});
}

ocean::PageRange JiraClient::Projects(const std::string& expand) const {
  auto request = Request::Get("/rest/api/3/project/search");
  AddIfSet(request, "expand", expand);
  return OffsetPages(http_, std::move(request), Paging("values"));
}

ocean::PageRange JiraClient::Users() const {
  return OffsetPages(http_, Request::Get("/rest/api/3/users/search"), Paging(""));
}

ocean::Json IssueSearch(const std::string& jql, const std::optional<std::string>& fields,
                        const std::optional<std::string>& expand) {
  Json body = {{"jql", ocean::Trim(jql)}, {"maxResults", kPageSize}};
  if (const Json names = ListOf(fields.value_or("")); !names.empty()) body["fields"] = names;
  if (expand) body["expand"] = *expand;
  return body;
}

ocean::PageRange JiraClient::Issues(const std::string& jql,
                                    const std::optional<std::string>& fields,
                                    const std::optional<std::string>& expand) const {
  auto request = Request::PostJson("/rest/api/3/search/jql", IssueSearch(jql, fields, expand));
  request.retryable = true;  // a search changes nothing
  return TokenPages(http_, std::move(request), {.items_path = "issues"});
}

ocean::PageRange JiraClient::Teams() const {
  return TokenPages(
      http_, Request::Get("/gateway/api/public/teams/v1/org/" + organization_ + "/teams"),
      {.token_parameter = "cursor", .token_path = "cursor", .items_path = "entities"});
}

ocean::PageRange JiraClient::TeamMembers(const std::string& team_id) const {
  auto request = ChildRequest("/gateway/api/public/teams/v1/org/" + organization_ + "/teams/" +
                              team_id + "/members");
  request.method = ocean::http::Method::kPost;
  request.retryable = true;  // it only reads
  request.query = {{"first", std::to_string(kPageSize)}};
  return TokenPages(http_, std::move(request),
                    {.token_parameter = "after",
                     .token_path = "pageInfo.endCursor",
                     .items_path = "results",
                     .has_more_path = "pageInfo.hasNextPage",
                     .place = ParameterPlace::kQuery});
}

ocean::PageRange JiraClient::Versions(const std::string& project_key) const {
  return OffsetPages(http_, ChildRequest("/rest/api/3/project/" + project_key + "/version"),
                     Paging("values"));
}

ocean::PageRange JiraClient::Components(const std::string& project_key,
                                        const ComponentSelector& query) const {
  auto request = ChildRequest("/rest/api/3/project/" + project_key + "/component");
  request.query = {{"componentSource", query.component_source}};
  AddIfSet(request, "query", query.name_filter);
  return OffsetPages(http_, std::move(request), Paging("values"));
}

ocean::PageRange JiraClient::Worklogs(const std::string& issue_key,
                                      const std::optional<WorklogQuery>& query) const {
  auto request = ChildRequest("/rest/api/3/issue/" + issue_key + "/worklog");
  const auto time = [](std::int64_t value) { return std::to_string(value); };
  if (query) {
    if (query->started_after) AddIfSet(request, "startedAfter", time(*query->started_after));
    if (query->started_before) AddIfSet(request, "startedBefore", time(*query->started_before));
    AddIfSet(request, "expand", query->expand);
  }
  return OffsetPages(http_, std::move(request), Paging("worklogs"));
}

ocean::PageRange JiraClient::Boards(const BoardSelector& query) const {
  auto request = Request::Get(AgileUrl() + "/board");
  AddIfSet(request, "type", query.board_type);
  AddIfSet(request, "projectKeyOrId", query.project_key);
  return OffsetPages(http_, std::move(request), Paging("values"));
}

ocean::PageRange JiraClient::BoardProjects(std::int64_t board_id) const {
  return OffsetPages(http_, ChildRequest(AgileUrl() + BoardPath(board_id, "project")),
                     Paging("values"));
}

ocean::PageRange JiraClient::Sprints(std::int64_t board_id, const SprintSelector& query) const {
  auto request = BoardRequest(AgileUrl() + BoardPath(board_id, "sprint"),
                              "The board does not support sprints");
  if (query.sprint_state) AddIfSet(request, "state", ocean::Join(*query.sprint_state, ","));
  return OffsetPages(http_, std::move(request), Paging("values"));
}

ocean::PageRange JiraClient::Epics(std::int64_t board_id, const EpicSelector& query) const {
  auto request = BoardRequest(AgileUrl() + BoardPath(board_id, "epic"), "does not support");
  if (query.status && query.status->size() == 1) {
    request.query = {{"done", query.status->front() == "complete" ? "true" : "false"}};
  }
  return OffsetPages(http_, std::move(request), Paging("values"));
}

ocean::PageRange JiraClient::Backlog(std::int64_t board_id, const BacklogSelector& query) const {
  const std::string base =
      query.use_software_api ? SoftwareUrl("software/1.0", "software/1.0") : AgileUrl();
  auto request = BoardRequest(base + BoardPath(board_id, "backlog"),
                              "Backlogs are not supported on this board");
  AddIfSet(request, "jql", query.jql);
  if (query.fields) AddIfSet(request, "fields", ocean::Join(*query.fields, ","));
  if (!query.use_software_api) return OffsetPages(http_, std::move(request), Paging("issues"));
  request.query.emplace_back("maxResults", std::to_string(kPageSize));
  return TokenPages(http_, std::move(request),
                    {.items_path = "issues", .last_page_path = "isLast"});
}

std::string JiraClient::SoftwareUrl(const std::string& api,
                                    const std::string& api_of_gateway) const {
  if (!uses_oauth_) return "/rest/" + api;
  return gateway_ + "/ex/jira/" + CloudId() + "/rest/" + api_of_gateway;
}

std::string JiraClient::CloudId() const {
  std::lock_guard lock(mutex_);
  if (!cloud_id_) cloud_id_ = FindCloudId();
  return *cloud_id_;
}

std::string JiraClient::FindCloudId() const {
  const std::string prefix = gateway_ + "/ex/jira/";
  if (host_.starts_with(prefix)) return ocean::Split(host_.substr(prefix.size()), '/').front();
  const std::string address = gateway_ + "/oauth/token/accessible-resources";
  for (const Json& site : http_.GetJson(address)) {
    std::string url = ocean::GetString(site, "url");
    while (url.ends_with('/')) url.pop_back();
    if (url == host_) return ocean::GetString(site, "id");
  }
  throw ocean::Error(ocean::ErrorKind::kConfig, "the OAuth token gives no access to " + host_ +
                                                    ", says " + address + "; check jiraHost");
}

std::string JiraClient::SiteUrl() const {
  if (!host_.starts_with(gateway_ + "/ex/jira/")) return "";
  std::lock_guard lock(mutex_);
  if (!site_url_) site_url_ = FindSiteUrl();
  return *site_url_;
}

std::string JiraClient::FindSiteUrl() const {
  auto request = Request::Get("/rest/api/3/serverInfo");
  request.expected_statuses = {401, 403};
  const auto response = http_.Send(request);
  return response.ok() ? ocean::GetString(response.ParseBody(), "baseUrl") : "";
}

}  // namespace jira
