#pragma once
/// @file How often each client may ask.

#include <string>
#include <unordered_map>

#include "ocean/base/clock.hpp"

namespace ocean::http {

/// A steady rate for each client; whoever was quiet may ask for a second's worth at once.
///
/// Threads   use from one thread
class ClientRates {
 public:
  /// 0 is no limit.
  explicit ClientRates(int requests_per_second);

  /// False when the client has to wait. `now` never goes back.
  bool Take(const std::string& client, Duration now);
  /// Clients that are remembered: those that asked within the last second.
  std::size_t size() const { return due_.size(); }

 private:
  void ForgetQuiet(Duration now);

  /// Between two requests; zero is no limit.
  const Duration interval_;
  /// When a client that keeps to its rate would have asked for what it has asked for.
  std::unordered_map<std::string, Duration> due_;
  Duration last_sweep_{};
};

}  // namespace ocean::http
