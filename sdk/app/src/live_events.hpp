#pragma once
/// @file Live events of one running integration: intake, queue and dispatcher together.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "event_dispatcher.hpp"
#include "event_runner.hpp"
#include "ocean/config/settings.hpp"
#include "ocean/state/journal.hpp"
#include "ocean/state/redis_queue.hpp"
#include "ocean/sync/live.hpp"
#include "webhook_intake.hpp"

namespace ocean::app {

sync::LiveOptions LiveOptionsOf(const config::Settings& settings);

/// What is shown of live events.
struct LiveFigures {
  struct Path {
    std::string path;
    std::int64_t pending = 0;
    std::int64_t pending_bytes = 0;
    std::int64_t dead = 0;
    /// How long the oldest pending event has waited.
    double lag_seconds = 0;
  };
  std::vector<Path> paths;
  /// Since the start: "stored", "duplicate", …
  std::vector<std::pair<std::string_view, std::int64_t>> counts;
  /// Why events are refused; empty when all is well.
  std::string problem;
};
Json ToJson(const LiveFigures& figures);

/// The name of a file system that a restart of the machine or container empties ("tmpfs", "overlay"); empty for others.
std::string VolatileFileSystem(const std::filesystem::path& folder);

/// Lifetime  borrows its parts. Answers may still be given until it is destroyed: after the server's Stop, before its end
class LiveEvents {
 public:
  struct Parts {
    const std::vector<WebhookEntry>& webhooks;
    const config::Settings& settings;
    std::filesystem::path state_folder;
    sync::Engine::Parts engine;
    std::function<void()> ask_for_resync;
    std::stop_token stop;
    /// File and limits are filled in from the settings; its points are told of the runner's, too.
    state::JournalOptions journal = {};
  };
  explicit LiveEvents(Parts parts);

  void AddRoutes(http::Server& server) { intake_.AddRoutes(server, parts_.settings.path_prefix); }
  /// Begins to apply what is stored; Port must be set up.
  void Start() { dispatcher_.Start(); }
  /// Empty when events can be taken.
  std::string NotReadyBecause() const { return queue_->problem(); }
  LiveFigures Figures() const;

 private:
  Parts parts_;
  WebhookGate gate_;
  std::unique_ptr<state::EventQueue> queue_;
  WebhookIntake intake_;
  sync::LiveSync live_;
  EventRunner runner_;
  EventDispatcher dispatcher_;
};

}  // namespace ocean::app
