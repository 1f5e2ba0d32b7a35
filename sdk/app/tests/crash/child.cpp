// A process that takes live events, on a disk that forgets what was not synced, and dies where it is told.
//
//   live_crash_child STATE_FOLDER CATALOG_URL POINT COUNT [unsynced]
//
// It kills itself when POINT is reached for the COUNTth time. "unsynced" plants the mistake of not waiting for the disk; such a process
// applies nothing, so that what it loses cannot have had its effect.
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <iostream>

#include "live_events.hpp"
#include "lossy_vfs.hpp"
#include "ocean/base/json.hpp"
#include "ocean/http/transport.hpp"

namespace {

using namespace ocean;

class SweepWebhook : public WebhookProcessor {
 public:
  http::Verifier Verify() const override {
    return http::SharedSecret(Secret("secret of the sweep"), "X-Token");
  }
  bool Matches(const WebhookEvent&) const override { return true; }
  std::vector<std::string> Kinds(const WebhookEvent&) const override { return {"thing"}; }
  std::string Key(const WebhookEvent& event) const override { return GetString(event.body, "id"); }
  EventResult HandleResource(const WebhookEvent& event, const Json&, EventContext&) const override {
    return {.updated = {event.body}};
  }
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

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) return 2;
  crash::UseLossyFiles();
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
  const config::Settings settings;
  const SweepWebhook webhook;
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
       .stop = {},
       .journal = {.durability = unsynced ? state::Database::Durability::kNormal
                                          : state::Database::Durability::kFull,
                   .at_point = [&](std::string_view point) { executioner(point); }}});
  live.AddRoutes(server);
  server.Route(http::Method::kGet, "/live", [&](const http::ServerRequest&) {
    return http::ServerResponse::OfJson(200, app::ToJson(live.Figures()));
  });
  server.Start();
  if (!unsynced) live.Start();
  std::cout << "at " << server.url() << std::endl;
  for (;;) pause();
}
