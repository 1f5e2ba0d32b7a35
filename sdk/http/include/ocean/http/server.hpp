#pragma once
/// @file The HTTP server: routes, time and size limits, graceful stop.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "ocean/base/json_fwd.hpp"
#include "ocean/base/log.hpp"
#include "ocean/http/message.hpp"

namespace ocean::http {

/// One request as the server got it.
struct ServerRequest {
  Method method = Method::kGet;
  /// Decoded path without the query.
  std::string path;
  Query query;
  Headers headers;
  /// The exact bytes: signatures are made over them.
  std::string body;
  /// What the route's `{name}` segments matched, decoded.
  std::map<std::string, std::string, std::less<>> path_parameters;
  std::string remote_address;

  /// The first value of a query parameter, or "".
  std::string QueryValue(std::string_view name) const;
  /// Error{kPermanent} when the body is no JSON.
  Json ParseBody() const;
};

struct ServerResponse {
  int status = 200;
  std::string body = {};
  std::string content_type = "application/json";
  Headers headers = {};

  static ServerResponse OfJson(int status, const Json& body);
  static ServerResponse OfText(int status, std::string text);
};

struct ServerOptions {
  std::string address = "0.0.0.0";
  /// 0 takes a free one.
  std::uint16_t port = 8000;
  /// Threads that run handlers.
  int workers = 4;
  std::size_t max_header_bytes = std::size_t{16} * 1024;
  std::size_t max_body_bytes = std::size_t{10} * 1024 * 1024;
  /// Beyond them a newcomer takes the place of the connection that has waited longest for its client.
  int max_connections = 1024;
  /// Of each client's address; 0 is no limit. Behind a proxy all clients are one.
  int max_requests_per_second = 0;
  /// A request must have come whole within this time, and its answer must have been taken within it.
  std::chrono::milliseconds request_timeout{std::chrono::seconds(30)};
  /// A connection without a request is closed after it.
  std::chrono::milliseconds idle_timeout{std::chrono::seconds(75)};
  /// PEM files; with both the server speaks TLS 1.2 and 1.3 only. The first may hold a chain.
  std::string certificate_file = {};
  std::string key_file = {};
};

/// Serves HTTP/1.1 with keep-alive.
///
/// A slow client costs a buffer, not a thread: sockets belong to one event-loop thread, handlers to
/// the workers. Stalled clients never keep others out: when there are too many connections, the one
/// that has waited longest for its client goes, of the client that has most of them.
/// Answers of its own: 404 unknown path, 405 unknown method, 408 slow request, 413 body too large,
/// 429 too many requests, 431 header too large, 500 a handler threw (the message goes to the log,
/// not to the client), 503 all connections are being answered. Bodies of errors are
/// {"ok":false,"error":…,"message":…}. Every answer carries X-Request-ID, the request's own or a new one.
/// Threads   routes are added before Start; handlers of different requests overlap; Stop may be
/// called from any other thread
class Server {
 public:
  using Handler = std::function<ServerResponse(const ServerRequest&)>;
  using Answer = std::function<void(ServerResponse)>;
  /// Calls `answer` once, then or later, from any thread, before the server is destroyed; it does not throw after that.
  using LateHandler = std::function<void(const ServerRequest&, Answer answer)>;

  Server(ServerOptions options, Logger logger);
  ~Server();  ///< stops

  /// `pattern` is a path whose segments may be `{name}` (one segment) or, at the end, `{name...}`
  /// (the rest).
  void Route(Method method, std::string_view pattern, Handler handler);
  /// For answers that wait for something else than a worker: while it waits a request costs a buffer, too.
  void RouteLate(Method method, std::string_view pattern, LateHandler handler);
  /// Runs before every handler; a response it returns is the answer. For credentials.
  void Before(std::function<std::unique_ptr<ServerResponse>(const ServerRequest&)> filter);

  /// Binds and serves. Error{kConfig} when the address is in use or may not be taken, or a file of TLS cannot be used, naming it.
  /// Raises the process's limit of open files where the connections need it.
  void Start();
  /// The port in use, after Start.
  std::uint16_t port() const;
  /// "http://127.0.0.1:8000": how this machine reaches it.
  std::string url() const;
  /// Takes no more connections, answers what is being handled (for up to `grace`), closes.
  /// Idempotent.
  void Stop(std::chrono::milliseconds grace = std::chrono::seconds(5));

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ocean::http
