#include "event_runner.hpp"

#include <algorithm>
#include <optional>

#include "ocean/base/error.hpp"
#include "ocean/base/json.hpp"
#include "webhook_gate.hpp"

namespace ocean::app {

namespace {

EventOutcome OutcomeOf(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kTransient:
    case ErrorKind::kRateLimited:
    case ErrorKind::kAuth:
      return EventOutcome::kRetry;
    default:
      return EventOutcome::kDead;
  }
}

}  // namespace

const WebhookProcessor* EventRunner::Find(const state::EventRow& row) const {
  const auto found =
      std::find_if(parts_.webhooks.begin(), parts_.webhooks.end(), [&](const WebhookEntry& entry) {
        return entry.path == row.path && entry.name == row.processor;
      });
  return found != parts_.webhooks.end() ? found->processor : nullptr;
}

EventVerdict EventRunner::Run(const state::EventRow& row, const state::EventContent& content,
                              const std::stop_token& stop) const {
  const WebhookProcessor* processor = Find(row);
  if (processor == nullptr) {
    return {EventOutcome::kDead,
            "this version of the program has no " + row.processor + " on " + row.path};
  }
  const WebhookEvent event{ParseJson(content.body, "the body of a stored event"),
                           ParseHeaders(content.headers), row.received_at};
  if (processor->CallsForResync(event)) {
    parts_.ask_for_resync();
    return {};
  }
  std::optional<sync::LiveMapping> mapping;
  try {
    mapping = parts_.live.CurrentMapping();
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kCancelled) throw;
    return {EventOutcome::kWait, error.what()};
  }
  std::vector<sync::LiveChange> changes;
  EventVerdict verdict = Handle(*processor, event, *mapping, changes, stop);
  if (verdict.outcome != EventOutcome::kDone) return verdict;
  if (parts_.at_point) parts_.at_point("handled");
  verdict = Apply(*mapping, changes, stop);
  if (parts_.at_point) parts_.at_point("applied");
  return verdict;
}

EventVerdict EventRunner::Handle(const WebhookProcessor& processor, const WebhookEvent& event,
                                 const sync::LiveMapping& mapping,
                                 std::vector<sync::LiveChange>& changes,
                                 const std::stop_token& stop) const {
  try {
    for (const std::string& kind : processor.Kinds(event)) {
      EventContext ctx{kind, stop, parts_.logger.With({{"kind", kind}})};
      for (const sync::LiveResource& resource : mapping.ResourcesOf(kind)) {
        EventResult result = processor.HandleResource(event, resource.selector, ctx);
        changes.push_back({resource.index, std::move(result.updated), std::move(result.deleted)});
      }
    }
    return {};
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kCancelled) throw;
    return {OutcomeOf(error.kind()), error.what()};
  } catch (const std::exception& error) {
    return {EventOutcome::kDead, std::string("the processor failed: ") + error.what()};
  }
}

EventVerdict EventRunner::Apply(const sync::LiveMapping& mapping,
                                const std::vector<sync::LiveChange>& changes,
                                const std::stop_token& stop) const {
  try {
    const sync::LiveResult result = parts_.live.Apply(mapping, changes, stop);
    if (!result.rejection.empty()) return {EventOutcome::kDead, result.rejection};
    if (!result.waits_for.empty()) return {EventOutcome::kRetry, result.waits_for};
    return {};
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kCancelled) throw;
    // A request that Port refuses as a whole is refused again; all else is Port's own trouble.
    const bool refused = error.kind() == ErrorKind::kPermanent;
    return {refused ? EventOutcome::kDead : EventOutcome::kWait, error.what()};
  }
}

}  // namespace ocean::app
