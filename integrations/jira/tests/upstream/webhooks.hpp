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

void AddWebhookRoutes(WebhookBook& webhooks, const AddRoute& add);

/// The headers of a delivery, signed as Jira does.
ocean::http::Headers DeliveryHeaders(const std::string& secret, const std::string& body,
                                     const std::string& identifier);

}  // namespace jira::upstream
