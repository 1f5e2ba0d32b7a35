#include "src/client.hpp"

#include <utility>
#include <vector>

namespace redmine {
namespace {

using ocean::Json;
using ocean::http::ErrorAction;
using ocean::http::Query;
using ocean::http::Request;

/// The most that Redmine gives.
constexpr int kPageSize = 100;

ocean::http::ClientOptions Options(const RedmineConfig& config) {
  ocean::http::ClientOptions options;
  options.target = "Redmine";
  options.base_url = config.redmine_url;
  options.auth = ocean::http::MakeHeaderAuth("X-Redmine-API-Key", config.redmine_api_key);
  // A Redmine server works on few requests at a time.
  options.rate_limit.concurrency = 4;
  options.advice = {
      {401, "check redmineApiKey"},
      {403,
       "is the REST web service enabled (Administration, Settings, API), and may the account see "
       "this? Users are for administrators"},
      {404, "check redmineUrl: is it the address of a Redmine server?"}};
  return options;
}

void AddIfSet(Query& query, const std::string& name, const std::optional<std::string>& value) {
  if (value) query.emplace_back(name, *value);
}

}  // namespace

RedmineClient::RedmineClient(const RedmineConfig& config, const ocean::http::ClientFactory& http)
    : http_(http.Make(Options(config))) {}

void RedmineClient::CheckAccess() const {
  http_.GetJson("/users/current.json");
}

ocean::PageRange RedmineClient::Pages(const std::string& name, Query query) const {
  auto request = Request::Get("/" + name + ".json", std::move(query));
  return ocean::http::OffsetPages(
      http_, std::move(request),
      {.page_size = kPageSize, .items_path = name, .total_path = "total_count"});
}

ocean::PageRange RedmineClient::Projects() const {
  return Pages("projects", {});
}

ocean::PageRange RedmineClient::Issues(const IssueSelector& query) const {
  // By number: a list that is ordered by its last change shifts while it is read.
  Query parameters = {{"status_id", query.status}, {"sort", "id"}};
  AddIfSet(parameters, "project_id", query.project);
  if (query.updated_after) parameters.emplace_back("updated_on", ">=" + *query.updated_after);
  return Pages("issues", std::move(parameters));
}

ocean::PageRange RedmineClient::Users() const {
  return Pages("users", {{"status", ""}});
}

ocean::PageRange RedmineClient::TimeEntries(const TimeEntrySelector& query) const {
  Query parameters;
  AddIfSet(parameters, "from", query.from);
  AddIfSet(parameters, "to", query.to);
  return Pages("time_entries", std::move(parameters));
}

ocean::Batch RedmineClient::Versions(std::int64_t project_id, const std::stop_token& stop) const {
  auto request = Request::Get("/projects/" + std::to_string(project_id) + "/versions.json");
  request.error_rules = {{.statuses = {403, 404}, .action = ErrorAction::kSkipParent}};
  const Json answer = http_.SendForJson(request, stop);
  const Json& versions = answer.at("versions");
  return ocean::Batch(std::vector<Json>(versions.begin(), versions.end()));
}

}  // namespace redmine
