#pragma once
/// @file Sends log records to Port, in the background.

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>

#include "ocean/base/json.hpp"
#include "ocean/base/log.hpp"

namespace ocean::app {

/// Keeps the last records and sends them in batches: one thread, one request at a time.
///
/// Memory    at most `capacity` records; when more come than go, the oldest are dropped, and the next batch says how many
/// Errors    none: what could not be sent is tried again with the next batch, and an outage is logged once
/// Threads   records come from any thread; Start and Stop are for the owner's
/// Lifetime  the logger's sink may outlive the shipper; it then drops what comes
class LogShipper {
 public:
  struct Options {
    std::size_t capacity = 2'000;
    std::size_t batch = 100;
    /// How long a record waits for others at most.
    std::chrono::milliseconds interval{std::chrono::seconds(5)};
  };
  /// Sends {"message", "level", "timestamp", "extra"} objects; throws what keeps it from that.
  using Send = std::function<void(const Json& logs)>;

  /// Collects from now on.
  LogShipper(Options options, const Logger& logger);
  ~LogShipper();  ///< stops
  LogShipper(const LogShipper&) = delete;
  LogShipper& operator=(const LogShipper&) = delete;

  /// Begins to send what was collected and what comes.
  void Start(Send send);
  /// Sends what is left, once, and ends. Idempotent.
  void Stop();

 private:
  struct Batch;
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace ocean::app
