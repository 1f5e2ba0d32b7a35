// A process that takes live events, on a disk that forgets what was not synced, and dies where it is told.
//
//   live_crash_child STATE_FOLDER CATALOG_URL POINT COUNT [synced|unsynced [REDIS_URL]]
//
// It kills itself when POINT is reached for the COUNTth time; at the point "hang" its handlers never come back. "unsynced" plants the
// mistake of not waiting for the disk; such a process applies nothing, so that what it loses cannot have had its effect.
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <iostream>

#include "live_events.hpp"
#include "lossy_vfs.hpp"
#include "ocean/app/signals.hpp"
#include "ocean/base/error.hpp"
#include "ocean/base/json.hpp"
#include "ocean/http/transport.hpp"
#include "sweep_plan.hpp"

namespace ocean::crash {
namespace {

/// Every such attempt fails, as third parties do.
constexpr int kFlakyAttempt = 5;

class SweepWebhook : public WebhookProcessor {
 public:
  explicit SweepWebhook(bool hangs) : hangs_(hangs) {}
  http::Verifier Verify() const override { return http::SharedSecret(Secret(kToken), "X-Token"); }
  bool Matches(const WebhookEvent&) const override { return true; }
  std::vector<std::string> Kinds(const WebhookEvent&) const override { return {"thing"}; }
  std::string Key(const WebhookEvent& event) const override { return GetString(event.body, "id"); }
  RetryPolicy Retry() const override {
    return {.max_attempts = 1000, .first_delay = std::chrono::milliseconds(1), .factor = 1};
  }
  EventResult HandleResource(const WebhookEvent& event, const Json&, EventContext&) const override {
    if (hangs_) std::cout << kHang << "\n" << std::flush;
    while (hangs_) pause();
    if (event.body.at("poison") == true) throw Error(ErrorKind::kPermanent, "poison");
    if (++attempts_ % kFlakyAttempt == 0) throw Error(ErrorKind::kTransient, "not now");
    if (event.body.at("gone") == true) return {.deleted = {event.body}};
    return {.updated = {event.body}};
  }

 private:
  const bool hangs_;
  mutable std::atomic<int> attempts_ = 0;
};

class Executioner {
 public:
  Executioner(std::string point, int count) : point_(std::move(point)), left_(count) {}
  void operator()(std::string_view point) {
    if (point == point_ && --left_ == 0) kill(getpid(), SIGKILL);
  }

 private:
  const std::string point_;
  std::atomic<int> left_;
};

void UseRedis(config::Settings& settings, const char* url) {
  settings.integration.type = "sweep";
  settings.integration.identifier = "sweep";
  config::LiveEventsSettings& live = settings.live_events;
  live.type = config::LiveEventsType::kRedis;
  live.redis_stream.url = url;
  live.redis_stream.stream = kStream;
  live.redis_stream.block_ms = std::chrono::milliseconds(50);
  live.redis_stream.pel_stuck_timeout_seconds = std::chrono::seconds(2);
  live.redis_stream.stream_maintenance_scan_interval_seconds = std::chrono::seconds(1);
  live.redis_stream.connection_error_backoff_seconds = std::chrono::seconds(1);
}

int Run(int argc, char** argv) {
  if (argc < 5) return 2;
  UseLossyFiles();
  std::signal(SIGPIPE, SIG_IGN);
  const app::SignalStop signals(std::chrono::milliseconds(100), {});
  const std::filesystem::path folder = argv[1];
  Executioner executioner(argv[3], std::atoi(argv[4]));
  const bool unsynced = argc > 5 && std::string_view(argv[5]) == "unsynced";

  Clock& clock = Clock::System();
  const Logger logger = Logger::ToStderr(LogLevel::kWarning, LogFormat::kText);
  const http::ClientFactory factory{
      .transport = http::MakeCurlTransport(), .clock = clock, .logger = logger};
  port::Client port({.base_url = argv[2],
                     .client_id = "id",
                     .client_secret = Secret("secret"),
                     .identity = {"sweep", "1.0.0", "sweep"}},
                    factory);
  state::Store store(folder / "store");
  sync::Kinds kinds;
  kinds.Add("thing", {[](const Json&, const std::string&, config::Problems&) {},
                      [](const Json&, ResyncContext&) {}});
  config::Settings settings;
  if (argc > 6) UseRedis(settings, argv[6]);
  const SweepWebhook webhook(std::string_view(argv[3]) == kHang);
  http::ServerOptions options;
  options.address = "127.0.0.1";
  options.port = 0;
  http::Server server(options, logger);
  const std::vector<WebhookEntry> webhooks = {{"/webhook", "SweepWebhook", &webhook}};
  app::LiveEvents live(
      {.webhooks = webhooks,
       .settings = settings,
       .state_folder = folder,
       .engine = {port, store, kinds, clock, logger, nullptr},
       .ask_for_resync = [] {},
       .stop = signals.Stop(),
       .journal = {.durability = unsynced ? state::Database::Durability::kNormal
                                          : state::Database::Durability::kFull,
                   .at_point = [&](std::string_view point) { executioner(point); }}});
  live.AddRoutes(server);
  server.Route(http::Method::kGet, "/live", [&](const http::ServerRequest&) {
    return http::ServerResponse::OfJson(200, app::ToJson(live.Figures()));
  });
  server.Start();
  if (!unsynced) live.Start();
  std::cout << "at " << server.url() << "\nready\n" << std::flush;
  while (clock.SleepFor(std::chrono::hours(1), signals.Stop())) {
  }
  server.Stop();
  return 0;
}

}  // namespace
}  // namespace ocean::crash

int main(int argc, char** argv) {
  return ocean::crash::Run(argc, argv);
}
