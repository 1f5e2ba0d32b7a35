#pragma once
/// @file One request on its way: an easy handle set up for it, and what came back.

#include <curl/curl.h>

#include <array>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "address_rules.hpp"
#include "ocean/base/error.hpp"
#include "ocean/http/transport.hpp"

namespace ocean::http {

/// What the process's environment says about connections; read once.
struct NetworkEnvironment {
  std::string http_proxy;
  std::string https_proxy;
  std::string all_proxy;
  std::string no_proxy;
  std::string ca_file;
  std::string ca_folder;

  static NetworkEnvironment Read();
};

/// The state of one transfer, shared by its caller and the loop.
///
/// The loop calls Prepare, Collect and Fail; the caller waits. The request must live until the transfer has ended.
class Transfer {
 public:
  /// With `stream_bytes` the body of a success is read in parts, and so many bytes of it wait at most.
  Transfer(const WireRequest& wire, std::string url, std::chrono::milliseconds timeout,
           std::size_t stream_bytes = 0);

  /// Sets all options of a fresh or reset handle. `ca_bundle` replaces the system's certificates; empty keeps them.
  void Prepare(CURL* handle, const NetworkEnvironment& environment, const std::string& ca_bundle);
  /// The handle's transfer ended with `code`.
  void Collect(CURL* handle, CURLcode code);
  /// Ends it without an answer.
  void Fail(ErrorKind kind, const std::string& cause);

  /// Returns the answer, or throws the error.
  Response Wait();

  /// Returns what there is when the body begins; one of no success comes whole.
  Response WaitForHead();
  /// A part of the body, or nothing at its end, or throws the error.
  struct Part {
    std::optional<std::string> bytes;
    /// The loop must resume the transfer: there is room again.
    bool has_room = false;
  };
  Part NextPart();
  void WaitForEnd();
  std::size_t peak_bytes();

  const WireRequest& wire() const { return wire_; }

 private:
  void SetTimeouts(CURL* handle);
  void SetMethod(CURL* handle);
  void SetHeaders(CURL* handle);
  void SetTls(CURL* handle, const NetworkEnvironment& environment, const std::string& ca_bundle);
  void SetTrust(CURL* handle, const NetworkEnvironment& environment, const std::string& ca_bundle);
  void SetProxy(CURL* handle, const NetworkEnvironment& environment, const std::string& ca_bundle);
  void SetGuard(CURL* handle);
  bool IsStreamed();
  std::size_t TakePart(std::string_view bytes);
  bool IsAllowed(const std::optional<Address>& address);
  std::string CauseOf(CURLcode code) const;
  void End();
  void ThrowFailure() const;

  static std::size_t OnHeader(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t OnBody(char* data, std::size_t size, std::size_t count, void* self);
  static curl_socket_t OnOpenSocket(void* self, curlsocktype purpose, curl_sockaddr* address);
  static int OnConnected(void* self, char* remote_ip, char* local_ip, int remote_port,
                         int local_port);

  const WireRequest& wire_;
  const std::string url_;
  const std::chrono::milliseconds timeout_;
  const std::size_t stream_bytes_;
  CURL* handle_ = nullptr;
  /// Whether the body has begun; of the loop's thread.
  bool begun_ = false;
  std::unique_ptr<curl_slist, void (*)(curl_slist*)> headers_{nullptr, curl_slist_free_all};
  std::array<char, CURL_ERROR_SIZE> error_text_{};
  bool too_large_ = false;
  /// Of the URL; empty for none.
  std::string proxy_;
  /// Set when addresses are guarded.
  std::optional<AddressRules> rules_;
  /// An address that was refused; empty when none was.
  std::string refused_;
  Response response_;
  /// Not an Error: copies of one share their text, and the loop and the caller would both hold it.
  struct Failure {
    ErrorKind kind;
    std::string text;
  };
  std::optional<Failure> failure_;

  std::mutex mutex_;
  std::condition_variable ended_;
  bool has_ended_ = false;
  bool has_head_ = false;
  bool paused_ = false;
  std::deque<std::string> parts_;
  std::size_t buffered_ = 0;
  std::size_t peak_ = 0;
};

}  // namespace ocean::http
