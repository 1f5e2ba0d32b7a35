#include "ocean/testing/strict_port.hpp"

#include <mutex>
#include <utility>

#include "ocean/base/json.hpp"
#include "ocean/base/text.hpp"
#include "ocean/catalog/catalog.hpp"
#include "ocean/http/transport.hpp"
#include "ocean/testing/fake_upstream.hpp"

namespace ocean::testing {

namespace {

using http::ServerRequest;
using http::ServerResponse;

catalog::CatalogOptions InMemory() {
  catalog::CatalogOptions options;
  options.file = ":memory:";
  return options;
}

std::string LineOf(const ServerRequest& request) {
  return std::string(ToString(request.method)) + " " + request.path;
}

/// Segments are encoded again, one by one.
std::string Target(const ServerRequest& request) {
  std::string target;
  for (const std::string& segment : Split(request.path.substr(1), '/'))
    target += "/" + PercentEncode(segment);
  return request.query.empty() ? target : target + "?" + http::EncodeQuery(request.query);
}

}  // namespace

struct StrictPort::Impl {
  Impl() {
    catalog.Start();
    gate.OnOther([this](const ServerRequest& request) { return Answer(request); });
    gate.Start();
  }

  ServerResponse Answer(const ServerRequest& request) {
    const auto findings = ContractViolations(request);
    if (findings.empty()) return Forward(request);
    const std::string text = Join(findings, "; ");
    {
      std::lock_guard lock(mutex);
      violations.push_back(LineOf(request) + ": " + text);
    }
    return ServerResponse::OfJson(422,
                                  {{"ok", false}, {"error", "invalid_request"}, {"message", text}});
  }

  ServerResponse Forward(const ServerRequest& request) {
    http::WireRequest wire;
    wire.request = {
        .method = request.method, .url = catalog.url() + Target(request), .body = request.body};
    // The host, too: the catalog builds the addresses for logs and metrics from it.
    for (const char* name :
         {"Host", "Authorization", "User-Agent", "Content-Type", "x-skip-resync"}) {
      if (const auto value = request.headers.Get(name)) wire.request.headers.Set(name, *value);
    }
    http::Response answer = transport->Send(wire, {});
    return {.status = answer.status, .body = std::move(answer.body)};
  }

  catalog::CatalogServer catalog{InMemory(), Clock::System(), Logger::Null()};
  std::shared_ptr<http::Transport> transport = http::MakeCurlTransport();
  mutable std::mutex mutex;
  std::vector<std::string> violations;
  // Last: it stops before what its handler uses goes.
  FakeUpstream gate;
};

StrictPort::StrictPort() : impl_(std::make_unique<Impl>()) {}
StrictPort::~StrictPort() = default;

std::string StrictPort::url() const {
  return impl_->gate.url();
}

std::vector<std::string> StrictPort::Violations() const {
  std::lock_guard lock(impl_->mutex);
  return impl_->violations;
}

std::vector<ServerRequest> StrictPort::Requests() const {
  return impl_->gate.Requests();
}

std::vector<std::string> StrictPort::Calls() const {
  std::vector<std::string> calls;
  for (const ServerRequest& request : Requests()) calls.push_back(LineOf(request));
  return calls;
}

bool StrictPort::Await(http::Method method, std::string_view path_prefix, std::size_t count,
                       std::chrono::milliseconds patience) const {
  return impl_->gate.Await(method, path_prefix, count, patience);
}

void StrictPort::FailNext(http::Method method, std::string_view path_prefix, int times,
                          ServerResponse response) {
  impl_->gate.FailNext(method, path_prefix, times, std::move(response));
}

}  // namespace ocean::testing
