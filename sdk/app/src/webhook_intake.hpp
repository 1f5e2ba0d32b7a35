#pragma once
/// @file From a request to an event on disk.

#include <atomic>
#include <cstdint>
#include <string>

#include "ocean/http/server.hpp"
#include "ocean/state/event_queue.hpp"
#include "webhook_gate.hpp"

namespace ocean::app {

/// What became of requests since the start.
struct IntakeCounts {
  std::atomic<std::int64_t> stored{0};
  std::atomic<std::int64_t> duplicates{0};
  std::atomic<std::int64_t> ignored{0};
  std::atomic<std::int64_t> unauthorized{0};
  std::atomic<std::int64_t> malformed{0};
  std::atomic<std::int64_t> refused{0};
};

/// Answers what is posted to webhooks: 200 once it is on disk (or known already, or wanted by nobody), 400 for what is no
/// event, 401 for what is not genuine, 503 with Retry-After where it cannot be stored.
///
/// Lifetime  the gate and the queue must outlive the server
/// Threads   requests overlap
class WebhookIntake {
 public:
  struct Options {
    /// Logs each body, masked.
    bool log_bodies = false;
  };
  WebhookIntake(const WebhookGate& gate, state::EventQueue& queue, Clock& clock, Logger logger,
                Options options);

  /// Adds POST <prefix>/integration<path> for each path.
  void AddRoutes(http::Server& server, const std::string& prefix);
  const IntakeCounts& counts() const { return counts_; }

 private:
  void Take(const std::string& path, const http::ServerRequest& request,
            http::Server::Answer answer);
  void Store(state::Delivery delivery, http::Server::Answer answer);

  const WebhookGate& gate_;
  state::EventQueue& queue_;
  Clock& clock_;
  Logger logger_;
  Options options_;
  IntakeCounts counts_;
};

}  // namespace ocean::app
