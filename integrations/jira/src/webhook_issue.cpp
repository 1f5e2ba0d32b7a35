#include "src/webhook_issue.hpp"

namespace jira {
namespace {

using ocean::Json;
using ocean::WebhookEvent;

constexpr auto kDeleted = "jira:issue_deleted";

std::string NameOf(const WebhookEvent& event) {
  return ocean::GetString(event.body, "webhookEvent");
}

const Json& IssueOf(const WebhookEvent& event) {
  return ocean::Get(event.body, "issue");
}

}  // namespace

ocean::http::Verifier IssueWebhook::Verify() const {
  if (secret_.empty()) {
    return ocean::http::Unsigned(
        "webhookSecret is not set, and Jira signs only with a secret; set it, here and in Jira's "
        "webhook");
  }
  return ocean::http::Hmac(secret_, {.header = "X-Hub-Signature", .prefix = "sha256="});
}

bool IssueWebhook::Matches(const WebhookEvent& event) const {
  return NameOf(event).starts_with("jira:issue_");
}

std::vector<std::string> IssueWebhook::Kinds(const WebhookEvent&) const {
  return {"issue"};
}

void IssueWebhook::Validate(const WebhookEvent& event) const {
  for (const auto* name : {"id", "key"}) {
    if (ocean::GetString(IssueOf(event), name).empty()) {
      throw ocean::Error(ocean::ErrorKind::kPermanent, NameOf(event) + " without issue." + name);
    }
  }
}

/// The id stays when an issue is moved to another project.
std::string IssueWebhook::Key(const WebhookEvent& event) const {
  return ocean::GetString(IssueOf(event), "id");
}

std::string IssueWebhook::DeliveryId(const WebhookEvent& event) const {
  return event.Header("X-Atlassian-Webhook-Identifier");
}

ocean::EventResult IssueWebhook::Handle(const WebhookEvent& event, const IssueSelector& selector,
                                        ocean::EventContext& ctx) const {
  const Json& issue = IssueOf(event);
  if (NameOf(event) == kDeleted) return ocean::Deleted(issue);
  auto found = jira_.FindIssue(ocean::GetString(issue, "id"), ocean::GetString(issue, "key"),
                               selector, ctx.stop);
  if (!found) return ocean::Deleted(issue);
  // As a resync emits it.
  if (const std::string site = jira_.SiteUrl(); !site.empty()) (*found)["__siteUrl"] = site;
  return {.updated = {std::move(*found)}};
}

ocean::WebhookRegistration Registration(const JiraClient& jira, const std::string& identifier,
                                        const ocean::Secret& secret) {
  return {.list = [&jira] { return jira.Webhooks(); },
          .wanted =
              [identifier, secret](const std::string& url) {
                Json wanted = {{"name", identifier + "-Port-Ocean-Events-Webhook"},
                               {"url", url},
                               {"events", {"jira:issue_created", "jira:issue_updated", kDeleted}},
                               {"enabled", true}};
                if (!secret.empty()) wanted["secret"] = secret.Reveal();
                return wanted;
              },
          .create = [&jira](const Json& wanted) { jira.CreateWebhook(wanted); },
          .patch = [&jira](const Json& existing,
                           const Json& wanted) { jira.ChangeWebhook(existing, wanted); },
          .compared = {"/events", "/enabled"}};
}

}  // namespace jira
