#include "src/webhook_registration.hpp"

#include <string_view>

namespace jira {
namespace {

using ocean::Json;

/// What happens to objects that only webhooks of the site tell of.
constexpr std::string_view kSiteEvents[] = {"project_created",
                                            "project_updated",
                                            "project_deleted",
                                            "project_soft_deleted",
                                            "project_restored_deleted",
                                            "project_archived",
                                            "project_restored_archived",
                                            "user_created",
                                            "user_updated",
                                            "user_deleted"};
constexpr std::string_view kEvents[] = {
    "jira:issue_created",    "jira:issue_updated",      "jira:issue_deleted",
    "jira:version_created",  "jira:version_updated",    "jira:version_deleted",
    "jira:version_released", "jira:version_unreleased", "jira:version_moved",
    "board_created",         "board_updated",           "board_deleted",
    "worklog_created",       "worklog_updated",         "worklog_deleted",
    "sprint_created",        "sprint_updated",          "sprint_deleted",
    "sprint_closed"};

Json Events(bool with_those_of_the_site) {
  Json events = Json::array();
  for (const std::string_view event : kEvents) events.push_back(event);
  if (with_those_of_the_site) {
    for (const std::string_view event : kSiteEvents) events.push_back(event);
  }
  return events;
}

ocean::WebhookRegistration OfSite(const JiraClient& jira, const std::string& identifier,
                                  const ocean::Secret& secret) {
  return {.obstacle = [&jira](const std::string&) -> std::string {
            if (jira.IsAdministrator()) return "";
            return "the account is no administrator of the Jira site; have one register it by "
                   "hand, or give the account the permission";
          },
          .list = [&jira] { return jira.Webhooks(); },
          .wanted =
              [identifier, secret](const std::string& url) {
                Json wanted = {{"name", identifier + "-Port-Ocean-Events-Webhook"},
                               {"url", url},
                               {"events", Events(true)},
                               {"enabled", true}};
                if (!secret.empty()) wanted["secret"] = secret.Reveal();
                return wanted;
              },
          .create = [&jira](const Json& wanted) { jira.CreateWebhook(wanted); },
          .patch = [&jira](const Json& existing,
                           const Json& wanted) { jira.ChangeWebhook(existing, wanted); },
          .compared = {"/events", "/enabled", "/filters"}};
}

/// Why an OAuth app cannot have a webhook for `url`: it has one for each account, and Jira does not sign what it sends there.
std::string ObstacleOfApp(const JiraClient& jira, const ocean::Secret& secret,
                          const std::string& url) {
  if (!secret.empty()) {
    return "Jira signs no webhooks of OAuth apps, and webhookSecret is set; have an administrator "
           "register a webhook with that secret by hand, or unset it";
  }
  for (const Json& webhook : jira.AppWebhooks()) {
    const std::string other = ocean::GetString(webhook, "url");
    if (other == url) return "";
    return "the OAuth app has a webhook for " + other +
           " already, and Jira gives it one for each account";
  }
  return "";
}

ocean::WebhookRegistration OfApp(const JiraClient& jira, const ocean::Secret& secret) {
  return {.obstacle = [&jira,
                       secret](const std::string& url) { return ObstacleOfApp(jira, secret, url); },
          .list = [&jira] { return jira.AppWebhooks(); },
          .wanted =
              [](const std::string& url) { return Json{{"url", url}, {"events", Events(false)}}; },
          .create = [&jira](const Json& wanted) { jira.CreateAppWebhook(wanted); },
          .renew = [&jira](const Json& existing) { jira.RenewAppWebhook(existing); },
          .compared = {"/events"}};
}

}  // namespace

ocean::WebhookRegistration Registration(const JiraClient& jira, const std::string& identifier,
                                        const ocean::Secret& secret) {
  return jira.uses_oauth() ? OfApp(jira, secret) : OfSite(jira, identifier, secret);
}

}  // namespace jira
