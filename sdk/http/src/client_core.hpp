#pragma once
/// @file What the copies of a client share.

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>

#include "ocean/http/client.hpp"
#include "rate_limiter.hpp"

namespace ocean::http {

/// Threads   all operations may overlap
class ClientCore {
 public:
  ClientCore(ClientOptions client_options, std::shared_ptr<Transport> client_transport,
             Clock& client_clock, Logger client_logger, std::stop_token client_stop,
             std::shared_ptr<ClientStats> client_stats);

  const ClientOptions options;
  const std::shared_ptr<Transport> transport;
  Clock& clock;
  const Logger logger;
  const std::stop_token stop;
  const std::shared_ptr<ClientStats> stats;
  /// Whether the target has ever answered.
  std::atomic<bool> answered{false};

  /// The limiter of the host that an absolute URL names.
  RateLimiter& LimiterOf(const std::string& url);
  /// What messages and figures call that host.
  std::string TargetOf(const std::string& url) const;
  bool TossCoin();

 private:
  std::mutex mutex_;
  std::map<std::string, std::unique_ptr<RateLimiter>> limiters_;
  std::minstd_rand random_{std::random_device{}()};
};

}  // namespace ocean::http
