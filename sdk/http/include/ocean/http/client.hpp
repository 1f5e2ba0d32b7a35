#pragma once
/// @file The HTTP client: credentials, retries and limits around a transport.

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "ocean/base/clock.hpp"
#include "ocean/base/json_fwd.hpp"
#include "ocean/base/log.hpp"
#include "ocean/base/secret.hpp"
#include "ocean/http/message.hpp"
#include "ocean/http/transport.hpp"

namespace ocean::http {

/// Credentials of a target.
///
/// Threads   all operations may overlap
class Auth {
 public:
  virtual ~Auth() = default;
  /// Puts the credentials into a request about to be sent.
  virtual void Apply(Request& request, const std::stop_token& stop) = 0;
  /// Called after a 401 with the request as it was sent; true when new credentials are there and
  /// the request shall be sent once more.
  virtual bool Refresh(const Request& refused, const std::stop_token& stop);
};

std::shared_ptr<Auth> MakeHeaderAuth(std::string name, Secret value);
std::shared_ptr<Auth> MakeBasicAuth(std::string user, Secret password);
std::shared_ptr<Auth> MakeBearerAuth(Secret token);
/// A bearer token that a file holds; read again after a 401. While the file cannot be read,
/// `fallback` serves.
std::shared_ptr<Auth> MakeTokenFileAuth(std::filesystem::path file, Secret fallback);

/// When and how often a request is sent again. Retried are transport errors and the statuses below,
/// for GET, HEAD, PUT, DELETE, OPTIONS, and for requests marked retryable. A 401 is never waited
/// for: Auth::Refresh decides, once.
struct RetryPolicy {
  int max_retries = 10;
  /// Network errors of a target that has never answered: a wrong address shall be told within seconds.
  int max_retries_unanswered = 4;
  std::chrono::milliseconds base_delay{100};
  std::chrono::milliseconds max_delay{std::chrono::seconds(60)};
  /// Cap on a wait that the server asked for.
  std::chrono::milliseconds max_server_delay{std::chrono::minutes(15)};
  double jitter = 0.1;
  std::vector<int> statuses = {408, 429, 502, 503, 504};
  /// Looked at in this order; each holds seconds, an epoch (above 10,000), an ISO 8601 time or an
  /// HTTP-date.
  std::vector<std::string> delay_headers = {"Retry-After", "x-ratelimit-reset"};
};

/// Keeps a host's limits: so many requests at a time, and none while its headers say that nothing
/// remains.
struct RateLimitPolicy {
  /// 0: no bound.
  int concurrency = 0;
  std::string limit_header = "x-ratelimit-limit";
  std::string remaining_header = "x-ratelimit-remaining";
  std::string reset_header = "x-ratelimit-reset";
  /// "true" means: stop before the limit is hit. Empty: no such header.
  std::string near_limit_header = "x-ratelimit-nearlimit";
  /// False ignores all headers.
  bool follow_headers = true;
};

struct ClientOptions {
  /// Prefix of relative URLs, without a trailing slash.
  std::string base_url = {};
  std::shared_ptr<Auth> auth = {};
  Headers headers = {};
  RetryPolicy retry = {};
  std::vector<ErrorRule> error_rules = {};
  RateLimitPolicy rate_limit = {};
  std::chrono::milliseconds timeout{std::chrono::seconds(60)};
  TlsOptions tls = {};
  ProxyOptions proxy = {};
  AddressGuard guard = {};
  /// Of a body, decompressed.
  std::size_t max_response_bytes = std::size_t{256} * 1024 * 1024;
  /// Names the target in messages and logs: "Jira", "Port".
  std::string target = {};
  /// What to check when a status ends a request: "check the token" for 401. Appended to that
  /// error's message.
  std::map<int, std::string> advice = {};
};

/// What was waited for and what came back, up to some moment.
struct Traffic {
  /// Time that requests waited because a limit was used up, by target, or by origin where it has no name. Waits that overlap add up.
  std::map<std::string, Duration> rate_limit_waits;
  /// Of all bodies, decompressed.
  std::uint64_t response_bytes = 0;
  /// How many answers there were by the size of the body, whose four leading bits are kept.
  std::map<std::uint64_t, std::uint64_t> responses_by_size;
};

/// What became of a client's requests.
///
/// Threads   all operations may overlap
class ClientStats {
 public:
  /// Sent, retries included.
  std::atomic<std::uint64_t> requests{0};
  std::atomic<std::uint64_t> retries{0};

  void NoteRateLimitWait(const std::string& target, Duration wait);
  void NoteResponse(std::uint64_t bytes);
  Traffic traffic() const;

 private:
  mutable std::mutex mutex_;
  Traffic traffic_;
};

/// Sends requests until they are answered for good.
///
/// Errors    Error with the HTTP status and the beginning of the body: 401 kAuth, 403 kForbidden,
/// 404 kNotFound, 429 kRateLimited, 408 and
///           5xx kTransient, other ≥ 400 kPermanent; what error rules say otherwise; network errors kTransient after the retries;
///           kCancelled on a stop
/// Threads   Send may overlap; copies share credentials, limits and statistics
class Client {
 public:
  Client(ClientOptions options, std::shared_ptr<Transport> transport, Clock& clock, Logger logger,
         std::stop_token stop, std::shared_ptr<ClientStats> stats = nullptr);

  /// `stop` is observed besides the client's own.
  Response Send(const Request& request, const std::stop_token& stop = {}) const;
  /// Sends until an answer begins; its body is read as it comes, and observes the client's stop.
  StreamedResponse Open(const Request& request, std::size_t buffer_bytes,
                        const std::stop_token& stop = {}) const;
  Json SendForJson(const Request& request, const std::stop_token& stop = {}) const;
  Json GetJson(std::string url, Query query = {}) const;
  Json PostJson(std::string url, const Json& body, Query query = {}) const;

  const std::string& base_url() const;
  const ClientStats& stats() const;

 private:
  struct Core;
  std::shared_ptr<Core> core_;
};

/// Makes the clients of a running integration, so that they share one transport, clock, log and
/// stop.
///
/// Lifetime  borrows the clock
struct ClientFactory {
  std::shared_ptr<Transport> transport;
  Clock& clock;
  Logger logger;
  std::stop_token stop = {};
  std::shared_ptr<ClientStats> stats = {};
  /// What clients get whose options say nothing: the operator's settings. Of TLS each field counts
  /// by itself: the stricter version, and no verification where either says so. A guard guards every
  /// client; one that has its own keeps what that allows.
  std::chrono::milliseconds timeout{std::chrono::seconds(60)};
  TlsOptions tls = {};
  ProxyOptions proxy = {};
  AddressGuard guard = {};
  /// `oauth_access_token_file_path` of the settings; empty when not set.
  std::filesystem::path oauth_token_file = {};

  Client Make(ClientOptions options) const;
};

}  // namespace ocean::http
