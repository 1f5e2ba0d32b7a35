/// A whole integration that goes on: what triggers resyncs, and what comes of it in a strict Port.

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <functional>
#include <future>
#include <stdexcept>

#include "application.hpp"
#include "kafka_cluster.hpp"
#include "ocean/base/error.hpp"
#include "ocean/catch.hpp"
#include "ocean/testing/capture_log.hpp"
#include "wire_scene.hpp"

namespace ocean::app {
namespace {

using testing::Process;

constexpr auto kState = "/v1/integration/me/resync-state";
constexpr auto kLook = "/v1/integration/me/resync-request";
using Environment = std::map<std::string, std::string>;

/// The sample integration as a service.
class Service {
 public:
  Service(const Scene& scene, Environment environment)
      : scene_(scene), process_(scene.Options({"sail", "-p", "0"}, std::move(environment))) {
    constexpr std::string_view kBefore = "/status at ";
    REQUIRE(process_.WaitForOutput(kBefore, kPatience));
    REQUIRE(process_.WaitForOutput("\n", kPatience));
    const std::string log = process_.ErrorOutput();
    const std::size_t begin = log.find(kBefore) + kBefore.size();
    url_ = log.substr(begin, log.find_first_of(" \n", begin) - begin);
  }

  /// The status of the answer.
  int Send(http::Method method, const std::string& path, const std::string& body = "{}") const {
    http::WireRequest wire;
    wire.request = {.method = method, .url = url_ + path, .body = body};
    wire.request.headers.Set("Content-Type", "application/json");
    return transport_->Send(wire, {}).status;
  }
  int Post(const std::string& path, const std::string& body = "{}") const {
    return Send(http::Method::kPost, path, body);
  }
  int Ready() const { return Send(http::Method::kGet, "/health/ready", ""); }
  /// Port hears of the begin and of the end of each resync.
  void AwaitStates(std::size_t count) const {
    REQUIRE(scene_.port.Await(http::Method::kPatch, kState, count, kPatience));
  }
  void AwaitStart() { REQUIRE(process_.WaitForOutput("no resyncs", kPatience)); }
  std::string Stop() {
    process_.Signal(SIGTERM);
    const auto result = process_.Wait(kPatience);
    REQUIRE(result);
    return result->error_output;
  }

 private:
  const Scene& scene_;
  Process process_;
  std::string url_;
  std::shared_ptr<http::Transport> transport_ = http::MakeCurlTransport();
};

/// The pipe at which each resync of the sample waits.
class Gate {
 public:
  explicit Gate(const Scene& scene) : path_(scene.folder.path() / "source.json.gate") {
    REQUIRE(mkfifo(path_.c_str(), 0600) == 0);
  }
  /// Returns when the resync that is at the gate may go on.
  void Pass() const { std::ofstream(path_).flush(); }

 private:
  std::filesystem::path path_;
};

/// What Port was told to call, without the host.
std::string RegisteredPath(const Scene& scene) {
  const Json integration = scene.Client().GetIntegration().value();
  const std::string url = GetString(integration.at("changelogDestination"), "url");
  return url.substr(std::string_view("http://app").size());
}

TEST_CASE("listener: WEBHOOK: a call resyncs, and those that come meanwhile are one more") {
  const Scene scene;
  const Gate gate(scene);
  Service service(scene, {{"OCEAN__EVENT_LISTENER__TYPE", "WEBHOOK"},
                          {"OCEAN__EVENT_LISTENER__APP_HOST", "http://app"},
                          {"OCEAN__INTEGRATION__CONFIG__FAIL", "gate"}});
  service.AwaitStates(1);
  gate.Pass();
  service.AwaitStates(2);
  CHECK(scene.Entities() == 3);

  scene.SetThings(3);
  CHECK(service.Post("/resync") == 401);
  const std::string path = RegisteredPath(scene);
  CHECK(service.Post(path) == 202);
  service.AwaitStates(3);
  for (int i = 0; i < 3; ++i) CHECK(service.Post(path) == 202);
  gate.Pass();
  service.AwaitStates(4);
  CHECK(scene.Entities() == 4);

  service.AwaitStates(5);
  scene.SetThings(4);
  gate.Pass();
  service.AwaitStates(6);
  CHECK(scene.Entities() == 5);
  service.Stop();
  CHECK(scene.LastState() == "completed");
}

TEST_CASE("listener: WEBHOOK: readiness follows Port, which nothing else asks") {
  Scene scene;
  Service service(scene, {{"OCEAN__EVENT_LISTENER__TYPE", "WEBHOOK"},
                          {"OCEAN__EVENT_LISTENER__APP_HOST", "http://app"},
                          {"OCEAN__EVENT_LISTENER__INTERVAL", "1"}});
  service.AwaitStates(2);
  const auto looks = [&](std::size_t more) {
    const auto calls = scene.port.Calls();
    const auto so_far = static_cast<std::size_t>(
        std::count(calls.begin(), calls.end(), std::string("GET ") + kLook));
    REQUIRE(scene.port.Await(http::Method::kGet, kLook, so_far + more, kPatience));
  };
  // When the second one is on its way, what the first one found is known.
  looks(2);
  CHECK(service.Ready() == 200);
  scene.port.FailNext(http::Method::kGet, kLook, 1'000'000,
                      http::ServerResponse::OfJson(500, {{"ok", false}}));
  looks(3);
  CHECK(service.Ready() == 503);
}

TEST_CASE("listener: WEBHOOKS_ONLY: live events in the order of recorded calls, and no resync") {
  const Scene scene;
  REQUIRE(scene.SailOnce().exit_code == 0);
  const std::size_t skip = scene.port.Calls().size();
  const auto states = scene.CountOf("resync-state");
  Service service(scene, {{"OCEAN__EVENT_LISTENER__TYPE", "WEBHOOKS_ONLY"}});
  service.AwaitStart();
  const std::string webhook = "/integration/webhook";
  CHECK(service.Post(webhook, R"({"thing":{"id":"t7","name":"New","owner":"ann"}})") == 200);
  REQUIRE(scene.port.Await(http::Method::kPost, "/v1/blueprints/sampleThing/entities/bulk", 2,
                           kPatience));
  CHECK(service.Post(webhook, R"({"gone":"t0"})") == 200);
  REQUIRE(scene.port.Await(http::Method::kPost, "/v1/blueprints/sampleThing/bulk/entities/delete",
                           1, kPatience));
  CHECK(service.Post(webhook, R"({"neither":1})") == 200);
  CHECK(service.Post("/resync") == 404);
  service.Stop();
  CHECK(scene.CallsAfter(skip) ==
        std::vector<std::string>{"POST auth/access_token", "GET integration/me",
                                 "GET integration/me", "POST blueprints/sampleThing/entities/bulk",
                                 "POST entities/search",
                                 "POST blueprints/sampleThing/bulk/entities/delete"});
  CHECK(scene.CountOf("resync-state") == states);
  CHECK(scene.Entities() == 3);
  for (const http::ServerRequest& request : scene.port.Requests()) {
    if (!request.path.ends_with("/bulk/entities/delete")) continue;
    CHECK(request.body == R"({"entities":["t0"]})");
    CHECK(request.QueryValue("ocean_info_event_type") == "http_request");
    CHECK(request.QueryValue("ocean_info_resync_id").empty());
  }
}

#ifndef OCEAN_WITHOUT_CLUSTER
TEST_CASE("listener: KAFKA: a message resyncs") {
  const Scene scene;
  REQUIRE(scene.SailOnce().exit_code == 0);
  const KafkaCluster cluster(scene.Client().GetOrganization().id + ".change.log");
  Service service(scene, {{"OCEAN__EVENT_LISTENER__TYPE", "KAFKA"},
                          {"OCEAN__EVENT_LISTENER__BROKERS", cluster.brokers()},
                          {"OCEAN__EVENT_LISTENER__KAFKA_SECURITY_ENABLED", "false"}});
  service.AwaitStates(4);
  scene.SetThings(3);
  // A group that has read nothing yet begins behind what was there when it came.
  do {
    cluster.Produce(R"({"action":"RESYNC","context":{"integrationId":"me"}})");
  } while (!scene.port.Await(http::Method::kPatch, kState, 6, std::chrono::seconds(1)));
  CHECK(scene.Entities() == 4);
  service.Stop();
}
#endif

/// Runs so much faster than time that minutes are moments.
class FastClock : public Clock {
 public:
  TimePoint Now() const override { return Clock::System().Now(); }
  Duration Elapsed() const override { return Clock::System().Elapsed() * kSpeed; }
  bool SleepFor(Duration duration, std::stop_token stop) override {
    return Clock::System().SleepFor(duration / kSpeed, std::move(stop));
  }

 private:
  static constexpr int kSpeed = 600;
};

/// The application in this process, between a strict Port and kinds of the test's.
struct Inside {
  static constexpr int kCutShort = 99;

  // First: the threads of all else must leave its signals alone.
  SignalStop signals = SignalStop(std::chrono::seconds(5), [] {});
  Scene scene;
  FastClock clock;
  testing::CaptureLog log;

  /// Runs until `until` returns, and gives the exit code; kCutShort when the end came into a resync.
  int Run(Environment settings, std::function<void(Integration&)> setup,
          const std::function<void()>& until) {
    Environment environment = scene.Options({}).environment;
    environment.merge(settings);
    environment.insert({{"OCEAN__EVENT_LISTENER__TYPE", "WEBHOOK"},
                        {"OCEAN__EVENT_LISTENER__APP_HOST", "http://app"},
                        {"APPLICATION__PORT", "0"},
                        {"APPLICATION__LOG_FORMAT", "json"}});
    const config::Configuration configuration =
        config::Load({.folder = scene.folder.path(), .environment = environment});
    const Program program{.type = "sample", .version = "1.2.3", .setup = std::move(setup)};
    const SailOptions options;
    Application application({.program = program,
                             .options = options,
                             .configuration = configuration,
                             .logger = log.logger(),
                             .signals = signals,
                             .clock = clock});
    auto running = std::async(std::launch::async, [&] {
      try {
        return application.Run();
      } catch (const Error& error) {
        return error.kind() == ErrorKind::kCancelled ? kCutShort : -1;
      }
    });
    until();
    kill(getpid(), SIGTERM);
    return running.get();
  }
};

TEST_CASE("listener: a schedule resyncs by itself, and Port knows when") {
  Inside inside;
  int runs = 0;
  const auto setup = [&](Integration& app) {
    app.Kind("owner", [](ResyncContext&) {});
    app.Kind("thing", [&](ResyncContext& ctx) {
      ctx.Emit(Batch(std::vector<Json>{{{"id", "t" + std::to_string(++runs)}}}));
    });
  };
  const auto two_runs = [&] {
    CHECK(inside.scene.port.Await(http::Method::kPatch, kState, 4, kPatience));
  };
  CHECK(inside.Run({{"OCEAN__EVENT_LISTENER__RESYNC_ON_START", "false"},
                    {"OCEAN__SCHEDULED_RESYNC_INTERVAL", "1"}},
                   setup, two_runs) == 0);
  CHECK(inside.log.Has(LogLevel::kInfo, "resync begins"));
  CHECK(runs >= 2);
  for (const http::ServerRequest& request : inside.scene.port.Requests()) {
    if (request.path != kState) continue;
    const Json state = request.ParseBody();
    CHECK(state.at("intervalInMinuets") == 1);
    CHECK(ParseIso8601(GetString(state, "nextResync")));
  }
}

TEST_CASE("hooks surround a resync") {
  Inside inside;
  std::vector<std::string> steps;
  const auto setup = [&](Integration& app) {
    app.Kind("owner", [](ResyncContext&) {});
    app.Kind("thing", [&](ResyncContext&) { steps.emplace_back("read"); });
    app.OnResyncStart([&](ResyncHookContext&) { steps.emplace_back("start"); });
    app.OnResyncComplete([&](ResyncHookContext&) { steps.emplace_back("complete"); });
  };
  const auto one_run = [&] {
    CHECK(inside.scene.port.Await(http::Method::kPatch, kState, 2, kPatience));
  };
  CHECK(inside.Run({}, setup, one_run) == 0);
  CHECK(steps == std::vector<std::string>{"start", "read", "complete"});
}

TEST_CASE("a start hook writes to the catalog of its own accord") {
  Inside inside;
  const auto setup = [&](Integration& app) {
    app.Kind("owner", [](ResyncContext&) {});
    app.Kind("thing", [](ResyncContext&) {});
    app.OnStart([](StartContext& ctx) {
      const Json entity = {{"identifier", "direct"}, {"blueprint", "sampleThing"}};
      ctx.catalog->Register(std::vector<Json>{entity});
    });
  };
  const auto both_done = [&] {
    CHECK(inside.scene.port.Await(http::Method::kPatch, kState, 2, kPatience));
    CHECK(inside.scene.port.Await(http::Method::kPost, "/v1/blueprints/sampleThing/entities/bulk",
                                  1, kPatience));
  };
  CHECK(inside.Run({}, setup, both_done) == 0);
}

TEST_CASE("W-42: a hook that fails at the end keeps nothing else from ending") {
  Inside inside;
  const auto setup = [&](Integration& app) {
    app.Kind("owner", [](ResyncContext&) {});
    app.Kind("thing", [](ResyncContext& ctx) {
      Clock::System().SleepFor(std::chrono::hours(1), ctx.Stop());
      ThrowCancelled("reading");
    });
    app.OnStart([](StartContext& ctx) {
      Clock::System().SleepFor(std::chrono::hours(1), ctx.stop);
      throw std::runtime_error("the hook is broken");
    });
  };
  const auto a_run_is_under_way = [&] {
    CHECK(inside.scene.port.Await(http::Method::kPost,
                                  "/v1/blueprints/entities/datasource-entities", 1, kPatience));
  };
  CHECK(inside.Run({}, setup, a_run_is_under_way) == Inside::kCutShort);
  CHECK(inside.scene.LastState() == "aborted");
  std::string shipped;
  for (const http::ServerRequest& request : inside.scene.port.Requests()) {
    if (request.path.find("/log") != std::string::npos) shipped += request.body;
  }
  CHECK_THAT(shipped, Catch::Matchers::Contains("the hook is broken"));
}

}  // namespace
}  // namespace ocean::app
