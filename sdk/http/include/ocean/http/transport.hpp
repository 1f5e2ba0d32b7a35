#pragma once
/// @file How one request goes over the wire, once: the seam below retries, credentials and limits.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "ocean/base/secret.hpp"
#include "ocean/http/message.hpp"

namespace ocean::http {

enum class TlsVersion { kTls12, kTls13 };

/// TLS of one class of targets (Port, or the third party). HTTP/2 is spoken where the server offers it.
struct TlsOptions {
  /// False accepts any certificate; the client warns.
  bool verify = true;
  /// CA certificates (PEM file) besides the system's; empty: the system's alone.
  std::string ca_file = {};
  TlsVersion min_version = TlsVersion::kTls12;
  /// The client's own certificate and its key (PEM files; the certificate's file may hold both).
  std::string certificate_file = {};
  std::string key_file = {};
  Secret key_password = {};
};

/// How a target is reached.
struct ProxyOptions {
  /// "http://user:password@proxy:3128"; also https:// and socks5h://. Empty takes the environment's:
  /// HTTP_PROXY, HTTPS_PROXY, ALL_PROXY (lower case first), which never apply to this machine itself.
  Secret url = {};
  /// Hosts that are reached without: "localhost,.internal,10.0.0.0/8", "*". Empty takes NO_PROXY.
  std::string exceptions = {};
  /// Never by a proxy.
  bool direct = false;
};

/// For URLs that come from users' data: they must not lead into the network this program runs in.
///
/// When enabled, only public addresses are connected to: not this machine, private networks,
/// link-local addresses (which the clouds' metadata services have), multicast or reserved ones. What
/// counts is the address of the connection, after the name was resolved and for each redirect, so
/// that a name cannot change in between. No proxy is used: it would resolve the name itself.
/// Errors    Error{kPermanent} naming the address
struct AddressGuard {
  bool enabled = false;
  /// Networks and addresses that are allowed all the same: "10.1.0.0/16", "fd00::/8", "127.0.0.1".
  /// Error{kConfig} from the client's constructor for anything else.
  std::vector<std::string> allowed = {};
  /// What allows more, for the error's message: "set X to true to allow it".
  std::string remedy = {};
};

/// One try: the request as it goes out, with all headers and an absolute URL.
struct WireRequest {
  Request request;
  std::chrono::milliseconds timeout{std::chrono::seconds(60)};
  TlsOptions tls;
  /// Of the body, decompressed.
  std::size_t max_response_bytes = std::size_t{256} * 1024 * 1024;
  ProxyOptions proxy = {};
  AddressGuard guard = {};
};

/// A body that is read while it comes. The server waits while nothing is read.
///
/// Threads   use from one thread
/// Lifetime  destruction drops what was not read, and its connection
class BodyStream {
 public:
  virtual ~BodyStream() = default;
  /// The next part; nothing at the end. Error{kTransient} when the body is cut; Error{kCancelled}.
  virtual std::optional<std::string> Read(const std::stop_token& stop = {}) = 0;
  /// The most bytes that waited to be read at a time.
  virtual std::size_t peak_bytes() const = 0;
};

/// An answer whose body is still to come. That of no success (2xx) is in the head already.
struct StreamedResponse {
  Response head;
  std::unique_ptr<BodyStream> body;
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
  /// The same, but returns as soon as the answer begins; up to `buffer_bytes` of it wait to be read.
  /// The request's timeout is the longest silence. By default it sends, and holds the whole body.
  virtual StreamedResponse Open(const WireRequest& wire, std::size_t buffer_bytes,
                                const std::stop_token& stop);
};

/// The one libcurl loop of a process: a thread that drives all transfers, so that connections and
/// HTTP/2 streams are shared by every caller. Bodies may come compressed. Proxy variables and
/// SSL_CERT_FILE of the environment are read once, here.
std::shared_ptr<Transport> MakeCurlTransport();

}  // namespace ocean::http
