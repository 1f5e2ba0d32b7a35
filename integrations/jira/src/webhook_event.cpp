#include "src/webhook_event.hpp"

namespace jira {

using ocean::Json;
using ocean::WebhookEvent;

std::string NameOf(const WebhookEvent& event) {
  return ocean::GetString(event.body, "webhookEvent");
}

std::string TextOf(const Json& object, const std::string& member) {
  const Json& value = ocean::Get(object, member);
  return value.is_number() ? ocean::DumpJson(value) : ocean::GetString(object, member);
}

const Json& CheckedObject(const WebhookEvent& event, const EventFamily& family) {
  const Json& object = ocean::Get(event.body, family.member);
  for (const std::string& name : family.required) {
    if (TextOf(object, name).empty()) {
      throw ocean::Error(ocean::ErrorKind::kPermanent,
                         NameOf(event) + " without " + family.member + "." + name);
    }
  }
  return object;
}

ocean::http::Verifier VerifierOf(const ocean::Secret& secret) {
  if (secret.empty()) {
    return ocean::http::Unsigned(
        "webhookSecret is not set, and Jira signs only with a secret; set it, here and in Jira's "
        "webhook");
  }
  return ocean::http::Hmac(secret, {.header = "X-Hub-Signature", .prefix = "sha256="});
}

}  // namespace jira
