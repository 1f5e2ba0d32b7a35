#include "faulty_proxy.hpp"

#include <numeric>
#include <set>
#include <utility>

#include "ocean/base/text.hpp"

namespace ocean::testing {

namespace {

http::Client MakeClient(const std::string& target) {
  http::ClientOptions options;
  options.base_url = target;
  options.retry.max_retries = 0;
  options.retry.max_retries_unanswered = 0;
  options.rate_limit.follow_headers = false;
  return http::Client(std::move(options), http::MakeCurlTransport(), Clock::System(),
                      Logger::Null(), {});
}

/// Every answer of the target's is an answer of the proxy's.
std::vector<int> AllRefusals() {
  std::vector<int> statuses(200);
  std::iota(statuses.begin(), statuses.end(), 400);
  return statuses;
}

bool IsOfTheConnection(const std::string& header) {
  static const std::set<std::string> kNames = {
      "host",         "connection", "content-length",    "expect",          "accept-encoding",
      "content-type", "keep-alive", "transfer-encoding", "content-encoding"};
  return kNames.contains(ToLower(header));
}

}  // namespace

FaultyProxy::FaultyProxy(const std::string& target, Fault fault)
    : fault_(std::move(fault)), client_(MakeClient(target)) {
  upstream_.OnOther([this](const http::ServerRequest& request) { return Answer(request); });
  upstream_.Start();
}

http::ServerResponse FaultyProxy::Answer(const http::ServerRequest& request) {
  const std::size_t number = ++requests_;
  if (fault_) {
    if (auto response = fault_(number)) return *std::move(response);
  }
  if (!repeats_) return Forward(request);
  const std::string path = std::string(ToString(request.method)) + request.path;
  {
    std::lock_guard lock(mutex_);
    if (const auto known = first_answers_.find(path); known != first_answers_.end()) {
      return known->second;
    }
  }
  auto response = Forward(request);
  std::lock_guard lock(mutex_);
  return first_answers_.emplace(path, std::move(response)).first->second;
}

http::ServerResponse FaultyProxy::Forward(const http::ServerRequest& request) const {
  http::Request onward{.method = request.method, .url = request.path};
  onward.query = request.query;
  onward.body = request.body;
  onward.content_type = request.headers.Get("Content-Type").value_or("");
  onward.expected_statuses = AllRefusals();
  for (const auto& [name, value] : request.headers) {
    if (!IsOfTheConnection(name)) onward.headers.Add(name, value);
  }
  http::Response answer = client_.Send(onward);
  http::ServerResponse response{.status = answer.status, .body = std::move(answer.body)};
  response.content_type = answer.headers.Get("Content-Type").value_or("application/json");
  for (const auto& [name, value] : answer.headers) {
    if (!IsOfTheConnection(name)) response.headers.Add(name, value);
  }
  return response;
}

}  // namespace ocean::testing
