#pragma once
/// @file Port's access token.

#include <memory>
#include <mutex>
#include <stop_token>
#include <string>

#include "ocean/base/clock.hpp"
#include "ocean/base/secret.hpp"
#include "ocean/http/client.hpp"

namespace ocean::port {

/// Fetches the token with the client's id and secret, keeps it, and renews it before it ends or
/// when it is refused.
///
/// Threads   all operations may overlap; one of them fetches, the others wait for it
class TokenAuth final : public http::Auth {
 public:
  TokenAuth(http::Client client, std::string client_id, Secret client_secret, Clock& clock);

  void Apply(http::Request& request, const std::stop_token& stop) override;
  bool Refresh(const http::Request& refused, const std::stop_token& stop) override;

  /// Fetches the token unless a valid one is there.
  void Fetch(const std::stop_token& stop);

 private:
  std::string Authorization(const std::stop_token& stop);
  void FetchLocked(const std::stop_token& stop);

  http::Client client_;
  std::string client_id_;
  Secret client_secret_;
  Clock& clock_;

  std::mutex mutex_;
  std::string authorization_;
  Duration renew_at_{0};
};

}  // namespace ocean::port
