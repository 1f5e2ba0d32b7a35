#include "live_events.hpp"

#include <atomic>
#include <functional>
#include <future>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <type_traits>

#include "ocean/base/error.hpp"
#include "ocean/catalog/catalog.hpp"
#include "ocean/catch.hpp"
#include "ocean/config/yaml.hpp"
#include "ocean/http/transport.hpp"
#include "ocean/testing/capture_log.hpp"
#include "ocean/testing/manual_clock.hpp"
#include "ocean/testing/temp_dir.hpp"
#include "thing_mapping.hpp"

namespace ocean::app {
namespace {

/// What a test's processor does; shared with the test.
struct Behaviour {
  std::function<EventResult(const WebhookEvent&, EventContext&)> handle =
      [](const WebhookEvent& event, EventContext&) { return EventResult{.updated = {event.body}}; };
  bool refetches = false;
  int max_attempts = 3;
};

class ThingWebhook : public WebhookProcessor {
 public:
  explicit ThingWebhook(const Behaviour& behaviour) : behaviour_(behaviour) {}
  http::Verifier Verify() const override {
    return http::SharedSecret(Secret("hush hush"), "X-Token");
  }
  bool Matches(const WebhookEvent& event) const override { return event.body.contains("id"); }
  std::vector<std::string> Kinds(const WebhookEvent&) const override { return {"thing"}; }
  void Validate(const WebhookEvent& event) const override {
    if (!event.body.at("id").is_string()) throw Error(ErrorKind::kPermanent, "id is no text");
  }
  std::string Key(const WebhookEvent& event) const override { return event.body.at("id"); }
  bool Refetches() const override { return behaviour_.refetches; }
  RetryPolicy Retry() const override {
    return {.max_attempts = behaviour_.max_attempts, .first_delay = std::chrono::seconds(10)};
  }
  EventResult HandleResource(const WebhookEvent& event, const Json&,
                             EventContext& ctx) const override {
    return behaviour_.handle(event, ctx);
  }

 private:
  const Behaviour& behaviour_;
};

class ConfigWebhook : public ConfigChangeWebhook {
 public:
  http::Verifier Verify() const override { return http::Unsigned("it cannot sign"); }
  bool Matches(const WebhookEvent& event) const override { return event.body.contains("config"); }
};

/// The way to Port, which a test cuts.
class CutTransport : public http::Transport {
 public:
  http::Response Send(const http::WireRequest& request, const std::stop_token& stop) override {
    if (is_cut) throw Error(ErrorKind::kTransient, "the way to Port is cut");
    return wire_->Send(request, stop);
  }
  std::atomic<bool> is_cut = false;

 private:
  const std::shared_ptr<http::Transport> wire_ = http::MakeCurlTransport();
};

using Things = std::map<std::string, Json>;

class World {
 public:
  World() {
    kinds_.Add("thing", {[](const Json&, const std::string&, config::Problems&) {},
                         [](const Json&, ResyncContext&) {}});
    settings.port.port_app_config_cache_ttl = std::chrono::seconds(0);
    // Until() lets time pass faster than anything is done.
    settings.max_event_processing_seconds = config::FractionalSeconds(1e7);
    catalog_.Start();
    port_.emplace(
        port::ClientOptions{.base_url = catalog_.url(),
                            .client_id = "id",
                            .client_secret = Secret("secret"),
                            .identity = {"test", "1.0.0", "mine"}},
        http::ClientFactory{.transport = way_to_port, .clock = clock, .logger = Logger::Null()});
    InstallThings(*port_);
    Open();
  }
  ~World() { Close(); }

  /// The process begins (anew): it takes events, and applies them from Start on.
  void Open() {
    Close();
    http::ServerOptions options;
    options.address = "127.0.0.1";
    options.port = 0;
    options.max_body_bytes = 1000;
    server_.emplace(options, log.logger());
    live_.emplace(
        LiveEvents::Parts{.webhooks = webhooks_,
                          .settings = settings,
                          .state_folder = folder_ / "state",
                          .engine = {*port_, store_, kinds_, clock, log.logger(), nullptr},
                          .ask_for_resync = [this] { ++resyncs_asked; },
                          .stop = {}});
    live_->AddRoutes(*server_);
    server_->Start();
  }
  void Start() { live_->Start(); }
  void SetMapping(const char* mapping) {
    port_->PatchIntegrationConfig(config::ParseYaml(mapping, "mapping"));
  }
  void RemoveProcessors() { webhooks_.clear(); }
  void Close() {
    if (server_) server_->Stop();
    live_.reset();
    server_.reset();
  }
  LiveEvents& live() { return *live_; }

  int Post(const Json& body, const std::string& path = "/integration/webhook",
           http::Headers headers = {{"X-Token", "hush hush"}}) {
    return PostText(DumpJson(body), path, std::move(headers)).status;
  }
  http::Response PostText(std::string body, const std::string& path = "/integration/webhook",
                          http::Headers headers = {{"X-Token", "hush hush"}}) {
    http::Request request{.method = http::Method::kPost, .url = server_->url() + path};
    request.headers = std::move(headers);
    request.body = std::move(body);
    request.expected_statuses = {400, 401, 404, 413, 503};
    return third_party_.Send(request, {});
  }

  /// Lets time pass until it is so.
  void Until(const std::function<bool()>& condition) {
    while (!condition()) {
      clock.Advance(std::chrono::milliseconds(100));
      std::this_thread::yield();
    }
  }
  std::int64_t Count(std::string_view name) const {
    for (const auto& [known, count] : live_->Figures().counts) {
      if (known == name) return count;
    }
    return -1;
  }
  /// The sums over all paths.
  LiveFigures::Path Stored() const {
    LiveFigures::Path sum;
    const LiveFigures figures = live_->Figures();
    INFO(figures.problem);
    CHECK((figures.problem.empty() || figures.problem == "starting"));
    // Until the journal is open nothing is known of it.
    if (!figures.problem.empty()) sum.pending = -1;
    for (const LiveFigures::Path& path : figures.paths) {
      sum.pending += path.pending;
      sum.dead += path.dead;
    }
    return sum;
  }
  void UntilEmpty() {
    Until([this] { return Stored().pending == 0; });
  }
  Things Catalog() const {
    Things things;
    catalog::CatalogReader(folder_ / "catalog.db").ForEachEntity("thing", [&](const Json& entity) {
      things[GetString(entity, "identifier")] = Get(Get(entity, "properties"), "n");
    });
    return things;
  }
  std::filesystem::path journal() const { return folder_ / "state" / state::kJournalFile; }

 private:
  static http::ClientFactory Factory() {
    return {
        .transport = http::MakeCurlTransport(), .clock = Clock::System(), .logger = Logger::Null()};
  }

 public:
  testing::CaptureLog log;
  testing::ManualClock clock{testing::ManualClock::Mode::kManual};
  config::Settings settings;
  Behaviour behaviour;
  std::atomic<int> resyncs_asked = 0;
  const std::shared_ptr<CutTransport> way_to_port = std::make_shared<CutTransport>();

 private:
  testing::TempDir folder_;
  catalog::CatalogServer catalog_{
      {.file = folder_ / "catalog.db"}, Clock::System(), Logger::Null()};
  sync::Kinds kinds_;
  state::Store store_{folder_ / "state"};
  std::optional<port::Client> port_;
  http::Client third_party_ = Factory().Make({.target = "us"});
  ThingWebhook thing_{behaviour};
  ConfigWebhook config_;
  std::vector<WebhookEntry> webhooks_ = {{"/webhook", "ThingWebhook", &thing_},
                                         {"/config", "ConfigWebhook", &config_}};
  std::optional<http::Server> server_;
  std::optional<LiveEvents> live_;
};

Json Thing(const std::string& id, int n) {
  return {{"id", id}, {"n", n}};
}

TEST_CASE("W-12b: what is no event of ours is refused before anything is stored") {
  World world;
  const auto path = "/integration/webhook";
  CHECK(world.Post(Thing("a", 1), path, {}) == 401);
  CHECK(world.Post(Thing("a", 1), path, {{"X-Token", "guess"}}) == 401);
  CHECK(world.PostText("{", path, {}).status == 401);
  CHECK(world.PostText("{").status == 400);
  CHECK(world.PostText("").status == 400);
  CHECK(world.Post({{"id", 7}}) == 400);
  CHECK(world.PostText(std::string(2000, ' ')).status == 413);
  CHECK(world.Post(Thing("a", 1), "/integration/other") == 404);
  CHECK(world.Post({{"something", "else"}}) == 200);
  world.Until([&] { return world.Stored().pending == 0; });
  CHECK(world.Count("unauthorized") == 3);
  CHECK(world.Count("malformed") == 3);
  CHECK(world.Count("ignored") == 1);
  CHECK_THAT(world.log.Text(), Catch::Contains("whoever reaches /config can send events"));
  CHECK_THAT(world.log.Text(), !Catch::Contains("hush hush"));
}

TEST_CASE("W-11: an event that was answered has its effect, also when the process ends before it") {
  World world;
  const http::Response answer = world.PostText(DumpJson(Thing("a", 1)));
  CHECK(answer.status == 200);
  CHECK(answer.ParseBody() == Json{{"status", "ok"}});
  CHECK(world.Stored().pending == 1);
  world.Open();
  world.Until([&] { return world.Stored().pending == 1; });
  world.Start();
  world.Post(Thing("b", 2));
  world.UntilEmpty();
  CHECK(world.Catalog() == Things{{"a", 1}, {"b", 2}});
}

TEST_CASE("a delivery that comes again is answered, and is one event") {
  World world;
  const http::Headers headers = {{"X-Token", "hush hush"}, {"webhook-id", "msg_1"}};
  CHECK(world.Post(Thing("a", 1), "/integration/webhook", headers) == 200);
  CHECK(world.Post(Thing("a", 1), "/integration/webhook", headers) == 200);
  CHECK(world.Stored().pending == 1);
  CHECK(world.Count("duplicate") == 1);
}

TEST_CASE("secrets of a request are not stored") {
  World world;
  world.Post(Thing("a", 1), "/integration/webhook",
             {{"X-Token", "hush hush"}, {"Authorization", "Basic abc"}, {"X-Event", "e"}});
  state::JournalDesk desk(world.journal());
  const auto content = desk.Content(desk.List().front().sequence);
  REQUIRE(content);
  CHECK_THAT(content->headers, Catch::Contains(R"("x-event":"e")") && !Catch::Contains("x-token") &&
                                   !Catch::Contains("authoriz"));
}

TEST_CASE("what events hold is in no log, whatever becomes of them") {
  World world;
  world.behaviour.max_attempts = 1;
  world.behaviour.handle = [](const WebhookEvent& event, EventContext&) -> EventResult {
    if (event.body.at("n") == 1) throw Error(ErrorKind::kPermanent, "poison");
    return {.updated = {event.body}};
  };
  for (Json event : {Thing("a", 1), Thing("b", 2), Json{{"id", 7}}, Json{{"other", 1}}}) {
    event["note"] = "between you and me";
    world.Post(event);
  }
  world.PostText(R"({"note": "between you and me")");
  world.Start();
  world.UntilEmpty();
  CHECK(world.Stored().dead == 1);
  CHECK_THAT(world.log.Text(), Catch::Contains("poison") && !Catch::Contains("between you"));
}

TEST_CASE("bodies are logged where it is asked for, and masked then") {
  World world;
  world.settings.events_debug_logging = true;
  world.Open();
  Json event = Thing("a", 1);
  event["note"] = "between you and me";
  event["token"] = "hush hush";
  event["link"] = "https://user:pass1word@upstream.test";
  world.log.logger().Masker().Add("hush hush");
  CHECK(world.Post(event) == 200);
  CHECK_THAT(world.log.Text(), Catch::Contains("between you") && !Catch::Contains("hush hush") &&
                                   !Catch::Contains("pass1word"));
}

TEST_CASE("a folder for events that does not last is told at the start") {
  CHECK(VolatileFileSystem("/dev/shm") == "tmpfs");
  CHECK(VolatileFileSystem("/proc").empty());
  CHECK(VolatileFileSystem("/nowhere/at/all").empty());
  const World world;
  const bool told = world.log.Text().find("which does not last") != std::string::npos;
  CHECK(told == !VolatileFileSystem(world.journal().parent_path()).empty());
}

TEST_CASE("events of one key are handled in their order, others side by side") {
  constexpr int kEvents = 40;
  World world;
  std::mutex mutex;
  std::map<std::string, std::vector<int>> seen;
  std::promise<void> others_went_on;
  world.behaviour.handle = [&, went_on = others_went_on.get_future().share()](
                               const WebhookEvent& event, EventContext&) {
    const std::string id = event.body.at("id");
    // The first key waits for the last event of another one.
    if (id == "key-0") went_on.wait();
    std::lock_guard lock(mutex);
    seen[id].push_back(event.body.at("n"));
    if (id == "key-1" && seen[id].size() == kEvents / 4) others_went_on.set_value();
    return EventResult{.updated = {event.body}};
  };
  std::map<std::string, std::vector<int>> expected;
  for (int i = 0; i < kEvents; ++i) {
    const std::string id = "key-" + std::to_string(i % 4);
    CHECK(world.Post(Thing(id, i)) == 200);
    expected[id].push_back(i);
  }
  world.Start();
  world.UntilEmpty();
  CHECK(seen == expected);
  INFO(world.log.Text());
  CHECK(world.Stored().dead == 0);
  CHECK(world.Catalog().at("key-3") == kEvents - 1);
}

TEST_CASE("a failure is tried again; an event that never succeeds is kept, and blocks no other") {
  World world;
  std::atomic<int> attempts = 0;
  world.behaviour.handle = [&](const WebhookEvent& event, EventContext&) -> EventResult {
    const std::string id = event.body.at("id");
    if (id == "flaky" && ++attempts < 3) throw Error(ErrorKind::kTransient, "not now");
    if (id == "down") throw Error(ErrorKind::kTransient, "never now");
    if (event.body.at("n") == 666) throw Error(ErrorKind::kPermanent, "poison");
    if (id == "odd") return {.updated = {{{"n", 1}}}};
    return {.updated = {event.body}};
  };
  for (const Json& event : {Thing("flaky", 1), Thing("down", 1), Thing("poisoned", 666),
                            Thing("poisoned", 2), Thing("odd", 1)}) {
    CHECK(world.Post(event) == 200);
  }
  world.Start();
  world.UntilEmpty();
  CHECK(attempts == 3);
  CHECK(world.Catalog() == Things{{"flaky", 1}, {"poisoned", 2}});
  CHECK(world.Stored().dead == 3);
  std::map<std::string, std::string> errors;
  for (const state::EventRow& row : state::JournalDesk(world.journal()).List()) {
    errors[row.key] = std::to_string(row.attempts) + " " + row.error;
  }
  CHECK(errors.at("down") == "3 never now");
  CHECK(errors.at("poisoned") == "1 poison");
  CHECK_THAT(errors.at("odd"), Catch::Contains("without identifier"));
}

TEST_CASE("W-17: each resource of an event gets it as it came, also when it is tried again") {
  static_assert(std::is_same_v<decltype(&WebhookProcessor::HandleResource),
                               EventResult (WebhookProcessor::*)(const WebhookEvent&, const Json&,
                                                                 EventContext&) const>);
  World world;
  world.SetMapping(R"(
resources:
  - kind: thing
    selector: {query: "true"}
    port: {entity: {mappings: {identifier: .id, blueprint: '"thing"', properties: {n: .n}}}}
  - kind: thing
    selector: {query: "true"}
    port:
      entity:
        mappings: {identifier: '.id + "-again"', blueprint: '"thing"', properties: {n: .n}}
)");
  std::vector<std::string> seen;
  world.behaviour.handle = [&](const WebhookEvent& event, EventContext&) -> EventResult {
    seen.push_back(DumpJson(event.body));
    if (seen.size() == 2) throw Error(ErrorKind::kTransient, "not now");
    EventResult result{.updated = {event.body}};
    result.updated.front()["n"] = static_cast<int>(seen.size());
    return result;
  };
  CHECK(world.Post(Thing("a", 0)) == 200);
  world.Start();
  world.UntilEmpty();
  CHECK(seen == std::vector<std::string>(4, DumpJson(Thing("a", 0))));
  CHECK(world.Catalog() == Things{{"a", 3}, {"a-again", 4}});
}

TEST_CASE("of a burst for one key the newest stands for all, where the processor asks anew") {
  World world;
  world.behaviour.refetches = true;
  std::atomic<int> handled = 0;
  world.behaviour.handle = [&](const WebhookEvent& event, EventContext&) {
    ++handled;
    return EventResult{.updated = {event.body}};
  };
  for (int i = 1; i <= 50; ++i) world.Post(Thing("a", i));
  world.Post(Thing("b", 1));
  world.Start();
  world.UntilEmpty();
  CHECK(handled == 2);
  CHECK(world.Count("coalesced") == 49);
  CHECK(world.Catalog() == Things{{"a", 50}, {"b", 1}});
}

TEST_CASE("W-05: while the mapping is wrong events are taken and wait, and no attempt is counted") {
  World world;
  world.behaviour.max_attempts = 1;
  world.SetMapping("resources: []");
  CHECK(world.Post(Thing("a", 1)) == 200);
  world.Start();
  world.Until([&] { return world.Count("failed_attempt") > 2; });
  world.SetMapping(kThingMapping);
  world.UntilEmpty();
  CHECK(world.Stored().dead == 0);
  CHECK(world.Catalog() == Things{{"a", 1}});
}

TEST_CASE(
    "W-12: while Port cannot be reached events are taken and wait, and no attempt is counted") {
  World world;
  world.behaviour.max_attempts = 1;
  world.way_to_port->is_cut = true;
  CHECK(world.Post(Thing("a", 1)) == 200);
  world.Start();
  world.Until([&] { return world.Count("failed_attempt") > 2; });
  CHECK(world.Post(Thing("b", 2)) == 200);
  world.way_to_port->is_cut = false;
  world.UntilEmpty();
  CHECK(world.Stored().dead == 0);
  CHECK(world.Catalog() == Things{{"a", 1}, {"b", 2}});
}

TEST_CASE("an event that takes too long is cancelled and tried again") {
  World world;
  world.settings.max_event_processing_seconds = config::FractionalSeconds(90);
  world.behaviour.max_attempts = 1000000;
  world.Open();
  std::atomic<int> attempts = 0;
  world.behaviour.handle = [&](const WebhookEvent& event, EventContext& ctx) {
    if (++attempts == 1) {
      std::promise<void> cancelled;
      const std::stop_callback on_stop(ctx.stop, [&] { cancelled.set_value(); });
      cancelled.get_future().wait();
      ThrowCancelled("waiting");
    }
    return EventResult{.updated = {event.body}};
  };
  world.Post(Thing("a", 1));
  world.Start();
  world.UntilEmpty();
  // Its time may be over before the second attempt has ended, too.
  CHECK(attempts >= 2);
  CHECK(world.Catalog() == Things{{"a", 1}});
}

TEST_CASE("an event under way at the end is handled by the next start") {
  World world;
  std::promise<void> started;
  world.behaviour.handle = [&](const WebhookEvent&, EventContext& ctx) -> EventResult {
    std::promise<void> cancelled;
    const std::stop_callback on_stop(ctx.stop, [&] { cancelled.set_value(); });
    started.set_value();
    cancelled.get_future().wait();
    ThrowCancelled("waiting");
  };
  world.Post(Thing("a", 1));
  world.Start();
  started.get_future().wait();
  world.Close();
  world.behaviour.handle = Behaviour().handle;
  world.Open();
  world.Start();
  world.UntilEmpty();
  CHECK(world.Catalog() == Things{{"a", 1}});
}

TEST_CASE("a changed configuration calls for a resync") {
  World world;
  CHECK(world.Post({{"config", "changed"}}, "/integration/config", {}) == 200);
  world.Start();
  world.UntilEmpty();
  CHECK(world.resyncs_asked == 1);
}

TEST_CASE("an event whose processor is gone is kept") {
  World world;
  world.Post(Thing("a", 1));
  world.RemoveProcessors();
  world.Open();
  world.Start();
  world.UntilEmpty();
  CHECK(world.Stored().dead == 1);
}

TEST_CASE("W-14: what is full or damaged refuses events with the time to come again") {
  World world;
  SECTION("full") {
    world.settings.live_events.max_events = 1;
    world.Open();
    CHECK(world.Post(Thing("a", 1)) == 200);
    CHECK(world.live().NotReadyBecause().empty());
  }
  SECTION("damaged") {
    world.Close();
    testing::WriteFile(world.journal(), std::string(8192, 'x'));
    world.Open();
  }
  const http::Response answer = world.PostText(DumpJson(Thing("b", 1)));
  CHECK(answer.status == 503);
  CHECK(answer.headers.Get("Retry-After").value_or("") == "5");
}

TEST_CASE("a damaged journal is told, and one that is whole again is used") {
  World world;
  world.Close();
  testing::WriteFile(world.journal(), std::string(8192, 'x'));
  world.Open();
  CHECK(world.Post(Thing("a", 1)) == 503);
  CHECK_THAT(world.live().NotReadyBecause(), Catch::Contains("events.db"));
  CHECK_THAT(DumpJson(ToJson(world.live().Figures())), Catch::Contains("\"problem\""));
  std::filesystem::remove(world.journal());
  CHECK(world.Post(Thing("a", 1)) == 200);
  CHECK(world.live().NotReadyBecause().empty());
}

}  // namespace
}  // namespace ocean::app
