#include "src/client.hpp"

#include <chrono>
#include <string_view>
#include <utility>

namespace jira {
namespace {

using ocean::Json;
using ocean::http::OffsetPages;
using ocean::http::OffsetPaging;
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
          .total_path = "total"};
}

/// "summary, status" → ["summary", "status"].
Json ListOf(std::string_view names) {
  Json list = Json::array();
  for (const std::string& name : ocean::Split(names, ',')) {
    if (const auto trimmed = ocean::Trim(name); !trimmed.empty()) list.push_back(trimmed);
  }
  return list;
}

}  // namespace

JiraClient::JiraClient(const JiraConfig& config, const ocean::http::ClientFactory& http)
    : http_(http.Make(Options(config, http))) {}

void JiraClient::CheckAccess() const {
  http_.GetJson("/rest/api/3/mypermissions", {{"permissions", "BROWSE_PROJECTS"}});
}

ocean::PageRange JiraClient::Projects(const std::string& expand) const {
  auto request = Request::Get("/rest/api/3/project/search");
  if (!expand.empty()) request.query.emplace_back("expand", expand);
  return OffsetPages(http_, std::move(request), Paging("values"));
}

ocean::PageRange JiraClient::Users() const {
  return OffsetPages(http_, Request::Get("/rest/api/3/users/search"), Paging(""));
}

ocean::PageRange JiraClient::Issues(const std::string& jql,
                                    const std::optional<std::string>& fields,
                                    const std::optional<std::string>& expand) const {
  Json body = {{"jql", ocean::Trim(jql)}, {"maxResults", kPageSize}};
  if (const Json names = ListOf(fields.value_or("")); !names.empty()) body["fields"] = names;
  if (expand) body["expand"] = *expand;
  auto request = Request::PostJson("/rest/api/3/search/jql", body);
  request.retryable = true;  // a search changes nothing
  return TokenPages(http_, std::move(request), {.items_path = "issues"});
}

}  // namespace jira
