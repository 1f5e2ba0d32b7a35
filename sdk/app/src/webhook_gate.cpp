#include "webhook_gate.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "ocean/base/error.hpp"
#include "ocean/base/json.hpp"
#include "ocean/base/text.hpp"

namespace ocean::app {

namespace {

/// Never kept, whatever the verifier says of them.
constexpr std::string_view kAlwaysSecret[] = {"authorization", "proxy-authorization", "cookie"};

/// Adds what the processor wants of the event, if anything.
void Claim(const WebhookEntry& entry, const WebhookEvent& event, state::Delivery& delivery) {
  const WebhookProcessor& processor = *entry.processor;
  if (!processor.Matches(event)) return;
  processor.Validate(event);
  delivery.entries.push_back({entry.name, processor.Key(event), Join(processor.Kinds(event), ",")});
  if (delivery.id.empty()) delivery.id = processor.DeliveryId(event);
}

}  // namespace

std::string HeadersText(const http::Headers& headers,
                        const std::vector<std::string>& secret_names) {
  Json kept = Json::object();
  for (const auto& [name, value] : headers) {
    const std::string lower = ToLower(name);
    const auto is_name = [&](std::string_view secret) { return ToLower(secret) == lower; };
    const bool secret = std::any_of(std::begin(kAlwaysSecret), std::end(kAlwaysSecret), is_name) ||
                        std::any_of(secret_names.begin(), secret_names.end(), is_name);
    if (!secret && !kept.contains(lower)) kept[lower] = value;
  }
  return DumpJson(kept);
}

http::Headers ParseHeaders(const std::string& text) {
  http::Headers headers;
  const Json kept = ParseJson(text, "the headers of a stored event");
  for (const auto& [name, value] : kept.items()) headers.Add(name, value.get<std::string>());
  return headers;
}

WebhookGate::WebhookGate(const std::vector<WebhookEntry>& webhooks, const Logger& logger) {
  std::set<std::pair<std::string, std::string>> warned;
  for (const WebhookEntry& entry : webhooks) {
    auto path = std::find_if(paths_.begin(), paths_.end(),
                             [&](const Path& known) { return known.path == entry.path; });
    if (path == paths_.end()) path = paths_.insert(paths_.end(), Path{entry.path, {}});
    path->processors.push_back({entry, entry.processor->Verify()});
    const auto& reason = path->processors.back().verifier.unsigned_reason();
    if (reason && warned.emplace(entry.path, *reason).second) {
      logger.Warning("whoever reaches " + entry.path + " can send events: " + *reason);
    }
  }
}

std::vector<std::string> WebhookGate::Paths() const {
  std::vector<std::string> paths;
  for (const Path& path : paths_) paths.push_back(path.path);
  return paths;
}

const WebhookGate::Path* WebhookGate::Find(const std::string& path) const {
  const auto found = std::find_if(paths_.begin(), paths_.end(),
                                  [&](const Path& known) { return known.path == path; });
  return found != paths_.end() ? &*found : nullptr;
}

Ruling WebhookGate::Rule(const std::string& path, const http::Headers& headers,
                         const std::string& body, TimePoint received_at) const {
  const Path* known = Find(path);
  Ruling ruling{Entrance::kUnauthorized, {.path = path}, "there is no webhook at this path"};
  if (known == nullptr) return ruling;
  std::vector<const Processor*> genuine;
  std::vector<std::string> secret_names;
  for (const Processor& processor : known->processors) {
    const auto refusal = processor.verifier.Refusal(headers, body, received_at);
    if (refusal) {
      ruling.refusal = *refusal;
      continue;
    }
    genuine.push_back(&processor);
    const auto& names = processor.verifier.secret_headers();
    secret_names.insert(secret_names.end(), names.begin(), names.end());
  }
  if (genuine.empty()) return ruling;
  try {
    const WebhookEvent event{ParseJson(body, "the request's body"), headers, received_at};
    for (const Processor* processor : genuine) Claim(processor->entry, event, ruling.delivery);
  } catch (const std::exception& error) {
    // A processor that stumbles over the body finds it malformed, too.
    return {Entrance::kMalformed, {.path = path}, error.what()};
  }
  ruling.delivery.headers = HeadersText(headers, secret_names);
  ruling.delivery.body = body;
  return {Entrance::kOpen, std::move(ruling.delivery)};
}

state::Admission WebhookGate::Admit(const state::ForeignEvent& event) const {
  try {
    Ruling ruling = Rule(event.path, ParseHeaders(event.headers), event.body, event.received_at);
    return {std::move(ruling.delivery), std::move(ruling.refusal)};
  } catch (const std::exception& error) {
    return {{.path = event.path}, std::string("its headers are no object: ") + error.what()};
  }
}

}  // namespace ocean::app
