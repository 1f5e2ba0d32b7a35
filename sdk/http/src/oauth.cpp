/// @file Where credentials come from: the token endpoint of OAuth 2.0, the login of a session.

#include <algorithm>

#include "ocean/base/error.hpp"
#include "ocean/base/json.hpp"
#include "ocean/base/text.hpp"
#include "ocean/http/token_auth.hpp"
#include "page.hpp"
#include "url.hpp"

namespace ocean::http {
namespace {

/// What both grants tell the token endpoint about the client.
struct OAuthClient {
  std::string token_url;
  std::string id;
  Secret secret;
  std::string scope;
  Query parameters;
  bool secret_in_body = false;
};

template <class Options>
OAuthClient OAuthClientOf(const Options& options) {
  return {options.token_url, options.client_id,  options.client_secret,
          options.scope,     options.parameters, options.secret_in_body};
}

Client MakeTokenClient(const ClientFactory& http, const std::string& url) {
  if (!IsAbsolute(url)) throw Error(ErrorKind::kConfig, "'" + url + "' is no URL of a login");
  ClientOptions options;
  options.headers = {{"Accept", "application/json"}};
  return http.Make(options);
}

Request TokenRequest(const OAuthClient& client, Query form) {
  if (!client.scope.empty()) form.emplace_back("scope", client.scope);
  form.insert(form.end(), client.parameters.begin(), client.parameters.end());
  Request request;
  if (client.secret_in_body || client.secret.empty()) {
    form.emplace_back("client_id", client.id);
    if (!client.secret.empty()) form.emplace_back("client_secret", client.secret.Reveal());
  } else {
    // RFC 6749 §2.3.1 has both encoded before they are joined.
    const std::string pair = PercentEncode(client.id) + ":" + PercentEncode(client.secret.Reveal());
    request.headers.Set("Authorization", "Basic " + Base64Encode(pair));
  }
  request.method = Method::kPost;
  request.url = client.token_url;
  request.body = EncodeQuery(form);
  request.content_type = "application/x-www-form-urlencoded";
  request.retryable = true;  // an answer that was lost is lost either way
  // Their bodies are read here: a message must not quote them, for they may repeat secrets.
  request.expected_statuses = {400, 401, 403};
  return request;
}

[[noreturn]] void ThrowRefused(const Response& response) {
  Json body;
  try {
    body = response.ParseBody();
  } catch (const Error&) {
    // What is no JSON says nothing more.
  }
  std::string text = response.source + " refused the credentials";
  const std::string error = GetString(body, "error");
  if (!error.empty()) text += ": " + error;
  const std::string description = GetString(body, "error_description");
  if (!description.empty()) text += " (" + description + ")";
  throw Error(Error(ErrorKind::kAuth, text).set_http_status(response.status));
}

/// Lifetimes come as numbers, and from some servers as text.
std::optional<std::chrono::seconds> LifetimeOf(const Json& answer) {
  const Json& value = Get(answer, "expires_in");
  std::optional<std::int64_t> seconds;
  if (value.is_number()) seconds = value.get<std::int64_t>();
  if (value.is_string()) seconds = ParseInt(value.get<std::string>());
  if (!seconds || *seconds <= 0) return std::nullopt;
  return std::chrono::seconds(*seconds);
}

Json FetchToken(const Client& http, const Request& request, const std::stop_token& stop) {
  const Response response = http.Send(request, stop);
  if (!response.ok()) ThrowRefused(response);
  Json answer = response.ParseBody();
  if (GetString(answer, "access_token").empty()) {
    ThrowBadPage(response.source, "the answer has no access_token");
  }
  return answer;
}

Credential BearerOf(const Json& answer, const Logger& logger) {
  const std::string token = GetString(answer, "access_token");
  logger.Masker().Add(token);
  return {.value = Secret("Bearer " + token), .lifetime = LifetimeOf(answer)};
}

/// Exchanges a refresh token, and the one that takes its place, for access tokens. One call at a time.
class RefreshTokenSource {
 public:
  RefreshTokenSource(const ClientFactory& http, RefreshToken options)
      : http_(MakeTokenClient(http, options.token_url)),
        logger_(http.logger),
        client_(OAuthClientOf(options)),
        refresh_token_(std::move(options.refresh_token)),
        on_rotation_(std::move(options.on_rotation)) {
    logger_.Masker().Add(refresh_token_.Reveal());
  }

  Credential Obtain(const std::stop_token& stop) {
    const Request request = TokenRequest(
        client_, {{"grant_type", "refresh_token"}, {"refresh_token", refresh_token_.Reveal()}});
    const Json answer = FetchToken(http_, request, stop);
    Rotate(GetString(answer, "refresh_token"));
    return BearerOf(answer, logger_);
  }

 private:
  void Rotate(const std::string& next) {
    if (next.empty() || next == refresh_token_.Reveal()) return;
    logger_.Masker().Add(next);
    refresh_token_ = Secret(next);
    if (on_rotation_) on_rotation_(refresh_token_);
  }

  const Client http_;
  const Logger logger_;
  const OAuthClient client_;
  Secret refresh_token_;
  const std::function<void(const Secret&)> on_rotation_;
};

/// The value of a cookie that an answer sets; empty when it does not.
std::string CookieOf(const Response& response, const std::string& cookie) {
  for (const auto& [name, value] : response.headers) {
    if (ToLower(name) != "set-cookie") continue;
    const std::string pair = value.substr(0, value.find(';'));
    const std::size_t equals = pair.find('=');
    if (equals != std::string::npos && Trim(pair.substr(0, equals)) == cookie) {
      return std::string(Trim(pair.substr(equals + 1)));
    }
  }
  return "";
}

std::string TokenOf(const Response& response, const SessionLogin& login) {
  if (!login.cookie.empty()) return CookieOf(response, login.cookie);
  if (!login.token_header.empty()) return response.headers.Get(login.token_header).value_or("");
  const Json body = response.ParseBody();
  const Json* token = FindPath(body, login.token_path);
  return token && token->is_string() ? token->get<std::string>() : "";
}

Credential SessionOf(const Response& response, const SessionLogin& login, const Logger& logger) {
  const std::string token = TokenOf(response, login);
  if (token.empty()) {
    const std::string& place = !login.cookie.empty()         ? login.cookie
                               : !login.token_header.empty() ? login.token_header
                                                             : login.token_path;
    ThrowBadPage(response.source, "the answer of the login has no '" + place + "'");
  }
  logger.Masker().Add(token);
  if (!login.cookie.empty()) {
    return {Secret(login.cookie + "=" + token), "Cookie", login.lifetime};
  }
  return {Secret(login.prefix + token), login.header, login.lifetime};
}

}  // namespace

std::shared_ptr<Auth> MakeClientCredentialsAuth(const ClientFactory& http,
                                                const ClientCredentials& options) {
  http.logger.Masker().Add(options.client_secret.Reveal());
  return MakeTokenAuth(
      [client = MakeTokenClient(http, options.token_url), logger = http.logger,
       request = TokenRequest(OAuthClientOf(options), {{"grant_type", "client_credentials"}})](
          const std::stop_token& stop) {
        return BearerOf(FetchToken(client, request, stop), logger);
      },
      http.clock);
}

std::shared_ptr<Auth> MakeRefreshTokenAuth(const ClientFactory& http, RefreshToken options) {
  http.logger.Masker().Add(options.client_secret.Reveal());
  const auto source = std::make_shared<RefreshTokenSource>(http, std::move(options));
  return MakeTokenAuth([source](const std::stop_token& stop) { return source->Obtain(stop); },
                       http.clock);
}

std::shared_ptr<Auth> MakeSessionAuth(const ClientFactory& http, SessionLogin options) {
  Client client = MakeTokenClient(http, options.request.url);
  options.request.retryable = true;  // a session too many does no harm
  // Refusals are told without their bodies; a form's login may answer by a redirect.
  options.request.expected_statuses = {302, 303, 400, 401, 403};
  return MakeTokenAuth(
      [client = std::move(client), logger = http.logger,
       login = std::move(options)](const std::stop_token& stop) {
        const Response response = client.Send(login.request, stop);
        if (response.status >= 400) ThrowRefused(response);
        return SessionOf(response, login, logger);
      },
      http.clock);
}

}  // namespace ocean::http
