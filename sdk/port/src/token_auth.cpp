#include "token_auth.hpp"

#include <algorithm>
#include <exception>

#include "ocean/base/error.hpp"
#include "ocean/base/json.hpp"

namespace ocean::port {

namespace {

constexpr std::chrono::seconds kEarlyAtMost{60};

}  // namespace

TokenAuth::TokenAuth(http::Client client, std::string client_id, Secret client_secret, Clock& clock)
    : client_(std::move(client)),
      client_id_(std::move(client_id)),
      client_secret_(std::move(client_secret)),
      clock_(clock) {}

void TokenAuth::Apply(http::Request& request, const std::stop_token& stop) {
  request.headers.Set("Authorization", Authorization(stop));
}

bool TokenAuth::Refresh(const http::Request& refused, const std::stop_token& stop) {
  Lock lock = WaitForTurn(stop);
  // Another thread may have renewed it while this request was under way: then the new one is there
  // already.
  if (refused.headers.Get("Authorization") == authorization_) Renew(lock, stop);
  return true;
}

void TokenAuth::Fetch(const std::stop_token& stop) {
  Authorization(stop);
}

std::string TokenAuth::Held() const {
  const Lock lock(mutex_);
  return authorization_;
}

std::string TokenAuth::Authorization(const std::stop_token& stop) {
  Lock lock = WaitForTurn(stop);
  if (authorization_.empty() || clock_.Elapsed() >= renew_at_) Renew(lock, stop);
  return authorization_;
}

TokenAuth::Lock TokenAuth::WaitForTurn(const std::stop_token& stop) {
  Lock lock(mutex_);
  if (!fetched_.wait(lock, stop, [&] { return !fetching_; }))
    ThrowCancelled("waiting for Port's token");
  return lock;
}

void TokenAuth::Renew(Lock& lock, const std::stop_token& stop) {
  fetching_ = true;
  lock.unlock();
  Token token;
  std::exception_ptr failure;
  try {
    token = FetchToken(stop);
  } catch (...) {
    failure = std::current_exception();
  }
  lock.lock();
  fetching_ = false;
  fetched_.notify_all();
  // Who waits tries for itself.
  if (failure) std::rethrow_exception(failure);
  renew_at_ = clock_.Elapsed() + token.life - std::min(kEarlyAtMost, token.life / 10);
  authorization_ = std::move(token.authorization);
}

TokenAuth::Token TokenAuth::FetchToken(const std::stop_token& stop) const {
  auto request = http::Request::PostJson(
      "/auth/access_token", {{"clientId", client_id_}, {"clientSecret", client_secret_.Reveal()}});
  request.retryable = true;
  Json answer;
  try {
    answer = client_.SendForJson(request, stop);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kAuth && error.kind() != ErrorKind::kForbidden) throw;
    Error refused(ErrorKind::kAuth,
                  "Port refused the credentials at " + client_.base_url() +
                      "; check OCEAN__PORT__CLIENT_ID and OCEAN__PORT__CLIENT_SECRET, and that "
                      "OCEAN__PORT__BASE_URL is your region's (https://api.getport.io or "
                      "https://api.us.getport.io)");
    throw Error(refused.set_http_status(error.http_status()));
  }
  const std::string token = GetString(answer, "accessToken");
  const Json& lifetime = Get(answer, "expiresIn");
  if (token.empty() || !lifetime.is_number()) {
    throw Error(ErrorKind::kPermanent,
                client_.base_url() +
                    "/auth/access_token answered without accessToken and expiresIn; "
                    "is OCEAN__PORT__BASE_URL the address of Port's API?");
  }
  return {GetString(answer, "tokenType", "Bearer") + " " + token,
          std::chrono::seconds(lifetime.get<std::int64_t>())};
}

void HeldTokenAuth::Apply(http::Request& request, const std::stop_token& /*stop*/) {
  const std::string held = token_->Held();
  if (held.empty()) throw Error(ErrorKind::kAuth, "there is no token of Port's yet");
  request.headers.Set("Authorization", held);
}

}  // namespace ocean::port
