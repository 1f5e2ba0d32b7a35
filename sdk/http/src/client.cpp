#include "ocean/http/client.hpp"

#include <algorithm>
#include <bit>
#include <functional>

#include "address_rules.hpp"
#include "client_core.hpp"
#include "exchange.hpp"
#include "ocean/base/json.hpp"
#include "ocean/base/stop.hpp"
#include "url.hpp"

namespace ocean::http {
namespace {

std::string WithoutTrailingSlashes(std::string url) {
  while (!url.empty() && url.back() == '/') url.pop_back();
  return url;
}

ClientOptions Normalised(ClientOptions options) {
  options.base_url = WithoutTrailingSlashes(std::move(options.base_url));
  return options;
}

/// Calls `work` with a token that is stopped when either is.
template <class Work>
auto UnderEither(const std::stop_token& first, const std::stop_token& second, Work&& work) {
  if (!second.stop_possible()) return work(first);
  if (!first.stop_possible()) return work(second);
  LinkedStopSource either(first);
  const std::stop_callback link(second, [&] { either.RequestStop(); });
  return work(either.Token());
}

/// A client's body: reading it ends on the client's stop too, and what was read is counted.
class ClientBody : public BodyStream {
 public:
  ClientBody(std::unique_ptr<BodyStream> body, std::stop_token stop,
             std::shared_ptr<ClientStats> stats)
      : body_(std::move(body)), stop_(std::move(stop)), stats_(std::move(stats)) {}
  ~ClientBody() override { stats_->NoteResponse(read_); }

  std::optional<std::string> Read(const std::stop_token& stop) override {
    auto piece = UnderEither(stop_, stop,
                             [&](const std::stop_token& either) { return body_->Read(either); });
    if (piece) read_ += piece->size();
    return piece;
  }
  std::size_t peak_bytes() const override { return body_->peak_bytes(); }

 private:
  const std::unique_ptr<BodyStream> body_;
  const std::stop_token stop_;
  const std::shared_ptr<ClientStats> stats_;
  std::uint64_t read_ = 0;
};

/// Few sizes are told apart, so that a median needs little memory.
std::uint64_t Rounded(std::uint64_t bytes) {
  constexpr int kKeptBits = 4;
  const int dropped = std::max(0, static_cast<int>(std::bit_width(bytes)) - kKeptBits);
  return bytes >> dropped << dropped;
}

/// The fields that a client leaves open are the operator's.
TlsOptions Merged(TlsOptions own, const TlsOptions& defaults) {
  own.verify = own.verify && defaults.verify;
  own.min_version = std::max(own.min_version, defaults.min_version);
  if (own.ca_file.empty()) own.ca_file = defaults.ca_file;
  if (own.certificate_file.empty()) {
    own.certificate_file = defaults.certificate_file;
    own.key_file = defaults.key_file;
    own.key_password = defaults.key_password;
  }
  return own;
}

}  // namespace

void ClientStats::NoteRateLimitWait(const std::string& target, Duration wait) {
  const std::lock_guard lock(mutex_);
  traffic_.rate_limit_waits[target] += wait;
}

void ClientStats::NoteResponse(std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  traffic_.response_bytes += bytes;
  ++traffic_.responses_by_size[Rounded(bytes)];
}

Traffic ClientStats::traffic() const {
  const std::lock_guard lock(mutex_);
  return traffic_;
}

ClientCore::ClientCore(ClientOptions client_options, std::shared_ptr<Transport> client_transport,
                       Clock& client_clock, Logger client_logger, std::stop_token client_stop,
                       std::shared_ptr<ClientStats> client_stats)
    : options(Normalised(std::move(client_options))),
      transport(std::move(client_transport)),
      clock(client_clock),
      logger(std::move(client_logger)),
      stop(std::move(client_stop)),
      stats(client_stats ? std::move(client_stats) : std::make_shared<ClientStats>()) {
  if (options.guard.enabled) AddressRules(options.guard.allowed);  // complains about what is none
  logger.Masker().Add(UserInfo(options.proxy.url.Reveal()).password);
  logger.Masker().Add(options.tls.key_password.Reveal());
  if (!options.tls.verify) {
    logger.Warning(
        (options.target.empty() ? options.base_url : options.target) +
        ": TLS certificates are not verified; anyone on the way can read and change what "
        "is sent");
  }
}

RateLimiter& ClientCore::LimiterOf(const std::string& url) {
  const std::string origin = Origin(url);
  std::lock_guard lock(mutex_);
  std::unique_ptr<RateLimiter>& limiter = limiters_[origin];
  if (!limiter) {
    limiter = std::make_unique<RateLimiter>(options.rate_limit, options.retry.max_server_delay,
                                            clock, logger, TargetOf(url));
  }
  return *limiter;
}

std::string ClientCore::TargetOf(const std::string& url) const {
  return options.target.empty() ? Origin(url) : options.target;
}

bool ClientCore::TossCoin() {
  std::lock_guard lock(mutex_);
  return random_() % 2 == 0;
}

struct Client::Core : ClientCore {
  using ClientCore::ClientCore;
};

Client::Client(ClientOptions options, std::shared_ptr<Transport> transport, Clock& clock,
               Logger logger, std::stop_token stop, std::shared_ptr<ClientStats> stats)
    : core_(std::make_shared<Core>(std::move(options), std::move(transport), clock,
                                   std::move(logger), std::move(stop), std::move(stats))) {}

Response Client::Send(const Request& request, const std::stop_token& stop) const {
  return UnderEither(core_->stop, stop, [&](const std::stop_token& either) {
    return Exchange(*core_, request, either).Run();
  });
}

StreamedResponse Client::Open(const Request& request, std::size_t buffer_bytes,
                              const std::stop_token& stop) const {
  StreamedResponse streamed;
  const auto open = [&](const WireRequest& wire, const std::stop_token& either) {
    streamed = core_->transport->Open(wire, buffer_bytes, either);
    return streamed.head;
  };
  streamed.head = UnderEither(core_->stop, stop, [&](const std::stop_token& either) {
    return Exchange(*core_, request, either, open).Run();
  });
  streamed.body = std::make_unique<ClientBody>(std::move(streamed.body), core_->stop, core_->stats);
  return streamed;
}

Json Client::SendForJson(const Request& request, const std::stop_token& stop) const {
  const Response response = Send(request, stop);
  if (response.status == 204) return nullptr;
  return response.ParseBody();
}

Json Client::GetJson(std::string url, Query query) const {
  return SendForJson(Request::Get(std::move(url), std::move(query)));
}

Json Client::PostJson(std::string url, const Json& body, Query query) const {
  return SendForJson(Request::PostJson(std::move(url), body, std::move(query)));
}

const std::string& Client::base_url() const {
  return core_->options.base_url;
}

const ClientStats& Client::stats() const {
  return *core_->stats;
}

Client ClientFactory::Make(ClientOptions options) const {
  const ClientOptions defaults;
  if (options.timeout == defaults.timeout) options.timeout = timeout;
  options.tls = Merged(std::move(options.tls), tls);
  const bool own_proxy = options.proxy.direct || !options.proxy.url.empty();
  if (!own_proxy) options.proxy = proxy;
  if (!options.guard.enabled) options.guard = guard;
  return Client(std::move(options), transport, clock, logger, stop, stats);
}

}  // namespace ocean::http
