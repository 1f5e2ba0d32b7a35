#pragma once
/// @file The webhooks that are registered at a site.

#include <mutex>
#include <string>
#include <vector>

#include "ocean/base/json.hpp"
#include "upstream/routes.hpp"

namespace jira::upstream {

/// Threads   all operations may overlap
class WebhookBook {
 public:
  /// As Jira lists them: secrets are kept to itself.
  ocean::Json List() const;
  ocean::Json Create(ocean::Json webhook, const std::string& url);
  /// Error 404 when there is none.
  ocean::Json Change(const std::string& id, const ocean::Json& changes);

 private:
  mutable std::mutex mutex_;
  std::vector<ocean::Json> webhooks_;
};

/// Threads   all operations may overlap
class AppWebhookBook {
 public:
  ocean::Json List() const;
  /// What Jira answers to a registration; one with the wrong shape is refused.
  ocean::Json Register(const ocean::Json& body);
  ocean::Json Refresh(const ocean::Json& body);
  int renewals() const;

 private:
  mutable std::mutex mutex_;
  std::vector<ocean::Json> webhooks_;
  int renewals_ = 0;
};

/// Of the site, and those of its OAuth app.
void AddWebhookRoutes(WebhookBook& webhooks, AppWebhookBook& app_webhooks, const AddRoute& add);

/// The headers of a delivery, signed as Jira does.
ocean::http::Headers DeliveryHeaders(const std::string& secret, const std::string& body,
                                     const std::string& identifier);

}  // namespace jira::upstream
