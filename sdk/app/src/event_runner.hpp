#pragma once
/// @file One stored event to its effect.

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "ocean/app/integration.hpp"
#include "ocean/state/journal.hpp"
#include "ocean/sync/live.hpp"

namespace ocean::app {

/// What is to be done about an event that was tried.
enum class EventOutcome {
  kDone,
  kRetry,  ///< it failed, and may succeed later
  kWait,   ///< Port or its mapping is not in order: nothing is wrong with the event
  kDead,   ///< it will never succeed as it is
};

struct EventVerdict {
  EventOutcome outcome = EventOutcome::kDone;
  std::string error = {};
};

/// Between the processor and the catalog, and after it.
inline constexpr const char* kRunnerPoints[] = {"handled", "applied"};

/// Hands an event to its processor, and what comes out of it to the catalog.
///
/// Lifetime  borrows its parts
/// Threads   Run may overlap
class EventRunner {
 public:
  struct Parts {
    const std::vector<WebhookEntry>& webhooks;
    sync::LiveSync& live;
    Logger logger;
    std::function<void()> ask_for_resync;
    /// Told where it is, by one of kRunnerPoints. For tests that stop there.
    std::function<void(std::string_view point)> at_point = {};
  };
  explicit EventRunner(Parts parts) : parts_(std::move(parts)) {}

  /// Null when the program has no such processor any more.
  const WebhookProcessor* Find(const state::EventRow& row) const;
  /// Throws Error{kCancelled} when `stop` was requested.
  EventVerdict Run(const state::EventRow& row, const state::EventContent& content,
                   const std::stop_token& stop) const;

 private:
  EventVerdict Handle(const WebhookProcessor& processor, const WebhookEvent& event,
                      const sync::LiveMapping& mapping, std::vector<sync::LiveChange>& changes,
                      const std::stop_token& stop) const;
  EventVerdict Apply(const sync::LiveMapping& mapping, const std::vector<sync::LiveChange>& changes,
                     const std::stop_token& stop) const;

  Parts parts_;
};

}  // namespace ocean::app
