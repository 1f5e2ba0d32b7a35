#pragma once
/// @file Port's access token.

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <utility>

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
  /// The last token that was fetched, valid or not; empty before the first.
  std::string Held() const;

 private:
  using Lock = std::unique_lock<std::mutex>;
  struct Token {
    std::string authorization;
    std::chrono::seconds life{0};
  };

  std::string Authorization(const std::stop_token& stop);
  /// The lock, when no other thread fetches.
  Lock WaitForTurn(const std::stop_token& stop);
  /// Lets go of the lock while it fetches.
  void Renew(Lock& lock, const std::stop_token& stop);
  Token FetchToken(const std::stop_token& stop) const;

  http::Client client_;
  std::string client_id_;
  Secret client_secret_;
  Clock& clock_;

  mutable std::mutex mutex_;
  std::condition_variable_any fetched_;
  bool fetching_ = false;
  std::string authorization_;
  Duration renew_at_{0};
};

/// The token that there is: it waits for nothing, and fetches none. Error{kAuth} while there is none.
class HeldTokenAuth final : public http::Auth {
 public:
  explicit HeldTokenAuth(std::shared_ptr<const TokenAuth> token) : token_(std::move(token)) {}

  void Apply(http::Request& request, const std::stop_token& stop) override;

 private:
  const std::shared_ptr<const TokenAuth> token_;
};

}  // namespace ocean::port
