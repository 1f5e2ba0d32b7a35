#pragma once
/// @file A Jira site for tests: served on a free port, edited over its API, and made to fail.

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ocean/base/error.hpp"
#include "ocean/base/json.hpp"
#include "ocean/http/client.hpp"
#include "ocean/testing/fake_upstream.hpp"
#include "upstream/routes.hpp"
#include "upstream/site.hpp"
#include "upstream/webhooks.hpp"

namespace jira::upstream {

class FakeJira {
 public:
  /// Sees each request before the site does; what it returns is the answer.
  using Interceptor =
      std::function<std::optional<ocean::http::ServerResponse>(const ocean::http::ServerRequest&)>;

  explicit FakeJira(const SiteOptions& options = {})
      : site_(options), planning_(Generate(options)) {
    AddJiraRoutes(site_, planning_, credentials_,
                  [this](ocean::http::Method method, std::string_view pattern,
                         ocean::http::Server::Handler handler) {
                    upstream_.On(method, pattern, std::move(handler));
                  });
    AddWebhookRoutes(webhooks_, app_webhooks_,
                     [this](ocean::http::Method method, std::string_view pattern,
                            ocean::http::Server::Handler handler) {
                       upstream_.On(method, pattern, std::move(handler));
                     });
    upstream_.Start();
  }

  WebhookBook& webhooks() { return webhooks_; }
  AppWebhookBook& app_webhooks() { return app_webhooks_; }

  JiraSite& site() { return site_; }
  Planning& planning() { return planning_; }
  ocean::testing::FakeUpstream& upstream() { return upstream_; }
  const Credentials& credentials() const { return credentials_; }
  std::string url() const { return upstream_.url(); }
  /// All projects, users and issues.
  std::size_t object_count() const {
    return site_.project_count() + site_.user_count() + site_.issue_count();
  }

  /// The integration's configuration that fits this site.
  ocean::Json Config() const {
    return {{"jiraHost", url()},
            {"atlassianUserEmail", credentials_.email},
            {"atlassianUserToken", credentials_.token}};
  }

  void Intercept(Interceptor interceptor) { upstream_.Intercept(std::move(interceptor)); }

  /// An issue with work on it, as id and key.
  ocean::Json WorkedOnIssue() {
    const ocean::Json page = site_.IssuePage(
        {.jql = "project = PAY", .fields = FieldFilter("summary"), .count = 100}, url());
    for (const ocean::Json& issue : page.at("issues")) {
      if (!planning_.List("issue/" + ocean::GetString(issue, "key") + "/worklog")->empty()) {
        return {{"id", issue.at("id")}, {"key", issue.at("key")}};
      }
    }
    throw ocean::Error(ocean::ErrorKind::kBug, "the made-up site has no work on it");
  }

  /// Keys of the issues that a query finds, in the order of their creation; at most 100.
  std::vector<std::string> Keys(const std::string& jql) {
    const ocean::Json page =
        site_.IssuePage({.jql = jql, .fields = FieldFilter("summary"), .count = 100}, url());
    std::vector<std::string> keys;
    for (const ocean::Json& issue : page.at("issues")) keys.push_back(issue.at("key"));
    return keys;
  }

 private:
  Credentials credentials_;
  JiraSite site_;
  Planning planning_;
  WebhookBook webhooks_;
  AppWebhookBook app_webhooks_;
  /// Last: its threads end before what they use.
  ocean::testing::FakeUpstream upstream_;
};

/// Answers `status` to the issue search's page number `page`, counted from 1.
inline FakeJira::Interceptor FailIssuePage(int page, int status) {
  auto seen = std::make_shared<std::atomic<int>>(0);
  return [seen, page, status](const ocean::http::ServerRequest& request)
             -> std::optional<ocean::http::ServerResponse> {
    if (request.path != "/rest/api/3/search/jql" || ++*seen != page) return std::nullopt;
    return ocean::http::ServerResponse::OfJson(status, {{"errorMessages", {"scripted failure"}}});
  };
}

}  // namespace jira::upstream
