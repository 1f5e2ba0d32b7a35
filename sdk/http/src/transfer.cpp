#include "transfer.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cstdlib>

#include "ocean/base/error.hpp"
#include "ocean/base/text.hpp"
#include "url.hpp"

namespace ocean::http {
namespace {

constexpr std::chrono::milliseconds kConnectTimeout{10'000};
/// A body's announced length is trusted this far when room is made for it.
constexpr curl_off_t kMaxReserve = 8 * 1024 * 1024;

std::string Variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

std::string EitherVariable(const char* first, const char* second) {
  const std::string value = Variable(first);
  return value.empty() ? Variable(second) : value;
}

bool IsTls(const std::string& url) {
  return Origin(url).starts_with("https:");
}

bool IsThisMachine(const std::string& host) {
  const std::optional<Address> address = ParseAddress(host);
  return host == "localhost" || host.ends_with(".localhost") || (address && IsLoopback(*address));
}

/// The proxy for a URL; empty for none.
std::string ProxyFor(const std::string& url, const WireRequest& wire,
                     const NetworkEnvironment& environment) {
  if (wire.proxy.direct || wire.guard.enabled) return "";
  if (!wire.proxy.url.empty()) return wire.proxy.url.Reveal();
  if (IsThisMachine(HostOf(url))) return "";
  const std::string& own = IsTls(url) ? environment.https_proxy : environment.http_proxy;
  return own.empty() ? environment.all_proxy : own;
}

template <class Value>
void Set(CURL* handle, CURLoption option, Value value) {
  const CURLcode code = curl_easy_setopt(handle, option, value);
  if (code != CURLE_OK) {
    throw Error(ErrorKind::kBug, "libcurl refused option " + std::to_string(option) + ": " +
                                     curl_easy_strerror(code));
  }
}

ErrorKind KindOf(CURLcode code) {
  switch (code) {
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
      return ErrorKind::kPermanent;
    default:
      return ErrorKind::kTransient;
  }
}

}  // namespace

NetworkEnvironment NetworkEnvironment::Read() {
  NetworkEnvironment environment;
  // Under CGI a client can set HTTP_PROXY by a header "Proxy"; REQUEST_METHOD tells.
  environment.http_proxy = Variable("http_proxy");
  if (environment.http_proxy.empty() && Variable("REQUEST_METHOD").empty()) {
    environment.http_proxy = Variable("HTTP_PROXY");
  }
  environment.https_proxy = EitherVariable("https_proxy", "HTTPS_PROXY");
  environment.all_proxy = EitherVariable("all_proxy", "ALL_PROXY");
  environment.no_proxy = EitherVariable("no_proxy", "NO_PROXY");
  environment.ca_file = Variable("SSL_CERT_FILE");
  environment.ca_folder = Variable("SSL_CERT_DIR");
  return environment;
}

Transfer::Transfer(const WireRequest& wire, std::string url, std::chrono::milliseconds timeout,
                   std::size_t stream_bytes)
    : wire_(wire), url_(std::move(url)), timeout_(timeout), stream_bytes_(stream_bytes) {
  response_.source = Describe(wire.request.method, url_);
}

void Transfer::Prepare(CURL* handle, const NetworkEnvironment& environment,
                       const std::string& ca_bundle) {
  handle_ = handle;
  Set(handle, CURLOPT_URL, WithQuery(url_, wire_.request.query).c_str());
  Set(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  Set(handle, CURLOPT_ERRORBUFFER, error_text_.data());
  Set(handle, CURLOPT_PRIVATE, this);
  Set(handle, CURLOPT_NOSIGNAL, 1L);
  // A name that does not resolve must not hold up the loop when its transfer is cancelled.
  Set(handle, CURLOPT_QUICK_EXIT, 1L);
  Set(handle, CURLOPT_TCP_NODELAY, 1L);
  Set(handle, CURLOPT_TCP_KEEPALIVE, 1L);
  // A stream has a connection of its own: libcurl would hold up to 32 MiB of a paused one of HTTP/2.
  Set(handle, CURLOPT_HTTP_VERSION,
      static_cast<long>(stream_bytes_ > 0 ? CURL_HTTP_VERSION_1_1 : CURL_HTTP_VERSION_2TLS));
  Set(handle, CURLOPT_ACCEPT_ENCODING, "");
  SetTimeouts(handle);
  Set(handle, CURLOPT_HEADERFUNCTION, &Transfer::OnHeader);
  Set(handle, CURLOPT_HEADERDATA, this);
  Set(handle, CURLOPT_WRITEFUNCTION, &Transfer::OnBody);
  Set(handle, CURLOPT_WRITEDATA, this);
  if (IsTls(url_)) SetTls(handle, environment, ca_bundle);
  SetProxy(handle, environment, ca_bundle);
  SetGuard(handle);
  SetMethod(handle);
  SetHeaders(handle);
}

void Transfer::SetTimeouts(CURL* handle) {
  Set(handle, CURLOPT_CONNECTTIMEOUT_MS,
      static_cast<long>(std::min(timeout_, kConnectTimeout).count()));
  if (stream_bytes_ == 0) {
    Set(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(timeout_.count()));
    return;
  }
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(timeout_);
  Set(handle, CURLOPT_LOW_SPEED_LIMIT, 1L);
  Set(handle, CURLOPT_LOW_SPEED_TIME, static_cast<long>(seconds.count()));
}

void Transfer::SetMethod(CURL* handle) {
  const Request& request = wire_.request;
  const bool wants_body = request.method == Method::kPost || request.method == Method::kPut ||
                          request.method == Method::kPatch;
  if (wants_body || !request.body.empty()) {
    Set(handle, CURLOPT_POST, 1L);
    Set(handle, CURLOPT_POSTFIELDS, request.body.c_str());
    Set(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  }
  if (request.method == Method::kHead) {
    Set(handle, CURLOPT_NOBODY, 1L);
  } else {
    Set(handle, CURLOPT_CUSTOMREQUEST, ToString(request.method).data());
  }
}

void Transfer::SetHeaders(CURL* handle) {
  const auto add = [&](const std::string& line) {
    curl_slist* longer = curl_slist_append(headers_.get(), line.c_str());
    if (!longer) throw std::bad_alloc();
    headers_.release();
    headers_.reset(longer);
  };
  for (const auto& [name, value] : wire_.request.headers) {
    // A line break would let a value add headers of its own.
    if ((name + value).find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
      throw Error(ErrorKind::kPermanent,
                  response_.source + ": header '" + Split(name, '\r')[0] + "' holds a line break");
    }
    // libcurl takes "Name;" for a header without a value; "Name:" would remove it.
    add(value.empty() ? name + ";" : name + ": " + value);
  }
  const Request& request = wire_.request;
  if (!request.body.empty() && !request.headers.Has("Content-Type")) {
    add("Content-Type: " + request.content_type);
  } else if (request.body.empty()) {
    add("Content-Type:");
  }
  // Asking for permission to send a body costs a round trip, and a second with servers that do not answer.
  add("Expect:");
  Set(handle, CURLOPT_HTTPHEADER, headers_.get());
}

void Transfer::SetTls(CURL* handle, const NetworkEnvironment& environment,
                      const std::string& ca_bundle) {
  Set(handle, CURLOPT_PIPEWAIT, 1L);
  const TlsOptions& tls = wire_.tls;
  Set(handle, CURLOPT_SSLVERSION,
      static_cast<long>(tls.min_version == TlsVersion::kTls13 ? CURL_SSLVERSION_TLSv1_3
                                                              : CURL_SSLVERSION_TLSv1_2));
  if (!tls.certificate_file.empty()) {
    const std::string& key = tls.key_file.empty() ? tls.certificate_file : tls.key_file;
    Set(handle, CURLOPT_SSLCERT, tls.certificate_file.c_str());
    Set(handle, CURLOPT_SSLKEY, key.c_str());
    if (!tls.key_password.empty())
      Set(handle, CURLOPT_KEYPASSWD, tls.key_password.Reveal().c_str());
  }
  SetTrust(handle, environment, ca_bundle);
}

void Transfer::SetTrust(CURL* handle, const NetworkEnvironment& environment,
                        const std::string& ca_bundle) {
  if (!wire_.tls.verify) {
    Set(handle, CURLOPT_SSL_VERIFYPEER, 0L);
    Set(handle, CURLOPT_SSL_VERIFYHOST, 0L);
    return;
  }
  if (!ca_bundle.empty()) {
    curl_blob blob{const_cast<char*>(ca_bundle.data()), ca_bundle.size(), CURL_BLOB_NOCOPY};
    Set(handle, CURLOPT_CAINFO_BLOB, &blob);
  } else if (!environment.ca_file.empty()) {
    Set(handle, CURLOPT_CAINFO, environment.ca_file.c_str());
  }
  const bool from_folder = environment.ca_file.empty() && !environment.ca_folder.empty();
  // Without a folder libcurl reads the bundle once and keeps it; with one, anew for each connection.
  Set(handle, CURLOPT_CAPATH, from_folder ? environment.ca_folder.c_str() : nullptr);
}

void Transfer::SetProxy(CURL* handle, const NetworkEnvironment& environment,
                        const std::string& ca_bundle) {
  proxy_ = ProxyFor(url_, wire_, environment);
  // Both are always set, or libcurl would read the environment, which may change meanwhile.
  Set(handle, CURLOPT_PROXY, proxy_.c_str());
  const std::string& own = wire_.proxy.exceptions;
  Set(handle, CURLOPT_NOPROXY, (own.empty() ? environment.no_proxy : own).c_str());
  if (proxy_.empty() || ca_bundle.empty()) return;
  curl_blob blob{const_cast<char*>(ca_bundle.data()), ca_bundle.size(), CURL_BLOB_NOCOPY};
  Set(handle, CURLOPT_PROXY_CAINFO_BLOB, &blob);
}

void Transfer::SetGuard(CURL* handle) {
  if (!wire_.guard.enabled) return;
  rules_.emplace(wire_.guard.allowed);
  Set(handle, CURLOPT_OPENSOCKETFUNCTION, &Transfer::OnOpenSocket);
  Set(handle, CURLOPT_OPENSOCKETDATA, this);
  // A connection that another client opened would be used again without a look at its address.
  Set(handle, CURLOPT_PREREQFUNCTION, &Transfer::OnConnected);
  Set(handle, CURLOPT_PREREQDATA, this);
}

bool Transfer::IsAllowed(const std::optional<Address>& address) {
  if (address && rules_->Allow(*address)) return true;
  refused_ = address ? ToString(*address) : "of an unknown kind";
  return false;
}

curl_socket_t Transfer::OnOpenSocket(void* self, curlsocktype, curl_sockaddr* address) {
  if (!static_cast<Transfer*>(self)->IsAllowed(AddressOf(&address->addr))) return CURL_SOCKET_BAD;
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

int Transfer::OnConnected(void* self, char* remote_ip, char* /*local_ip*/, int /*remote_port*/,
                          int /*local_port*/) {
  return static_cast<Transfer*>(self)->IsAllowed(ParseAddress(remote_ip)) ? CURL_PREREQFUNC_OK
                                                                          : CURL_PREREQFUNC_ABORT;
}

std::size_t Transfer::OnHeader(char* data, std::size_t size, std::size_t count, void* self) {
  // What comes behind a body's begin may be read by the caller meanwhile.
  if (static_cast<Transfer*>(self)->begun_) return size * count;
  Response& response = static_cast<Transfer*>(self)->response_;
  const std::string_view line = Trim(std::string_view(data, size * count));
  const std::size_t colon = line.find(':');
  if (line.substr(0, 5) == "HTTP/") {
    response.headers = {};  // of an interim answer before
  } else if (colon != std::string_view::npos) {
    response.headers.Add(std::string(Trim(line.substr(0, colon))),
                         std::string(Trim(line.substr(colon + 1))));
  }
  return size * count;
}

std::size_t Transfer::OnBody(char* data, std::size_t size, std::size_t count, void* self) {
  Transfer& transfer = *static_cast<Transfer*>(self);
  std::string& body = transfer.response_.body;
  const std::size_t bytes = size * count;
  if (transfer.IsStreamed()) return transfer.TakePart({data, bytes});
  if (body.size() + bytes > transfer.wire_.max_response_bytes) {
    transfer.too_large_ = true;
    return bytes == 0 ? 1 : 0;
  }
  if (body.empty()) {
    curl_off_t length = 0;
    curl_easy_getinfo(transfer.handle_, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    if (length > 0) body.reserve(static_cast<std::size_t>(std::min(length, kMaxReserve)));
  }
  body.append(data, bytes);
  return bytes;
}

bool Transfer::IsStreamed() {
  if (stream_bytes_ == 0 || begun_) return begun_;
  long status = 0;
  curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
  response_.status = static_cast<int>(status);
  return begun_ = response_.ok();
}

std::size_t Transfer::TakePart(std::string_view bytes) {
  bool has_room = false;
  {
    std::lock_guard lock(mutex_);
    has_head_ = true;
    has_room = buffered_ == 0 || buffered_ + bytes.size() <= stream_bytes_;
    paused_ = !has_room;
    if (has_room) {
      parts_.emplace_back(bytes);
      buffered_ += bytes.size();
      peak_ = std::max(peak_, buffered_);
    }
  }
  ended_.notify_one();
  return has_room ? bytes.size() : CURL_WRITEFUNC_PAUSE;
}

void Transfer::Collect(CURL* handle, CURLcode code) {
  if (too_large_) {
    return Fail(ErrorKind::kPermanent,
                "the answer is larger than " + HumanBytes(wire_.max_response_bytes));
  }
  if (code == CURLE_OPERATION_TIMEDOUT) {
    return Fail(ErrorKind::kTransient, "no answer within " + HumanDuration(timeout_.count()));
  }
  if (code != CURLE_OK && !refused_.empty()) {
    const std::string& remedy = wire_.guard.remedy;
    return Fail(ErrorKind::kPermanent, "its address " + refused_ +
                                           " is not public, and not among the allowed ones" +
                                           (remedy.empty() ? "" : "; " + remedy));
  }
  if (code != CURLE_OK) return Fail(KindOf(code), CauseOf(code));
  if (!begun_) {
    long status = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    response_.status = static_cast<int>(status);
  }
  End();
}

std::string Transfer::CauseOf(CURLcode code) const {
  const bool has_text = error_text_[0] != '\0';
  std::string text = has_text ? error_text_.data() : curl_easy_strerror(code);
  // libcurl quotes a proxy that it cannot read whole, with its password.
  return proxy_.empty() ? text : ReplaceAll(text, proxy_, "***");
}

void Transfer::Fail(ErrorKind kind, const std::string& cause) {
  failure_ = Failure{kind, response_.source + " failed: " + cause};
  End();
}

void Transfer::ThrowFailure() const {
  if (failure_) throw Error(failure_->kind, failure_->text);
}

void Transfer::End() {
  {
    std::lock_guard lock(mutex_);
    has_ended_ = true;
  }
  ended_.notify_one();
}

Response Transfer::Wait() {
  std::unique_lock lock(mutex_);
  ended_.wait(lock, [&] { return has_ended_; });
  ThrowFailure();
  return std::move(response_);
}

Response Transfer::WaitForHead() {
  std::unique_lock lock(mutex_);
  ended_.wait(lock, [&] { return has_head_ || has_ended_; });
  if (!has_head_) ThrowFailure();
  return response_;
}

Transfer::Part Transfer::NextPart() {
  std::unique_lock lock(mutex_);
  ended_.wait(lock, [&] { return !parts_.empty() || has_ended_; });
  if (parts_.empty()) {
    ThrowFailure();
    return {};
  }
  Part part{std::move(parts_.front())};
  parts_.pop_front();
  buffered_ -= part.bytes->size();
  part.has_room = paused_ && buffered_ <= stream_bytes_ / 2;
  if (part.has_room) paused_ = false;
  return part;
}

void Transfer::WaitForEnd() {
  std::unique_lock lock(mutex_);
  ended_.wait(lock, [&] { return has_ended_; });
}

std::size_t Transfer::peak_bytes() {
  std::lock_guard lock(mutex_);
  return peak_;
}

}  // namespace ocean::http
