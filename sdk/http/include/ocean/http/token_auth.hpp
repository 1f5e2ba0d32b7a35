#pragma once
/// @file Credentials that end and are obtained anew: OAuth 2.0, sessions, or your own.

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "ocean/base/clock.hpp"
#include "ocean/base/secret.hpp"
#include "ocean/http/client.hpp"

namespace ocean::http {

/// A credential as it is sent.
struct Credential {
  /// "Bearer …", "SESSION=…": the header's whole value.
  Secret value;
  std::string header = "Authorization";
  /// From now on; empty: until it is refused.
  std::optional<std::chrono::seconds> lifetime = {};
};

/// Gets a new credential: a login, a request for a token, a signature.
///
/// Errors    whatever it throws fails the requests that wait for it
using CredentialSource = std::function<Credential(const std::stop_token&)>;

/// Sends what `source` gives, and asks it again shortly before the credential ends (a minute, or a
/// tenth of its life) and once after a 401.
///
/// Threads   any number of requests may need a new credential at a time: one asks, the others wait
/// for it, and share its error. A stop ends the waiting.
/// Lifetime  borrows the clock
std::shared_ptr<Auth> MakeTokenAuth(CredentialSource source, Clock& clock);

/// OAuth 2.0, RFC 6749 §4.4: a token for the program itself.
struct ClientCredentials {
  std::string token_url;
  std::string client_id;
  Secret client_secret;
  std::string scope = {};
  /// What the server asks for besides: {"audience", "…"}.
  Query parameters = {};
  /// The client's id and secret go into the body instead of an Authorization header.
  bool secret_in_body = false;
};

/// Errors    kAuth, with the server's error and its description, when the credentials are refused;
/// kPermanent for an answer without a token
/// Lifetime  borrows the factory's clock; tokens are masked in its logger
std::shared_ptr<Auth> MakeClientCredentialsAuth(const ClientFactory& http,
                                                const ClientCredentials& options);

/// OAuth 2.0, RFC 6749 §6: access tokens for a refresh token.
struct RefreshToken {
  std::string token_url;
  std::string client_id;
  /// Empty for a public client.
  Secret client_secret;
  Secret refresh_token;
  std::string scope = {};
  Query parameters = {};
  bool secret_in_body = false;
  /// Called with a refresh token that takes the place of the last one, before the access token that
  /// came with it is used: what it persists, the next start must begin with. What it throws fails the
  /// request; the new refresh token is used all the same.
  std::function<void(const Secret&)> on_rotation = {};
};

/// Errors and lifetime as MakeClientCredentialsAuth.
std::shared_ptr<Auth> MakeRefreshTokenAuth(const ClientFactory& http, RefreshToken options);

/// A login whose answer holds what later requests show.
struct SessionLogin {
  /// With user and password; an absolute URL. Sent again after a 401, and when `lifetime` ends.
  Request request;
  /// Where the answer has it, the first that is set counts: a cookie's name, a header, a path in the
  /// body ("data.token").
  std::string cookie = {};
  std::string token_header = {};
  std::string token_path = {};
  /// How a token is shown. Cookies are shown as cookies.
  std::string header = "Authorization";
  std::string prefix = "Bearer ";
  std::optional<std::chrono::seconds> lifetime = {};
};

/// Errors    kAuth when the login is refused; kPermanent for an answer without a session
/// Lifetime  as MakeClientCredentialsAuth
std::shared_ptr<Auth> MakeSessionAuth(const ClientFactory& http, SessionLogin options);

}  // namespace ocean::http
