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

void AddWebhookRoutes(WebhookBook& webhooks, const AddRoute& add) {
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
