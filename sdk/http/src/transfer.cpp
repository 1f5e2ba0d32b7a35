#include "transfer.hpp"

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
      return ErrorKind::kPermanent;
    default:
      return ErrorKind::kTransient;
  }
}

}  // namespace

NetworkEnvironment NetworkEnvironment::Read() {
  NetworkEnvironment environment;
  // Under CGI a client can set HTTP_PROXY by a header "Proxy"; REQUEST_METHOD tells.
  if (Variable("http_proxy").empty() && Variable("REQUEST_METHOD").empty()) {
    environment.http_proxy = Variable("HTTP_PROXY");
  }
  environment.ca_file = Variable("SSL_CERT_FILE");
  environment.ca_folder = Variable("SSL_CERT_DIR");
  return environment;
}

Transfer::Transfer(const WireRequest& wire, std::string url, std::chrono::milliseconds timeout)
    : wire_(wire), url_(std::move(url)), timeout_(timeout) {
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
  Set(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  Set(handle, CURLOPT_ACCEPT_ENCODING, "");
  Set(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(timeout_.count()));
  Set(handle, CURLOPT_CONNECTTIMEOUT_MS,
      static_cast<long>(std::min(timeout_, kConnectTimeout).count()));
  Set(handle, CURLOPT_HEADERFUNCTION, &Transfer::OnHeader);
  Set(handle, CURLOPT_HEADERDATA, this);
  Set(handle, CURLOPT_WRITEFUNCTION, &Transfer::OnBody);
  Set(handle, CURLOPT_WRITEDATA, this);
  const bool tls = Origin(url_).compare(0, 6, "https:") == 0;
  if (tls) {
    SetTls(handle, environment, ca_bundle);
  } else if (!environment.http_proxy.empty()) {
    Set(handle, CURLOPT_PROXY, environment.http_proxy.c_str());
  }
  SetMethod(handle);
  SetHeaders(handle);
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

std::size_t Transfer::OnHeader(char* data, std::size_t size, std::size_t count, void* self) {
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

void Transfer::Collect(CURL* handle, CURLcode code) {
  if (too_large_) {
    return Fail(ErrorKind::kPermanent,
                "the answer is larger than " + HumanBytes(wire_.max_response_bytes));
  }
  if (code == CURLE_OPERATION_TIMEDOUT) {
    return Fail(ErrorKind::kTransient, "no answer within " + HumanDuration(timeout_.count()));
  }
  if (code != CURLE_OK) {
    const bool has_text = error_text_[0] != '\0';
    return Fail(KindOf(code), has_text ? error_text_.data() : curl_easy_strerror(code));
  }
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  response_.status = static_cast<int>(status);
  End();
}

void Transfer::Fail(ErrorKind kind, const std::string& cause) {
  error_ = std::make_unique<Error>(kind, response_.source + " failed: " + cause);
  End();
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
  if (error_) throw Error(*error_);
  return std::move(response_);
}

}  // namespace ocean::http
