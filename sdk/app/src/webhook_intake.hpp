#pragma once
/// @file From a request to an event on disk.

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "ocean/app/integration.hpp"
#include "ocean/http/server.hpp"
#include "ocean/state/event_queue.hpp"

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
/// Lifetime  the processors and the queue must outlive the server
/// Threads   requests overlap
class WebhookIntake {
 public:
  struct Options {
    /// Logs each body, masked.
    bool log_bodies = false;
  };
  /// Warns of processors that check nothing. Throws what their verifiers throw.
  WebhookIntake(const std::vector<WebhookEntry>& webhooks, state::EventQueue& queue, Clock& clock,
                Logger logger, Options options);

  /// Adds POST <prefix>/integration<path> for each path.
  void AddRoutes(http::Server& server, const std::string& prefix);
  const IntakeCounts& counts() const { return counts_; }

 private:
  struct Processor {
    WebhookEntry entry;
    http::Verifier verifier;
  };
  struct Path {
    std::string path;
    std::vector<Processor> processors;
  };

  void Take(const Path& path, const http::ServerRequest& request, http::Server::Answer answer);
  std::vector<const Processor*> Genuine(const Path& path, const http::ServerRequest& request) const;
  void Store(state::Delivery delivery, http::Server::Answer answer);

  std::vector<Path> paths_;
  state::EventQueue& queue_;
  Clock& clock_;
  Logger logger_;
  Options options_;
  IntakeCounts counts_;
};

/// Headers as they are stored.
std::string HeadersText(const http::Headers& headers, const std::vector<std::string>& secret_names);
http::Headers ParseHeaders(const std::string& text);

}  // namespace ocean::app
