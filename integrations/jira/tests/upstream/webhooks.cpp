#include "upstream/webhooks.hpp"

#include "ocean/base/text.hpp"
#include "ocean/http/signature.hpp"
#include "upstream/edit.hpp"

namespace jira::upstream {

using ocean::Json;
using ocean::http::Method;
using ocean::http::ServerRequest;
using ocean::http::ServerResponse;

namespace {

Json WithoutSecret(Json webhook) {
  webhook.erase("secret");
  return webhook;
}

}  // namespace

Json WebhookBook::List() const {
  std::lock_guard lock(mutex_);
  Json list = Json::array();
  for (const Json& webhook : webhooks_) list.push_back(WithoutSecret(webhook));
  return list;
}

Json WebhookBook::Create(Json webhook, const std::string& url) {
  std::lock_guard lock(mutex_);
  const std::string id = std::to_string(webhooks_.size() + 1);
  webhook["self"] = url + "/rest/webhooks/1.0/webhook/" + id;
  if (!webhook.contains("enabled")) webhook["enabled"] = true;
  webhooks_.push_back(std::move(webhook));
  return WithoutSecret(webhooks_.back());
}

Json WebhookBook::Change(const std::string& id, const Json& changes) {
  std::lock_guard lock(mutex_);
  const auto number = ocean::ParseInt(id).value_or(0);
  if (number < 1 || number > static_cast<std::int64_t>(webhooks_.size())) {
    Refuse(404, "there is no webhook " + id);
  }
  Json& webhook = webhooks_[static_cast<std::size_t>(number) - 1];
  webhook.update(changes);
  return WithoutSecret(webhook);
}

Json AppWebhookBook::List() const {
  std::lock_guard lock(mutex_);
  return {{"values", webhooks_}, {"isLast", true}};
}

Json AppWebhookBook::Register(const Json& body) {
  std::lock_guard lock(mutex_);
  Json results = Json::array();
  for (Json webhook : ocean::Get(body, "webhooks")) {
    if (!ocean::GetString(webhook, "jqlFilter").starts_with("project not in (")) {
      results.push_back({{"errors", {"a jqlFilter is needed"}}});
      continue;
    }
    webhook["id"] = 1000 + webhooks_.size();
    webhook["url"] = ocean::Get(body, "url");
    results.push_back({{"createdWebhookId", webhook.at("id")}});
    webhooks_.push_back(std::move(webhook));
  }
  return {{"webhookRegistrationResult", results}};
}

Json AppWebhookBook::Refresh(const Json& body) {
  std::lock_guard lock(mutex_);
  for (const Json& id : ocean::Get(body, "webhookIds")) {
    for (const Json& webhook : webhooks_) renewals_ += webhook.at("id") == id ? 1 : 0;
  }
  return {{"expirationDate", "2026-12-21T00:00:00.000+0000"}};
}

int AppWebhookBook::renewals() const {
  std::lock_guard lock(mutex_);
  return renewals_;
}

namespace {

void AddAppWebhookRoutes(AppWebhookBook& webhooks, const AddRoute& add) {
  constexpr auto kPath = "/rest/api/3/webhook";
  add(Method::kGet, kPath,
      [&webhooks](const ServerRequest&) { return ServerResponse::OfJson(200, webhooks.List()); });
  add(Method::kPost, kPath, [&webhooks](const ServerRequest& request) {
    return ServerResponse::OfJson(200, webhooks.Register(request.ParseBody()));
  });
  add(Method::kPut, std::string(kPath) + "/refresh", [&webhooks](const ServerRequest& request) {
    return ServerResponse::OfJson(200, webhooks.Refresh(request.ParseBody()));
  });
}

}  // namespace

void AddWebhookRoutes(WebhookBook& webhooks, AppWebhookBook& app_webhooks, const AddRoute& add) {
  AddAppWebhookRoutes(app_webhooks, add);
  constexpr auto kPath = "/rest/webhooks/1.0/webhook";
  add(Method::kGet, kPath,
      [&webhooks](const ServerRequest&) { return ServerResponse::OfJson(200, webhooks.List()); });
  add(Method::kPost, kPath, [&webhooks](const ServerRequest& request) {
    const std::string url = "http://" + request.headers.Get("Host").value_or("localhost");
    return ServerResponse::OfJson(201, webhooks.Create(request.ParseBody(), url));
  });
  add(Method::kPut, std::string(kPath) + "/{id}", [&webhooks](const ServerRequest& request) {
    return ServerResponse::OfJson(
        200, webhooks.Change(request.path_parameters.at("id"), request.ParseBody()));
  });
}

ocean::http::Headers DeliveryHeaders(const std::string& secret, const std::string& body,
                                     const std::string& identifier) {
  const std::string signature = ocean::http::SignHmac(
      ocean::Secret(secret), {.header = "X-Hub-Signature", .prefix = "sha256="}, {}, body);
  return {{"X-Hub-Signature", signature}, {"X-Atlassian-Webhook-Identifier", identifier}};
}

}  // namespace jira::upstream
