#include <utility>

#include "ocean/base/hash.hpp"
#include "src/client.hpp"

namespace jira {
namespace {

using ocean::Json;
using ocean::http::Method;
using ocean::http::Request;

constexpr auto kWebhooks = "/rest/webhooks/1.0/webhook";
constexpr auto kAppWebhooks = "/rest/api/3/webhook";

/// The last part of a webhook's own link.
std::string IdOf(const Json& webhook) {
  const std::string self = ocean::GetString(webhook, "self");
  const auto slash = self.rfind('/');
  if (slash == std::string::npos || slash + 1 == self.size()) {
    throw ocean::Error(ocean::ErrorKind::kPermanent, "Jira's webhook has no link to itself");
  }
  return self.substr(slash + 1);
}

std::vector<Json> ListOf(const Json& webhooks) {
  if (!webhooks.is_array()) {
    throw ocean::Error(ocean::ErrorKind::kPermanent, "Jira did not answer with a list of webhooks");
  }
  return {webhooks.begin(), webhooks.end()};
}

}  // namespace

Json JiraClient::Project(const std::string& id_or_key, const std::string& expand,
                         const std::stop_token& stop) const {
  auto request = Request::Get("/rest/api/3/project/" + ocean::PercentEncode(id_or_key));
  if (!expand.empty()) request.query = {{"expand", expand}};
  return http_.SendForJson(request, stop);
}

Json JiraClient::User(const std::string& account_id, const std::stop_token& stop) const {
  return http_.SendForJson(Request::Get("/rest/api/3/user", {{"accountId", account_id}}), stop);
}

Json JiraClient::Version(const std::string& id, const std::stop_token& stop) const {
  return http_.SendForJson(Request::Get("/rest/api/3/version/" + ocean::PercentEncode(id)), stop);
}

Json JiraClient::Board(const std::string& id, const std::stop_token& stop) const {
  return http_.SendForJson(Request::Get(AgileUrl() + "/board/" + ocean::PercentEncode(id)), stop);
}

Json JiraClient::Sprint(const std::string& id, const std::stop_token& stop) const {
  return http_.SendForJson(Request::Get(AgileUrl() + "/sprint/" + ocean::PercentEncode(id)), stop);
}

std::optional<Json> JiraClient::FindIssue(const std::string& id, const std::string& id_or_key,
                                          const IssueSelector& selector,
                                          const std::stop_token& stop) const {
  const std::string by_name = "key = " + id_or_key;
  const std::string jql(ocean::Trim(selector.jql));
  Json body = IssueSearch(jql.empty() ? by_name : "(" + jql + ") AND " + by_name, selector.fields,
                          selector.expand);
  body["maxResults"] = 1;
  // Jira's search lags behind edits; it is exact for the issues that are named here.
  if (const auto number = ocean::ParseInt(id)) body["reconcileIssues"] = {*number};
  auto request = Request::PostJson("/rest/api/3/search/jql", body);
  request.retryable = true;  // a search changes nothing
  const Json answer = http_.SendForJson(request, stop);
  const Json& issues = ocean::Get(answer, "issues");
  if (!issues.is_array()) {
    throw ocean::Error(ocean::ErrorKind::kPermanent, "Jira's search answered without \"issues\"");
  }
  if (issues.empty()) return std::nullopt;
  return issues.front();
}

bool JiraClient::IsAdministrator() const {
  const Json answer = http_.GetJson("/rest/api/3/mypermissions", {{"permissions", "ADMINISTER"}});
  const Json& permission = ocean::Get(ocean::Get(answer, "permissions"), "ADMINISTER");
  return ocean::Get(permission, "havePermission") == true;
}

std::vector<Json> JiraClient::Webhooks() const {
  return ListOf(http_.GetJson(kWebhooks));
}

void JiraClient::CreateWebhook(const Json& webhook) const {
  http_.Send(Request::PostJson(kWebhooks, webhook));
}

void JiraClient::ChangeWebhook(const Json& existing, const Json& wanted) const {
  http_.Send(
      Request::WithJson(Method::kPut, std::string(kWebhooks) + "/" + IdOf(existing), wanted));
}

std::vector<Json> JiraClient::AppWebhooks() const {
  return ListOf(ocean::Get(http_.GetJson(kAppWebhooks), "values"));
}

void JiraClient::CreateAppWebhook(const Json& webhook) const {
  // A webhook of an app must have a filter; this one holds for every issue.
  const Json one = {{"jqlFilter", "project not in (" + ocean::RandomUuid() + ")"},
                    {"events", webhook.at("events")}};
  const Json answer =
      http_.PostJson(kAppWebhooks, {{"url", webhook.at("url")}, {"webhooks", Json::array({one})}});
  for (const Json& result : ocean::Get(answer, "webhookRegistrationResult")) {
    if (const Json& errors = ocean::Get(result, "errors"); !errors.empty()) {
      throw ocean::Error(ocean::ErrorKind::kPermanent,
                         "Jira refuses the webhook: " + ocean::DumpJson(errors));
    }
  }
}

void JiraClient::RenewAppWebhook(const Json& existing) const {
  http_.Send(Request::WithJson(Method::kPut, std::string(kAppWebhooks) + "/refresh",
                               {{"webhookIds", {existing.at("id")}}}));
}

}  // namespace jira
