#include "token_auth.hpp"

#include <algorithm>

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
  std::lock_guard lock(mutex_);
  // Another thread may have renewed it while this request was under way: then the new one is there
  // already.
  if (refused.headers.Get("Authorization") == authorization_) FetchLocked(stop);
  return true;
}

void TokenAuth::Fetch(const std::stop_token& stop) {
  Authorization(stop);
}

std::string TokenAuth::Authorization(const std::stop_token& stop) {
  std::lock_guard lock(mutex_);
  if (authorization_.empty() || clock_.Elapsed() >= renew_at_) FetchLocked(stop);
  return authorization_;
}

void TokenAuth::FetchLocked(const std::stop_token& stop) {
  auto request = http::Request::PostJson(
      "/auth/access_token", {{"clientId", client_id_}, {"clientSecret", client_secret_.Reveal()}});
  request.retryable = true;
  Json answer;
  try {
    answer = client_.SendForJson(request, stop);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kAuth && error.kind() != ErrorKind::kForbidden) throw;
    throw Error(ErrorKind::kAuth,
                "Port refused the credentials at " + client_.base_url() +
                    "; check OCEAN__PORT__CLIENT_ID and OCEAN__PORT__CLIENT_SECRET, and that "
                    "OCEAN__PORT__BASE_URL is your region's (https://api.getport.io or "
                    "https://api.us.getport.io)")
        .set_http_status(error.http_status());
  }
  const std::string token = GetString(answer, "accessToken");
  const Json& lifetime = Get(answer, "expiresIn");
  if (token.empty() || !lifetime.is_number()) {
    throw Error(ErrorKind::kPermanent,
                client_.base_url() +
                    "/auth/access_token answered without accessToken and expiresIn; "
                    "is OCEAN__PORT__BASE_URL the address of Port's API?");
  }
  authorization_ = GetString(answer, "tokenType", "Bearer") + " " + token;
  const std::chrono::seconds life(lifetime.get<std::int64_t>());
  renew_at_ = clock_.Elapsed() + life - std::min<std::chrono::seconds>(kEarlyAtMost, life / 10);
}

}  // namespace ocean::port
