#include "routes.hpp"

namespace ocean::app {

namespace {

constexpr std::size_t kShownRuns = 10;

http::ServerResponse Health(const char* check, const std::string& problem,
                            const RouteSources& sources) {
  Json body = {{"status", problem.empty() ? "healthy" : "unhealthy"},
               {"check", check},
               {"core_version", Get(sources.identity, "sdk_version")}};
  if (!problem.empty()) body["reason"] = problem;
  return http::ServerResponse::OfJson(problem.empty() ? 200 : 503, body);
}

std::string NotReadyBecause(const RouteSources& sources) {
  const std::string problem = sources.monitor.NotReadyBecause();
  return problem.empty() && sources.live_events != nullptr ? sources.live_events->NotReadyBecause()
                                                           : problem;
}

std::optional<LiveFigures> Live(const RouteSources& sources) {
  if (sources.live_events == nullptr) return std::nullopt;
  return sources.live_events->Figures();
}

http::ServerResponse Metrics(const RouteSources& sources) {
  auto response = http::ServerResponse::OfText(
      200, MetricsText(sources.progress.Snapshot(), sources.monitor.LastRun(),
                       sources.meter.Costs(), Live(sources)));
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  return response;
}

http::ServerResponse Status(const RouteSources& sources) {
  Json body = sources.identity;
  const std::string problem = NotReadyBecause(sources);
  body["ready"] = problem.empty();
  if (!problem.empty()) body["reason"] = problem;
  body["progress"] = ToJson(sources.progress.Snapshot());
  if (const auto live = Live(sources)) body["live_events"] = ToJson(*live);
  body["runs"] = sources.store.RecentReports(kShownRuns);
  return http::ServerResponse::OfJson(200, body);
}

}  // namespace

void AddRoutes(http::Server& server, const std::string& prefix, const RouteSources& sources) {
  const auto add = [&](const std::string& path, auto answer) {
    server.Route(http::Method::kGet, prefix + path,
                 [sources, answer](const http::ServerRequest&) { return answer(sources); });
  };
  add("/health/live", [](const RouteSources& from) { return Health("live", "", from); });
  add("/health/ready",
      [](const RouteSources& from) { return Health("ready", NotReadyBecause(from), from); });
  add("/metrics", Metrics);
  add("/status", Status);
}

}  // namespace ocean::app
