#pragma once
/// @file What an author says about the live events of a third party.

#include <chrono>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "ocean/base/clock.hpp"
#include "ocean/base/json.hpp"
#include "ocean/base/log.hpp"
#include "ocean/config/fields.hpp"
#include "ocean/http/signature.hpp"

namespace ocean {

/// One request to a webhook's path, verified.
struct WebhookEvent {
  Json body;
  /// As they came, without those that hold a secret.
  http::Headers headers;
  TimePoint received_at;

  /// The first value of a header, or "".
  std::string Header(std::string_view name) const { return headers.Get(name).value_or(""); }
};

/// Raw objects, in the shape in which a resync emits them.
struct EventResult {
  /// They are so now: upserted where the mapping's selector takes them, else removed.
  std::vector<Json> updated = {};
  /// They are gone: removed. Only the fields that identifiers are mapped from matter.
  std::vector<Json> deleted = {};
};

/// What a handler gets besides the event.
struct EventContext {
  std::string kind;
  /// Requested at the end of the process and when the event takes too long.
  std::stop_token stop;
  Logger logger;
};

/// What is done about a handler that throws: kTransient, kRateLimited and kAuth are tried again, all else is given up at once. An
/// event that is given up is kept as a dead letter with its error, and blocks no other. (While Port cannot be reached, or its mapping
/// is wrong, events wait and no attempt is counted.) The default goes on for three quarters of an hour.
struct RetryPolicy {
  int max_attempts = 16;
  std::chrono::milliseconds first_delay{1000};
  double factor = 2;
  std::chrono::milliseconds max_delay{300'000};

  /// Before the attempt that follows `attempts` failed ones.
  std::chrono::milliseconds DelayAfter(int attempts) const;
};

/// What is done about the live events of one sort. Authors derive from Webhook<Selector> or ConfigChangeWebhook.
///
/// A request is answered once it is stored; it is handled later, again after a failure or a crash, and possibly twice: the effects
/// must be those of once, which they are for a handler that reads and returns.
/// Threads   all operations may overlap; events with one Key are handled one after the other
class WebhookProcessor {
 public:
  WebhookProcessor() = default;
  WebhookProcessor(const WebhookProcessor&) = delete;
  WebhookProcessor& operator=(const WebhookProcessor&) = delete;
  virtual ~WebhookProcessor() = default;

  /// How requests prove where they come from; asked once, at the start.
  virtual http::Verifier Verify() const = 0;
  /// Whether the event is for this processor. One that nobody wants is answered 200 and forgotten.
  virtual bool Matches(const WebhookEvent& event) const = 0;
  /// The kinds whose objects it may change. It is handled for each resource of them in the mapping.
  virtual std::vector<std::string> Kinds(const WebhookEvent& event) const = 0;
  /// Throws Error{kPermanent} for a body that lacks what handling needs: it is answered 400 and not stored.
  virtual void Validate(const WebhookEvent& event) const;
  /// What the event is about. Events with the same key are handled in the order in which they came, others side by side;
  /// without a key all are in order.
  virtual std::string Key(const WebhookEvent& event) const;
  /// The sender's name of this delivery, the same when it is sent again; empty when it has none. The default is `webhook-id`.
  virtual std::string DeliveryId(const WebhookEvent& event) const;
  /// True when handling looks only at Key and asks the third party for the rest: of several events that wait with one key the newest
  /// stands for all.
  virtual bool Refetches() const { return false; }
  virtual RetryPolicy Retry() const { return {}; }
  /// True when the event calls for a full resync and nothing else, such as for a mapping that is kept at the third party.
  virtual bool CallsForResync(const WebhookEvent&) const { return false; }

  /// What became of the event's objects, as one resource of the mapping sees them. `selector` was checked.
  virtual EventResult HandleResource(const WebhookEvent& event, const Json& selector,
                                     EventContext& ctx) const = 0;
};

/// A processor for kinds that share a selector struct.
template <class Selector>
class Webhook : public WebhookProcessor {
 public:
  virtual EventResult Handle(const WebhookEvent& event, const Selector& selector,
                             EventContext& ctx) const = 0;

  EventResult HandleResource(const WebhookEvent& event, const Json& selector,
                             EventContext& ctx) const final {
    config::Problems problems;
    const auto parsed = ParseFields<Selector>(selector, "selector", problems);
    problems.ThrowIfAny("the selector is wrong");
    return Handle(event, parsed, ctx);
  }
};

/// A processor that only calls for a resync: when configuration kept at the third party changes.
class ConfigChangeWebhook : public WebhookProcessor {
 public:
  std::vector<std::string> Kinds(const WebhookEvent&) const final { return {}; }
  bool CallsForResync(const WebhookEvent&) const final { return true; }
  EventResult HandleResource(const WebhookEvent&, const Json&, EventContext&) const final {
    return {};
  }
};

/// The first common form: asks the third party for the object as it is now; when it is not there any more (Error{kNotFound})
/// `gone`, what the event tells of it, is deleted.
EventResult Refetched(const std::function<Json()>& fetch, const Json& gone);
/// The second: the event itself tells that this object is gone.
EventResult Deleted(Json gone);

/// A webhook as it is registered at the third party; for Integration::EnsureWebhook.
///
/// Errors    what the functions throw is logged; events then come only where the webhook is there already
struct WebhookRegistration {
  /// Why none can be registered for `url`, such as for want of a permission: it is logged as a warning, and no more is done.
  /// Empty when nothing stands in the way.
  std::function<std::string(const std::string& url)> obstacle = {};
  /// All webhooks that are there.
  std::function<std::vector<Json>()> list;
  /// The webhook as it should be, delivering to `url`.
  std::function<Json(const std::string& url)> wanted;
  std::function<void(const Json& wanted)> create;
  /// Brings one that is there in line; without it a difference is only logged.
  std::function<void(const Json& existing, const Json& wanted)> patch = {};
  /// For a third party that forgets webhooks: done to the one that is there, at each start and once a week.
  std::function<void(const Json& existing)> renew = {};
  /// Where the URL is in a webhook.
  std::string url_pointer = "/url";
  /// What must be as wanted, as JSON pointers; lists have no order. Secrets are usually not told and cannot be compared.
  std::vector<std::string> compared = {};
};

}  // namespace ocean
