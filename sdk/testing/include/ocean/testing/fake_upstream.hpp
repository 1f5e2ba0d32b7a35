#pragma once
/// @file A scripted third party: an HTTP server in the test's own process.

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ocean/base/json.hpp"
#include "ocean/http/server.hpp"

namespace ocean::testing {

/// Serves the routes a test gives it on a free loopback port.
///
/// A request without a route is answered 500 and recorded as unplanned, and so is one whose handler
/// throws: `Unplanned()` must be empty at the end of a good test.
///
/// Errors    Error{kBug} for a malformed or repeated pattern, an empty sequence, a route after Start
/// Threads   as http::Server; what is asked of it may overlap with requests
class FakeUpstream {
 public:
  using Handler = http::Server::Handler;

  FakeUpstream();
  ~FakeUpstream();

  /// Adds a route; only before Start.
  void On(http::Method method, std::string_view pattern, Handler handler);
  /// Answers the same JSON every time.
  void OnJson(http::Method method, std::string_view pattern, const Json& body, int status = 200);
  /// Answers with the next of `responses` each time, and with the last of them from then on.
  void OnSequence(http::Method method, std::string_view pattern,
                  std::vector<http::ServerResponse> responses);
  /// Is asked about requests that have no route; what it does not answer is unplanned.
  void OnOther(
      std::function<std::optional<http::ServerResponse>(const http::ServerRequest&)> handler);

  /// Sees each request before its route does; what it returns is the answer. Allowed at any time; an
  /// empty one ends it.
  void Intercept(
      std::function<std::optional<http::ServerResponse>(const http::ServerRequest&)> interceptor);

  /// The next `times` requests that match get `response` instead of their handler's: for 401, 429,
  /// 500 … Allowed at any time.
  void FailNext(http::Method method, std::string_view path_prefix, int times,
                http::ServerResponse response);

  void Start();
  std::string url() const;
  /// Copies of all requests so far, in the order of arrival.
  std::vector<http::ServerRequest> Requests() const;
  std::size_t CountOf(http::Method method, std::string_view path_prefix) const;
  /// Waits until so many matching requests have arrived since the start; false when they have not in time.
  bool Await(http::Method method, std::string_view path_prefix, std::size_t count,
             std::chrono::milliseconds patience) const;
  /// "GET /path?query", with the body if there is one; with the reason when a handler threw.
  std::vector<std::string> Unplanned() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ocean::testing
