#pragma once
/// @file How one request goes over the wire, once: the seam below retries, credentials and limits.

#include <chrono>
#include <cstddef>
#include <memory>
#include <stop_token>
#include <string>

#include "ocean/http/message.hpp"

namespace ocean::http {

/// TLS of one class of targets (Port, or the third party).
struct TlsOptions {
  bool verify = true;
  /// Additional CA certificates (PEM file); empty takes the system's.
  std::string ca_file = {};
};

/// One try: the request as it goes out, with all headers and an absolute URL.
struct WireRequest {
  Request request;
  std::chrono::milliseconds timeout{std::chrono::seconds(60)};
  TlsOptions tls;
  std::size_t max_response_bytes = std::size_t{256} * 1024 * 1024;
};

/// Sends requests and waits for their answers.
///
/// Errors    Error{kTransient} for name, connection, TLS, time-out and protocol errors, naming
/// method, URL and cause;
///           Error{kPermanent} for a URL that is none and for an answer that is too large;
///           Error{kCancelled} within 100 ms of a requested stop. Any status is a Response.
/// Threads   Send may overlap
class Transport {
 public:
  virtual ~Transport() = default;
  virtual Response Send(const WireRequest& request, const std::stop_token& stop) = 0;
};

/// The one libcurl loop of a process: a thread that drives all transfers, so that connections and
/// HTTP/2 streams are shared by every caller. Proxy variables and SSL_CERT_FILE of the environment
/// are honoured.
std::shared_ptr<Transport> MakeCurlTransport();

}  // namespace ocean::http
