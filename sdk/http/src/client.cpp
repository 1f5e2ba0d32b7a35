#include "ocean/http/client.hpp"

#include <functional>

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

}  // namespace

ClientCore::ClientCore(ClientOptions client_options, std::shared_ptr<Transport> client_transport,
                       Clock& client_clock, Logger client_logger, std::stop_token client_stop,
                       std::shared_ptr<ClientStats> client_stats)
    : options(Normalised(std::move(client_options))),
      transport(std::move(client_transport)),
      clock(client_clock),
      logger(std::move(client_logger)),
      stop(std::move(client_stop)),
      stats(client_stats ? std::move(client_stats) : std::make_shared<ClientStats>()) {}

RateLimiter& ClientCore::LimiterOf(const std::string& url) {
  const std::string origin = Origin(url);
  std::lock_guard lock(mutex_);
  std::unique_ptr<RateLimiter>& limiter = limiters_[origin];
  if (!limiter) {
    limiter =
        std::make_unique<RateLimiter>(options.rate_limit, options.retry.max_server_delay, clock,
                                      logger, options.target.empty() ? origin : options.target);
  }
  return *limiter;
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
  if (!stop.stop_possible()) return Exchange(*core_, request, core_->stop).Run();
  if (!core_->stop.stop_possible()) return Exchange(*core_, request, stop).Run();
  LinkedStopSource either(core_->stop);
  const std::stop_callback link(stop, [&] { either.RequestStop(); });
  return Exchange(*core_, request, either.Token()).Run();
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
  if (options.tls.verify && options.tls.ca_file.empty()) options.tls = tls;
  return Client(std::move(options), transport, clock, logger, stop, stats);
}

}  // namespace ocean::http
