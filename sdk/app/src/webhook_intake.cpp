#include "webhook_intake.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "ocean/base/error.hpp"
#include "ocean/base/json.hpp"
#include "ocean/base/text.hpp"

namespace ocean::app {

namespace {

/// Never kept, whatever the verifier says of them.
constexpr std::string_view kAlwaysSecret[] = {"authorization", "proxy-authorization", "cookie"};
constexpr auto kRetryAfterSeconds = "5";

http::ServerResponse Refusal(int status, std::string_view error, std::string_view message) {
  return http::ServerResponse::OfJson(status,
                                      {{"ok", false}, {"error", error}, {"message", message}});
}

http::ServerResponse Ok() {
  return http::ServerResponse::OfJson(200, {{"status", "ok"}});
}

http::ServerResponse Unavailable(std::string_view error, std::string_view message) {
  http::ServerResponse response = Refusal(503, error, message);
  response.headers.Set("Retry-After", kRetryAfterSeconds);
  return response;
}

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

WebhookIntake::WebhookIntake(const std::vector<WebhookEntry>& webhooks, state::EventQueue& queue,
                             Clock& clock, Logger logger, Options options)
    : queue_(queue), clock_(clock), logger_(std::move(logger)), options_(options) {
  std::set<std::pair<std::string, std::string>> warned;
  for (const WebhookEntry& entry : webhooks) {
    auto path = std::find_if(paths_.begin(), paths_.end(),
                             [&](const Path& known) { return known.path == entry.path; });
    if (path == paths_.end()) path = paths_.insert(paths_.end(), Path{entry.path, {}});
    path->processors.push_back({entry, entry.processor->Verify()});
    const auto& reason = path->processors.back().verifier.unsigned_reason();
    if (reason && warned.emplace(entry.path, *reason).second) {
      logger_.Warning("whoever reaches " + entry.path + " can send events: " + *reason);
    }
  }
}

void WebhookIntake::AddRoutes(http::Server& server, const std::string& prefix) {
  for (const Path& path : paths_) {
    server.RouteLate(
        http::Method::kPost, prefix + "/integration" + path.path,
        [this, &path](const http::ServerRequest& request, http::Server::Answer answer) {
          Take(path, request, std::move(answer));
        });
  }
}

std::vector<const WebhookIntake::Processor*> WebhookIntake::Genuine(
    const Path& path, const http::ServerRequest& request) const {
  std::vector<const Processor*> genuine;
  std::string refusals;
  for (const Processor& processor : path.processors) {
    const auto refusal = processor.verifier.Refusal(request.headers, request.body, clock_.Now());
    if (!refusal) genuine.push_back(&processor);
    if (refusal) refusals = *refusal;
  }
  if (genuine.empty()) {
    logger_.Warning("an event for " + path.path + " is refused: " + refusals,
                    {{"request_id", request.headers.Get("X-Request-ID").value_or("")},
                     {"client", request.remote_address}});
  }
  return genuine;
}

void WebhookIntake::Take(const Path& path, const http::ServerRequest& request,
                         http::Server::Answer answer) {
  const auto genuine = Genuine(path, request);
  if (genuine.empty()) {
    ++counts_.unauthorized;
    return answer(Refusal(401, "unauthorized", "the request's signature is missing or wrong"));
  }
  state::Delivery delivery{.path = path.path};
  try {
    const WebhookEvent event{ParseJson(request.body, "the request's body"), request.headers,
                             clock_.Now()};
    if (options_.log_bodies) {
      logger_.Info("an event for " + path.path, {{"body", DumpJson(event.body)}});
    }
    for (const Processor* processor : genuine) Claim(processor->entry, event, delivery);
  } catch (const std::exception& error) {
    // A processor that stumbles over the body finds it malformed, too.
    ++counts_.malformed;
    logger_.Warning("an event for " + path.path + " is not understood: " + error.what());
    return answer(Refusal(400, "bad_request", error.what()));
  }
  if (delivery.entries.empty()) {
    ++counts_.ignored;
    return answer(Ok());
  }
  std::vector<std::string> secret_names;
  for (const Processor* processor : genuine) {
    const auto& names = processor->verifier.secret_headers();
    secret_names.insert(secret_names.end(), names.begin(), names.end());
  }
  delivery.headers = HeadersText(request.headers, secret_names);
  delivery.body = request.body;
  Store(std::move(delivery), std::move(answer));
}

void WebhookIntake::Store(state::Delivery delivery, http::Server::Answer answer) {
  queue_.Append(std::move(delivery), [this,
                                      answer = std::move(answer)](state::AppendOutcome outcome) {
    switch (outcome) {
      case state::AppendOutcome::kStored:
        ++counts_.stored;
        return answer(Ok());
      case state::AppendOutcome::kDuplicate:
        ++counts_.duplicates;
        return answer(Ok());
      case state::AppendOutcome::kFull:
        ++counts_.refused;
        return answer(Unavailable("queue_full", "too many events wait; try again later"));
      case state::AppendOutcome::kFailed:
        ++counts_.refused;
        return answer(Unavailable("not_stored", "the event could not be stored; try again later"));
    }
  });
}

}  // namespace ocean::app
