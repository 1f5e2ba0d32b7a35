#include <utility>

#include "src/client.hpp"

namespace jira {
namespace {

using ocean::Json;
using ocean::http::Method;
using ocean::http::Request;

constexpr auto kWebhooks = "/rest/webhooks/1.0/webhook";

/// The last part of a webhook's own link.
std::string IdOf(const Json& webhook) {
  const std::string self = ocean::GetString(webhook, "self");
  const auto slash = self.rfind('/');
  if (slash == std::string::npos || slash + 1 == self.size()) {
    throw ocean::Error(ocean::ErrorKind::kPermanent, "Jira's webhook has no link to itself");
  }
  return self.substr(slash + 1);
}

}  // namespace

std::optional<Json> JiraClient::FindIssue(const std::string& id, const std::string& key,
                                          const IssueSelector& selector,
                                          const std::stop_token& stop) const {
  const std::string by_key = "key = " + key;
  const std::string jql(ocean::Trim(selector.jql));
  Json body = IssueSearch(jql.empty() ? by_key : "(" + jql + ") AND " + by_key, selector.fields,
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

std::vector<Json> JiraClient::Webhooks() const {
  const Json webhooks = http_.GetJson(kWebhooks);
  if (!webhooks.is_array()) {
    throw ocean::Error(ocean::ErrorKind::kPermanent, "Jira did not answer with a list of webhooks");
  }
  return {webhooks.begin(), webhooks.end()};
}

void JiraClient::CreateWebhook(const Json& webhook) const {
  http_.Send(Request::PostJson(kWebhooks, webhook));
}

void JiraClient::ChangeWebhook(const Json& existing, const Json& wanted) const {
  http_.Send(
      Request::WithJson(Method::kPut, std::string(kWebhooks) + "/" + IdOf(existing), wanted));
}

}  // namespace jira
