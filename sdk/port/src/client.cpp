#include "ocean/port/client.hpp"

#include <algorithm>

#include "impl.hpp"
#include "ocean/base/error.hpp"
#include "ocean/base/text.hpp"
#include "ocean/base/version.hpp"

namespace ocean::port {

namespace {

std::string ApiRoot(std::string_view base_url) {
  while (!base_url.empty() && base_url.back() == '/') base_url.remove_suffix(1);
  return std::string(base_url) + "/v1";
}

/// What to do when Port refuses.
std::map<int, std::string> Advice() {
  return {
      {401,
       "the credentials no longer hold: check OCEAN__PORT__CLIENT_ID and "
       "OCEAN__PORT__CLIENT_SECRET"},
      {402, "the organisation's plan does not allow it: see its limits in Port"},
      {403,
       "the credentials may not do this: use those of the organisation, and check who owns the "
       "resource"},
      {404, "it is not in Port: check the blueprint's and the integration's identifier"},
      {409, "something of this name is there already, with another meaning"},
      {413, "it is larger than Port takes: map less into it"},
      {422, "Port has no place for a value: compare the mapping (ocean map) with the blueprint"},
      {429,
       "the organisation's limit of requests is used up: let other exporters rest, or resync "
       "less often"}};
}

http::ClientOptions ClientOptionsFor(const ClientOptions& options, bool touches_catalog) {
  http::ClientOptions client;
  client.base_url = ApiRoot(options.base_url);
  client.headers.Set("User-Agent", options.identity.UserAgent(touches_catalog));
  client.tls = options.tls;
  client.target = "Port";
  client.advice = Advice();
  client.retry.base_delay = std::chrono::milliseconds(300);
  client.retry.max_delay = std::chrono::minutes(5);
  return client;
}

http::Client MakeClient(const ClientOptions& options, const http::ClientFactory& factory,
                        const std::shared_ptr<http::ClientStats>& stats,
                        const std::shared_ptr<TokenAuth>& auth, bool touches_catalog) {
  http::ClientOptions client = ClientOptionsFor(options, touches_catalog);
  client.auth = auth;
  return {std::move(client), factory.transport, factory.clock, factory.logger, factory.stop, stats};
}

http::Client MakeIngestClient(const ClientOptions& options, const http::ClientFactory& factory,
                              const std::shared_ptr<TokenAuth>& auth) {
  http::ClientOptions client = ClientOptionsFor(options, false);
  client.auth = auth;
  client.retry.max_retries = 1;
  client.timeout = std::chrono::seconds(10);
  return {std::move(client), factory.transport, factory.clock, Logger::Null(), factory.stop};
}

http::Client MakeFarewellClient(const ClientOptions& options, const http::ClientFactory& factory,
                                const std::shared_ptr<http::ClientStats>& stats,
                                const std::shared_ptr<TokenAuth>& auth) {
  http::ClientOptions client = ClientOptionsFor(options, false);
  client.auth = std::make_shared<HeldTokenAuth>(auth);
  client.retry.max_retries = 0;
  client.rate_limit.follow_headers = false;
  client.timeout = std::chrono::milliseconds(500);
  return {std::move(client), factory.transport, factory.clock, factory.logger, factory.stop, stats};
}

std::shared_ptr<TokenAuth> MakeAuth(const ClientOptions& options,
                                    const http::ClientFactory& factory,
                                    const std::shared_ptr<http::ClientStats>& stats) {
  http::ClientOptions client = ClientOptionsFor(options, false);
  return std::make_shared<TokenAuth>(
      http::Client(std::move(client), factory.transport, factory.clock, factory.logger,
                   factory.stop, stats),
      options.client_id, options.client_secret, factory.clock);
}

/// A request whose 404 is an answer.
http::Request MayBeMissing(std::string path, http::Query query = {}) {
  auto request = http::Request::Get(std::move(path), std::move(query));
  request.expected_statuses = {404};
  return request;
}

Json ResyncState(std::string_view status, TimePoint now, std::string_view time_name,
                 const std::optional<ResyncSchedule>& schedule) {
  Json state = {{"status", status}};
  if (time_name == "lastResyncStart") state["lastResyncEnd"] = nullptr;
  state[std::string(time_name)] = PortTime(now);
  state["nextResync"] = schedule ? Json(PortTime(schedule->NextAfter(now))) : Json();
  // Port's own spelling.
  state["intervalInMinuets"] = schedule ? Json(schedule->interval.count()) : Json();
  return state;
}

}  // namespace

http::Request RetryableJson(http::Method method, std::string path, const Json& body) {
  auto request = http::Request::WithJson(method, std::move(path), body);
  request.retryable = true;
  return request;
}

Json Member(Json answer, std::string_view name, std::string_view source) {
  if (!answer.is_object() || !answer.contains(name)) {
    throw Error(ErrorKind::kPermanent,
                std::string(source) + " answered without \"" + std::string(name) + "\"");
  }
  return std::move(answer[std::string(name)]);
}

std::string BlueprintPath(const std::string& blueprint, std::string_view rest) {
  return "/blueprints/" + PercentEncode(blueprint) + std::string(rest);
}

std::string PortTime(TimePoint time) {
  std::string text = FormatIso8601(time);
  text.pop_back();
  return text + "+00:00";
}

TimePoint ResyncSchedule::NextAfter(TimePoint now) const {
  const Duration since = std::max(now - anchor, Duration::zero());
  return anchor + (since / interval + 1) * Duration(interval);
}

Client::Impl::Impl(ClientOptions the_options, const http::ClientFactory& factory)
    : options(std::move(the_options)),
      stats(std::make_shared<http::ClientStats>()),
      auth(MakeAuth(options, factory, stats)),
      plain(MakeClient(options, factory, stats, auth, false)),
      catalog(MakeClient(options, factory, stats, auth, true)),
      ingest(MakeIngestClient(options, factory, auth)),
      farewell(MakeFarewellClient(options, factory, stats, auth)) {}

std::string Client::Impl::IntegrationPath(std::string_view rest) const {
  return "/integration/" + PercentEncode(options.identity.identifier) + std::string(rest);
}

Client::Client(ClientOptions options, const http::ClientFactory& factory)
    : impl_(std::make_unique<Impl>(std::move(options), factory)) {}

Client::~Client() = default;

void Client::Authenticate() {
  impl_->auth->Fetch({});
}

const http::ClientStats& Client::stats() const {
  return *impl_->stats;
}

const ClientOptions& Client::options() const {
  return impl_->options;
}

std::optional<Json> Client::GetIntegration(const std::stop_token& stop) {
  const auto response = impl_->plain.Send(
      MayBeMissing(impl_->IntegrationPath(),
                   {{"oceanCoreVersion", std::string(SdkVersion())}, {"isPolling", "false"}}),
      stop);
  if (response.status == 404) return std::nullopt;
  return Member(response.ParseBody(), "integration", response.source);
}

Json Client::CreateIntegration(Json body, bool resources_by_port) {
  const Identity& identity = impl_->options.identity;
  body["installationId"] = identity.identifier;
  body["installationAppType"] = identity.type;
  body["version"] = identity.version;
  http::Query query;
  if (resources_by_port) query = {{"integration_modes", "create_resources"}};
  const auto response =
      impl_->plain.Send(http::Request::PostJson("/integration", body, std::move(query)));
  return Member(response.ParseBody(), "integration", response.source);
}

Json Client::PatchIntegration(Json patch) {
  patch["version"] = impl_->options.identity.version;
  const auto response =
      impl_->plain.Send(RetryableJson(http::Method::kPatch, impl_->IntegrationPath(), patch));
  return Member(response.ParseBody(), "integration", response.source);
}

void Client::PatchIntegrationConfig(const Json& config, bool skip_resync) {
  auto request =
      RetryableJson(http::Method::kPatch, impl_->IntegrationPath("/config"), {{"config", config}});
  if (skip_resync) request.headers.Set("x-skip-resync", "true");
  impl_->plain.Send(request);
}

void Client::DeleteIntegration() {
  impl_->plain.Send(
      http::Request{.method = http::Method::kDelete, .url = impl_->IntegrationPath()});
}

std::optional<TimePoint> Client::ReportResyncStarted(TimePoint now,
                                                     const std::optional<ResyncSchedule>& schedule,
                                                     const std::stop_token& stop) {
  const Json answer = impl_->plain.SendForJson(
      RetryableJson(http::Method::kPatch, impl_->IntegrationPath("/resync-state"),
                    ResyncState("running", now, "lastResyncStart", schedule)),
      stop);
  return ParseIso8601(GetString(Get(Get(answer, "integration"), "resyncState"), "updatedAt"));
}

void Client::ReportResyncEnded(std::string_view status, TimePoint now,
                               const std::optional<ResyncSchedule>& schedule,
                               const std::stop_token& stop) {
  const auto request = RetryableJson(http::Method::kPatch, impl_->IntegrationPath("/resync-state"),
                                     ResyncState(status, now, "lastResyncEnd", schedule));
  if (stop.stop_requested()) {
    impl_->farewell.Send(request);
  } else {
    impl_->plain.Send(request, stop);
  }
}

std::optional<TimePoint> Client::GetResyncRequest() {
  const Json answer = impl_->plain.GetJson(impl_->IntegrationPath("/resync-request"));
  return ParseIso8601(GetString(Get(answer, "request"), "updatedAt"));
}

void Client::PostKindExamples(const std::string& kind, const std::vector<Json>& examples,
                              const std::stop_token& stop) {
  impl_->plain.Send(
      http::Request::PostJson(impl_->IntegrationPath("/kinds/" + PercentEncode(kind) + "/examples"),
                              {{"examples", examples}}),
      stop);
}

std::optional<Json> Client::GetBlueprint(const std::string& identifier,
                                         const std::stop_token& stop) {
  const auto response = impl_->plain.Send(MayBeMissing(BlueprintPath(identifier)), stop);
  if (response.status == 404) return std::nullopt;
  return Member(response.ParseBody(), "blueprint", response.source);
}

void Client::CreateBlueprint(const Json& blueprint) {
  impl_->catalog.Send(http::Request::PostJson("/blueprints", blueprint));
}

void Client::PatchBlueprint(const std::string& identifier, const Json& blueprint) {
  impl_->catalog.Send(RetryableJson(http::Method::kPatch, BlueprintPath(identifier), blueprint));
}

void Client::DeleteBlueprint(const std::string& identifier) {
  impl_->catalog.Send(
      http::Request{.method = http::Method::kDelete, .url = BlueprintPath(identifier)});
}

std::string Client::DeleteBlueprintWithEntities(const std::string& identifier) {
  const Json answer =
      impl_->plain.SendForJson(http::Request{.method = http::Method::kDelete,
                                             .url = BlueprintPath(identifier, "/all-entities"),
                                             .query = {{"delete_blueprint", "true"}}});
  return GetString(answer, "migrationId");
}

std::string Client::GetMigrationStatus(const std::string& migration) {
  const auto response =
      impl_->plain.Send(http::Request::Get("/migrations/" + PercentEncode(migration)));
  return GetString(Member(response.ParseBody(), "migration", response.source), "status");
}

void Client::CreateAction(const Json& action) {
  impl_->plain.Send(http::Request::PostJson("/actions", action));
}

void Client::CreateScorecard(const std::string& blueprint, const Json& scorecard) {
  impl_->plain.Send(http::Request::PostJson(BlueprintPath(blueprint, "/scorecards"), scorecard));
}

void Client::CreatePage(const Json& page) {
  impl_->plain.Send(http::Request::PostJson("/pages", page));
}

}  // namespace ocean::port
