#include <algorithm>
#include <atomic>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>
#include <new>
#include <optional>
#include <thread>
#include <unordered_map>
#include <vector>

#include "ocean/base/error.hpp"
#include "ocean/base/text.hpp"
#include "ocean/http/authorities.hpp"
#include "transfer.hpp"
#include "url.hpp"
#include "worker_pool.hpp"

namespace ocean::http {
namespace {

constexpr long kIdleConnections = 50;
constexpr std::size_t kIdleHandles = 16;
constexpr int kMaxRedirects = 5;
/// libcurl ends the wait earlier when one of its own timers is due.
constexpr int kLongestWaitMs = 60'000;

std::string ReadCertificates(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(stream), {}};
  if (!stream || text.find("-----BEGIN") == std::string::npos) {
    throw Error(ErrorKind::kConfig, "CA file " + file + " cannot be read or holds no certificate");
  }
  return text;
}

std::string SystemCaFile(const NetworkEnvironment& environment) {
  if (!environment.ca_file.empty()) return environment.ca_file;
  const char* built_in = curl_version_info(CURLVERSION_NOW)->cainfo;
  return built_in ? built_in : "";
}

/// The certificates of `file` and the system's.
std::string Bundle(const std::string& file, const std::string& system_file) {
  std::string bundle = ReadCertificates(file);
  if (!system_file.empty()) bundle += "\n" + ReadCertificates(system_file);
  return bundle;
}

/// Bundles, each put together once.
class CaBundles {
 public:
  explicit CaBundles(std::string system_file) : system_file_(std::move(system_file)) {}

  /// Empty when there is no additional file.
  const std::string& For(const std::string& file) {
    static const std::string kNone;
    if (file.empty()) return kNone;
    std::lock_guard lock(mutex_);
    const auto known = bundles_.find(file);
    if (known != bundles_.end()) return known->second;
    return bundles_.emplace(file, Bundle(file, system_file_)).first->second;
  }

 private:
  const std::string system_file_;
  std::mutex mutex_;
  std::map<std::string, std::string> bundles_;
};

class CurlTransport : public Transport, public std::enable_shared_from_this<CurlTransport> {
 public:
  CurlTransport();
  ~CurlTransport() override;
  Response Send(const WireRequest& wire, const std::stop_token& stop) override;
  StreamedResponse Open(const WireRequest& wire, std::size_t buffer_bytes,
                        const std::stop_token& stop) override;

 private:
  using TransferPtr = std::shared_ptr<Transfer>;
  class Body;

  template <class Deliver>
  Response Follow(const WireRequest& wire, Deliver deliver);
  TransferPtr Launch(const WireRequest& wire, const std::string& url,
                     std::chrono::milliseconds timeout, const std::stop_token& stop,
                     std::size_t stream_bytes);
  StreamedResponse OpenOnce(const WireRequest& wire, std::chrono::milliseconds timeout,
                            std::size_t buffer_bytes, const std::stop_token& stop);
  Response SendOnce(const WireRequest& wire, const std::string& url,
                    std::chrono::milliseconds timeout, const std::stop_token& stop);
  void Enqueue(std::vector<TransferPtr>& box, TransferPtr transfer);

  void Run();
  void TakeOrders();
  void TryBegin(const TransferPtr& transfer);
  void Begin(const TransferPtr& transfer);
  void Cancel(const TransferPtr& transfer);
  void Resume(const TransferPtr& transfer);
  CURL* HandleOf(const TransferPtr& transfer) const;
  void ReadResults();
  void Release(CURL* handle);
  void EndAll();

  const NetworkEnvironment environment_;
  CaBundles ca_bundles_;

  std::mutex mutex_;
  std::vector<TransferPtr> new_;
  std::vector<TransferPtr> cancelled_;
  std::vector<TransferPtr> resumed_;
  std::atomic<bool> stopping_{false};

  CURLM* multi_;
  /// Of the loop's thread alone, like all below.
  std::unordered_map<CURL*, TransferPtr> active_;
  std::vector<CURL*> idle_;
  std::thread thread_;
};

CurlTransport::CurlTransport()
    : environment_(NetworkEnvironment::Read()), ca_bundles_(SystemCaFile(environment_)) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  multi_ = curl_multi_init();
  if (!multi_) throw std::bad_alloc();
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, kIdleConnections);
  thread_ = std::thread([this] { Run(); });
}

CurlTransport::~CurlTransport() {
  stopping_ = true;
  curl_multi_wakeup(multi_);
  thread_.join();
  for (CURL* handle : idle_) curl_easy_cleanup(handle);
  curl_multi_cleanup(multi_);
}

/// The next URL of a redirect that is followed: one of a read, within the scheme.
std::optional<std::string> RedirectTarget(const Request& request, const std::string& url,
                                          const Response& response) {
  const bool is_redirect = response.status == 301 || response.status == 302 ||
                           response.status == 303 || response.status == 307 ||
                           response.status == 308;
  if (!is_redirect || (request.method != Method::kGet && request.method != Method::kHead)) {
    return std::nullopt;
  }
  const std::optional<std::string> location = response.headers.Get("Location");
  if (!location) return std::nullopt;
  const std::optional<std::string> target = ResolveUrl(url, *location);
  const auto scheme = [](const std::string& text) { return text.substr(0, text.find("://")); };
  if (!target || scheme(Origin(*target)) != scheme(Origin(url))) return std::nullopt;
  return target;
}

/// What may be sent to a host that the caller did not name: anything else may be a credential.
Headers HarmlessHeaders(const Headers& headers) {
  Headers harmless;
  for (const char* name : {"Accept", "Accept-Language", "User-Agent"}) {
    if (const auto value = headers.Get(name)) harmless.Add(name, *value);
  }
  return harmless;
}

/// A body that a transfer still receives.
class CurlTransport::Body : public BodyStream {
 public:
  Body(std::shared_ptr<CurlTransport> transport, std::unique_ptr<WireRequest> wire,
       TransferPtr transfer)
      : transport_(std::move(transport)), wire_(std::move(wire)), transfer_(std::move(transfer)) {}
  Body(const Body&) = delete;
  Body& operator=(const Body&) = delete;
  ~Body() override {
    transport_->Enqueue(transport_->cancelled_, transfer_);
    transfer_->WaitForEnd();
  }

  std::optional<std::string> Read(const std::stop_token& stop) override {
    const std::stop_callback on_stop(
        stop, [&] { transport_->Enqueue(transport_->cancelled_, transfer_); });
    Transfer::Part part = transfer_->NextPart();
    if (part.has_room) transport_->Enqueue(transport_->resumed_, transfer_);
    return std::move(part.bytes);
  }
  std::size_t peak_bytes() const override { return transfer_->peak_bytes(); }

 private:
  const std::shared_ptr<CurlTransport> transport_;
  /// The transfer borrows it.
  const std::unique_ptr<WireRequest> wire_;
  const TransferPtr transfer_;
};

Response CurlTransport::Send(const WireRequest& wire, const std::stop_token& stop) {
  return Follow(wire, [&](const WireRequest& next, std::chrono::milliseconds timeout) {
    return SendOnce(next, next.request.url, timeout, stop);
  });
}

StreamedResponse CurlTransport::Open(const WireRequest& wire, std::size_t buffer_bytes,
                                     const std::stop_token& stop) {
  StreamedResponse streamed;
  streamed.head = Follow(wire, [&](const WireRequest& next, std::chrono::milliseconds timeout) {
    streamed = OpenOnce(next, timeout, buffer_bytes, stop);
    return streamed.head;
  });
  return streamed;
}

/// Sends a request and those that its redirects lead to.
template <class Deliver>
Response CurlTransport::Follow(const WireRequest& wire, Deliver deliver) {
  using SteadyClock = std::chrono::steady_clock;
  const auto deadline = SteadyClock::now() + wire.timeout;
  Response response = deliver(wire, wire.timeout);
  std::optional<std::string> target = RedirectTarget(wire.request, wire.request.url, response);
  if (!target) return response;
  WireRequest next = wire;
  next.request.query.clear();
  for (int hops = 0; target && hops < kMaxRedirects; ++hops) {
    if (Origin(*target) != Origin(next.request.url)) {
      next.request.headers = HarmlessHeaders(next.request.headers);
    }
    next.request.url = *target;
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - SteadyClock::now());
    response = deliver(next, std::max(left, std::chrono::milliseconds(1)));
    target = RedirectTarget(next.request, next.request.url, response);
  }
  if (target) {
    throw Error(ErrorKind::kPermanent, Describe(wire.request.method, wire.request.url) +
                                           " failed: more than " + std::to_string(kMaxRedirects) +
                                           " redirects");
  }
  return response;
}

CurlTransport::TransferPtr CurlTransport::Launch(const WireRequest& wire, const std::string& url,
                                                 std::chrono::milliseconds timeout,
                                                 const std::stop_token& stop,
                                                 std::size_t stream_bytes) {
  const std::string source = Describe(wire.request.method, url);
  if (stop.stop_requested()) ThrowCancelled("sending " + source);
  if (!IsAbsolute(url)) {
    throw Error(ErrorKind::kPermanent, source + " failed: the URL needs http:// or https://");
  }
  ca_bundles_.For(wire.tls.ca_file);  // complains here, on the caller's thread
  auto transfer = std::make_shared<Transfer>(wire, url, timeout, stream_bytes);
  Enqueue(new_, transfer);
  return transfer;
}

Response CurlTransport::SendOnce(const WireRequest& wire, const std::string& url,
                                 std::chrono::milliseconds timeout, const std::stop_token& stop) {
  const TransferPtr transfer = Launch(wire, url, timeout, stop, 0);
  const std::stop_callback on_stop(stop, [&] { Enqueue(cancelled_, transfer); });
  return transfer->Wait();
}

StreamedResponse CurlTransport::OpenOnce(const WireRequest& wire, std::chrono::milliseconds timeout,
                                         std::size_t buffer_bytes, const std::stop_token& stop) {
  auto own = std::make_unique<WireRequest>(wire);
  const WireRequest& borrowed = *own;
  const TransferPtr transfer =
      Launch(borrowed, borrowed.request.url, timeout, stop, std::max<std::size_t>(buffer_bytes, 1));
  auto body = std::make_unique<Body>(shared_from_this(), std::move(own), transfer);
  const std::stop_callback on_stop(stop, [&] { Enqueue(cancelled_, transfer); });
  Response head = transfer->WaitForHead();
  return {std::move(head), std::move(body)};
}

void CurlTransport::Enqueue(std::vector<TransferPtr>& box, TransferPtr transfer) {
  {
    std::lock_guard lock(mutex_);
    box.push_back(std::move(transfer));
  }
  curl_multi_wakeup(multi_);
}

void CurlTransport::Run() {
  BlockSignalsInThisThread();
  while (!stopping_) {
    TakeOrders();
    int running = 0;
    curl_multi_perform(multi_, &running);
    ReadResults();
    curl_multi_poll(multi_, nullptr, 0, kLongestWaitMs, nullptr);
  }
  EndAll();
}

void CurlTransport::TakeOrders() {
  std::vector<TransferPtr> to_begin;
  std::vector<TransferPtr> to_cancel;
  std::vector<TransferPtr> to_resume;
  {
    // Both at once: a transfer's cancelling must not be taken before its beginning.
    std::lock_guard lock(mutex_);
    to_begin.swap(new_);
    to_cancel.swap(cancelled_);
    to_resume.swap(resumed_);
  }
  for (const TransferPtr& transfer : to_begin) TryBegin(transfer);
  for (const TransferPtr& transfer : to_cancel) Cancel(transfer);
  for (const TransferPtr& transfer : to_resume) Resume(transfer);
}

void CurlTransport::TryBegin(const TransferPtr& transfer) {
  try {
    Begin(transfer);
  } catch (const Error& error) {
    transfer->Fail(error.kind(), error.what());
  }
}

void CurlTransport::Begin(const TransferPtr& transfer) {
  CURL* handle = nullptr;
  if (idle_.empty()) {
    handle = curl_easy_init();
    if (!handle) throw std::bad_alloc();
  } else {
    handle = idle_.back();
    idle_.pop_back();
  }
  active_.emplace(handle, transfer);
  try {
    transfer->Prepare(handle, environment_, ca_bundles_.For(transfer->wire().tls.ca_file));
  } catch (const Error&) {
    active_.erase(handle);
    Release(handle);
    throw;
  }
  curl_multi_add_handle(multi_, handle);
}

void CurlTransport::Cancel(const TransferPtr& transfer) {
  CURL* handle = HandleOf(transfer);
  if (!handle) return;  // it has ended
  active_.erase(handle);
  curl_multi_remove_handle(multi_, handle);
  Release(handle);
  transfer->Fail(ErrorKind::kCancelled, "cancelled by a stop");
}

void CurlTransport::Resume(const TransferPtr& transfer) {
  if (CURL* handle = HandleOf(transfer)) curl_easy_pause(handle, CURLPAUSE_CONT);
}

CURL* CurlTransport::HandleOf(const TransferPtr& transfer) const {
  const auto found = std::find_if(active_.begin(), active_.end(),
                                  [&](const auto& entry) { return entry.second == transfer; });
  return found == active_.end() ? nullptr : found->first;
}

void CurlTransport::ReadResults() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    CURL* handle = message->easy_handle;
    const CURLcode code = message->data.result;
    const auto found = active_.find(handle);
    const TransferPtr transfer = std::move(found->second);
    active_.erase(found);
    curl_multi_remove_handle(multi_, handle);
    transfer->Collect(handle, code);
    Release(handle);
  }
}

void CurlTransport::Release(CURL* handle) {
  if (idle_.size() >= kIdleHandles) return curl_easy_cleanup(handle);
  // Its connections stay: they belong to the multi handle.
  curl_easy_reset(handle);
  idle_.push_back(handle);
}

void CurlTransport::EndAll() {
  TakeOrders();
  for (const auto& [handle, transfer] : active_) {
    curl_multi_remove_handle(multi_, handle);
    curl_easy_cleanup(handle);
    transfer->Fail(ErrorKind::kCancelled, "the transport was closed");
  }
  active_.clear();
}

}  // namespace

std::shared_ptr<Transport> MakeCurlTransport() {
  return std::make_shared<CurlTransport>();
}

std::string AuthoritiesWith(const std::string& file) {
  return Bundle(file, SystemCaFile(NetworkEnvironment::Read()));
}

}  // namespace ocean::http
