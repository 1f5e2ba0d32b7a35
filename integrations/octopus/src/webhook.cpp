#include "src/webhook.hpp"

#include <algorithm>
#include <map>
#include <string_view>

#include "src/web_url.hpp"

namespace octopus {
namespace {

using ocean::Json;
using ocean::WebhookEvent;

constexpr auto kHeader = "X-Ocean-Webhook-Secret";

/// Kinds by what the ids of their documents begin with, in lower case.
const std::map<std::string_view, std::string> kKinds = {{"spaces", "space"},
                                                        {"projects", "project"},
                                                        {"releases", "release"},
                                                        {"deployments", "deployment"},
                                                        {"machines", "machine"}};

/// Empty for an id of something else.
std::string KindOf(const std::string& id) {
  const auto kind = kKinds.find(ocean::ToLower(id.substr(0, id.find('-'))));
  return kind == kKinds.end() ? "" : kind->second;
}

struct Document {
  std::string space_id;
  std::string id;
  bool is_gone = false;

  bool operator==(const Document&) const = default;
};

/// One event, or those of a digest.
std::vector<Json> EventsOf(const WebhookEvent& event) {
  const Json& payload = ocean::Get(event.body, "Payload");
  if (const Json& events = ocean::Get(payload, "Events"); events.is_array()) {
    return {events.begin(), events.end()};
  }
  return {ocean::Get(payload, "Event")};
}

/// The documents that one event is about.
std::vector<Document> DocumentsOf(const Json& event) {
  const std::string space_id = ocean::GetString(event, "SpaceId");
  if (ocean::GetString(event, "Category") == "Deleted") {
    const Json& context = ocean::Get(ocean::Get(event, "ChangeDetails"), "DocumentContext");
    return {{space_id, ocean::GetString(context, "Id"), true}};
  }
  std::vector<Document> documents;
  for (const Json& id : ocean::Get(event, "RelatedDocumentIds")) {
    if (id.is_string()) documents.push_back({space_id, id.get<std::string>(), false});
  }
  return documents;
}

/// Those of the kinds that are read, each once.
std::vector<Document> DocumentsOf(const WebhookEvent& event) {
  std::vector<Document> documents;
  for (const Json& each : EventsOf(event)) {
    for (const Document& document : DocumentsOf(each)) {
      const bool known = std::find(documents.begin(), documents.end(), document) != documents.end();
      if (!known && !KindOf(document.id).empty()) documents.push_back(document);
    }
  }
  return documents;
}

ocean::EventResult Look(const OctopusClient& octopus, const Document& document,
                        const ocean::EventContext& ctx) {
  const Json gone = {{"Id", document.id}};
  if (document.is_gone) return ocean::Deleted(gone);
  const auto fetch = [&] {
    Json record = ctx.kind == "space"
                      ? octopus.Space(document.id, ctx.stop)
                      : octopus.Resource(document.space_id, ctx.kind + "s", document.id, ctx.stop);
    record["__url"] = WebUrl(octopus.server_url(), ctx.kind, record);
    return record;
  };
  return ocean::Refetched(fetch, gone);
}

/// A document that the key may not read holds up no other; after all else the event is tried again.
bool IsOfOneDocument(const ocean::Error& error) {
  return error.kind() == ocean::ErrorKind::kForbidden ||
         error.kind() == ocean::ErrorKind::kPermanent;
}

}  // namespace

ocean::http::Verifier SubscriptionWebhook::Verify() const {
  if (secret_.empty()) {
    return ocean::http::Unsigned("webhookSecret is not set; set it, and Octopus sends it along");
  }
  return ocean::http::SharedSecret(secret_, kHeader);
}

bool SubscriptionWebhook::Matches(const WebhookEvent& event) const {
  return ocean::GetString(event.body, "EventType") == "SubscriptionPayload";
}

std::vector<std::string> SubscriptionWebhook::Kinds(const WebhookEvent& event) const {
  std::vector<std::string> kinds;
  for (const Document& document : DocumentsOf(event)) {
    const std::string kind = KindOf(document.id);
    if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) kinds.push_back(kind);
  }
  return kinds;
}

void SubscriptionWebhook::Validate(const WebhookEvent& event) const {
  for (const Json& each : EventsOf(event)) {
    if (ocean::GetString(each, "SpaceId").empty()) {
      throw ocean::Error(ocean::ErrorKind::kPermanent, "an event of Octopus without SpaceId");
    }
  }
}

std::string SubscriptionWebhook::Key(const WebhookEvent& event) const {
  const auto events = EventsOf(event);
  return events.empty() ? "" : ocean::GetString(events.front(), "SpaceId");
}

std::string SubscriptionWebhook::DeliveryId(const WebhookEvent& event) const {
  const Json& payload = ocean::Get(event.body, "Payload");
  const std::string id = ocean::GetString(ocean::Get(payload, "Event"), "Id");
  return id.empty() ? ocean::GetString(payload, "BatchId") : id;
}

ocean::EventResult SubscriptionWebhook::HandleResource(const WebhookEvent& event, const Json&,
                                                       ocean::EventContext& ctx) const {
  ocean::EventResult result;
  for (const Document& document : DocumentsOf(event)) {
    if (KindOf(document.id) != ctx.kind) continue;
    try {
      auto [updated, deleted] = Look(octopus_, document, ctx);
      std::move(updated.begin(), updated.end(), std::back_inserter(result.updated));
      std::move(deleted.begin(), deleted.end(), std::back_inserter(result.deleted));
    } catch (const ocean::Error& error) {
      if (!IsOfOneDocument(error)) throw;
      ctx.logger.Warning(document.id + " is left as it is: " + error.what());
    }
  }
  return result;
}

namespace {

Json Subscription(const std::string& space_id, const std::string& url,
                  const ocean::Secret& secret) {
  Json notification = {{"WebhookURI", url}, {"WebhookTimeout", "00:00:50"}};
  if (!secret.empty()) {
    notification["WebhookHeaderKey"] = kHeader;
    notification["WebhookHeaderValue"] = secret.Reveal();
  }
  return {{"EventNotificationSubscription", std::move(notification)},
          {"IsDisabled", false},
          {"Name", "Port Subscription - " + url.substr(0, url.find("/integration/"))},
          {"SpaceId", space_id}};
}

}  // namespace

std::vector<ocean::WebhookRegistration> Registrations(const OctopusClient& octopus,
                                                      const ocean::Secret& secret) {
  std::vector<ocean::WebhookRegistration> registrations;
  for (const ocean::Batch& page : octopus.Spaces()) {
    for (const Json& space : page) {
      const std::string id = ocean::GetString(space, "Id");
      registrations.push_back(
          {.list = [&octopus, id] { return octopus.Subscriptions(id); },
           .wanted = [id, secret](const std::string& url) { return Subscription(id, url, secret); },
           .create = [&octopus](const Json& wanted) { octopus.CreateSubscription(wanted); },
           .patch = [&octopus](
                        const Json& existing,
                        const Json& wanted) { octopus.ChangeSubscription(existing, wanted); },
           .url_pointer = "/EventNotificationSubscription/WebhookURI",
           .compared = {"/IsDisabled", "/EventNotificationSubscription/WebhookHeaderKey"}});
    }
  }
  return registrations;
}

}  // namespace octopus
