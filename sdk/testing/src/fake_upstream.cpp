#include "ocean/testing/fake_upstream.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <set>
#include <utility>

#include "ocean/base/error.hpp"
#include "ocean/base/text.hpp"
#include "request_log.hpp"

namespace ocean::testing {

namespace {

using http::Method;
using http::ServerRequest;
using http::ServerResponse;

constexpr std::string_view kEveryPath = "/{path...}";

std::string Describe(const ServerRequest& request) {
  std::string text = std::string(ToString(request.method)) + " " + request.path;
  if (!request.query.empty()) text += "?" + http::EncodeQuery(request.query);
  if (!request.body.empty()) text += " " + request.body;
  return text;
}

bool Concerns(const ServerRequest& request, Method method, std::string_view path_prefix) {
  return request.method == method && request.path.starts_with(path_prefix);
}

http::ServerOptions LoopbackOptions() {
  http::ServerOptions options;
  options.address = "127.0.0.1";
  options.port = 0;
  options.workers = 8;
  return options;
}

}  // namespace

struct FakeUpstream::Impl {
  struct Failure {
    Method method;
    std::string path_prefix;
    int times;
    ServerResponse response;
  };

  /// Sees every request first: keeps it, and answers it when it is to fail.
  std::unique_ptr<ServerResponse> Record(const ServerRequest& request) {
    LogRequest(request);
    if (auto failure = Fail(request)) return failure;
    decltype(interceptor) intercept;
    {
      std::lock_guard lock(mutex);
      intercept = interceptor;
    }
    if (!intercept) return nullptr;
    auto response = intercept(request);
    return response ? std::make_unique<ServerResponse>(*std::move(response)) : nullptr;
  }

  std::unique_ptr<ServerResponse> Fail(const ServerRequest& request) {
    std::lock_guard lock(mutex);
    requests.push_back(request);
    arrived.notify_all();
    for (Failure& failure : failures) {
      if (failure.times > 0 && Concerns(request, failure.method, failure.path_prefix)) {
        --failure.times;
        return std::make_unique<ServerResponse>(failure.response);
      }
    }
    return nullptr;
  }

  ServerResponse AnswerOther(const ServerRequest& request) {
    if (other) {
      if (auto response = other(request)) return *std::move(response);
    }
    return Unplanned(Describe(request));
  }

  ServerResponse Unplanned(std::string what) {
    auto response = ServerResponse::OfJson(500, {{"unplanned", what}});
    std::lock_guard lock(mutex);
    unplanned.push_back(std::move(what));
    return response;
  }

  /// With the lock held.
  std::size_t CountOf(Method method, std::string_view path_prefix) const {
    return static_cast<std::size_t>(std::count_if(
        requests.begin(), requests.end(),
        [&](const ServerRequest& request) { return Concerns(request, method, path_prefix); }));
  }

  void Route(Method method, std::string_view pattern, Handler handler) {
    if (started) throw Error(ErrorKind::kBug, "a route is added before the start");
    if (pattern == kEveryPath) takes_every_path.insert(method);
    server.Route(method, pattern,
                 [this, handler = std::move(handler)](const ServerRequest& request) {
                   try {
                     return handler(request);
                   } catch (const std::exception& error) {
                     return Unplanned(Describe(request) + ": its handler threw: " + error.what());
                   }
                 });
  }

  mutable std::mutex mutex;
  mutable std::condition_variable arrived;
  std::vector<ServerRequest> requests;
  std::vector<std::string> unplanned;
  std::vector<Failure> failures;
  std::function<std::optional<ServerResponse>(const ServerRequest&)> interceptor;

  std::function<std::optional<ServerResponse>(const ServerRequest&)> other;
  std::set<Method> takes_every_path;
  bool started = false;
  // Last: it stops before the state that its handlers use goes.
  http::Server server{LoopbackOptions(), Logger::Null()};
};

FakeUpstream::FakeUpstream() : impl_(std::make_unique<Impl>()) {
  impl_->server.Before(
      [impl = impl_.get()](const ServerRequest& request) { return impl->Record(request); });
}

FakeUpstream::~FakeUpstream() = default;

void FakeUpstream::On(Method method, std::string_view pattern, Handler handler) {
  impl_->Route(method, pattern, std::move(handler));
}

void FakeUpstream::OnJson(Method method, std::string_view pattern, const Json& body, int status) {
  On(method, pattern,
     [response = ServerResponse::OfJson(status, body)](const ServerRequest&) { return response; });
}

void FakeUpstream::OnSequence(Method method, std::string_view pattern,
                              std::vector<ServerResponse> responses) {
  if (responses.empty()) {
    throw Error(ErrorKind::kBug, "the sequence for " + std::string(pattern) + " is empty");
  }
  auto next = std::make_shared<std::atomic<std::size_t>>(0);
  On(method, pattern, [next, responses = std::move(responses)](const ServerRequest&) {
    return responses[std::min(next->fetch_add(1), responses.size() - 1)];
  });
}

void FakeUpstream::OnOther(
    std::function<std::optional<ServerResponse>(const ServerRequest&)> handler) {
  if (impl_->started) throw Error(ErrorKind::kBug, "a route is added before the start");
  impl_->other = std::move(handler);
}

void FakeUpstream::FailNext(Method method, std::string_view path_prefix, int times,
                            ServerResponse response) {
  std::lock_guard lock(impl_->mutex);
  impl_->failures.push_back({method, std::string(path_prefix), times, std::move(response)});
}

void FakeUpstream::Intercept(
    std::function<std::optional<ServerResponse>(const ServerRequest&)> interceptor) {
  std::lock_guard lock(impl_->mutex);
  impl_->interceptor = std::move(interceptor);
}

void FakeUpstream::Start() {
  const auto answer = [impl = impl_.get()](const ServerRequest& request) {
    return impl->AnswerOther(request);
  };
  // HEAD goes the way of GET.
  for (const Method method : {Method::kGet, Method::kPost, Method::kPut, Method::kPatch,
                              Method::kDelete, Method::kOptions}) {
    if (!impl_->takes_every_path.contains(method)) impl_->Route(method, kEveryPath, answer);
  }
  impl_->server.Start();
  impl_->started = true;
}

std::string FakeUpstream::url() const {
  return impl_->server.url();
}

std::vector<ServerRequest> FakeUpstream::Requests() const {
  std::lock_guard lock(impl_->mutex);
  return impl_->requests;
}

std::size_t FakeUpstream::CountOf(Method method, std::string_view path_prefix) const {
  std::lock_guard lock(impl_->mutex);
  return impl_->CountOf(method, path_prefix);
}

bool FakeUpstream::Await(Method method, std::string_view path_prefix, std::size_t count,
                         std::chrono::milliseconds patience) const {
  std::unique_lock lock(impl_->mutex);
  return impl_->arrived.wait_for(lock, patience,
                                 [&] { return impl_->CountOf(method, path_prefix) >= count; });
}

std::vector<std::string> FakeUpstream::Unplanned() const {
  std::lock_guard lock(impl_->mutex);
  return impl_->unplanned;
}

}  // namespace ocean::testing
