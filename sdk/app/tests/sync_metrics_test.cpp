#include "sync_metrics.hpp"

#include <condition_variable>
#include <mutex>

#include "ocean/base/error.hpp"
#include "ocean/base/text.hpp"
#include "ocean/catch.hpp"
#include "ocean/http/transport.hpp"
#include "ocean/testing/capture_log.hpp"
#include "ocean/testing/manual_clock.hpp"
#include "ocean/testing/strict_port.hpp"

namespace ocean::app {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::Equals;

/// Sends, and lets a test wait for the answer to a heartbeat.
class Watched final : public http::Transport {
 public:
  http::Response Send(const http::WireRequest& wire, const std::stop_token& stop) override {
    http::Response response = inner_->Send(wire, stop);
    const std::lock_guard lock(mutex_);
    heartbeat_ = heartbeat_ || wire.request.url.ends_with("/heartbeat");
    changed_.notify_all();
    return response;
  }
  void AwaitHeartbeat() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return heartbeat_; });
  }

 private:
  std::shared_ptr<http::Transport> inner_ = http::MakeCurlTransport();
  std::mutex mutex_;
  std::condition_variable changed_;
  bool heartbeat_ = false;
};

void SetFigures(sync::BlockReport& block, std::int64_t extracted) {
  block.extracted = extracted;
  block.mapped = 5;
  block.filtered = 1;
  block.failed = 1;
  block.created = 1;
  block.updated = 1;
  block.unchanged = 2;
  block.rejected = 1;
  block.times = {.extract = std::chrono::milliseconds(400),
                 .transform = std::chrono::milliseconds(100),
                 .load = std::chrono::milliseconds(200),
                 .resync = std::chrono::milliseconds(500)};
}

struct Scene {
  testing::StrictPort strict;
  testing::CaptureLog log;
  std::shared_ptr<Watched> transport = std::make_shared<Watched>();
  port::Client client{{.base_url = strict.url(),
                       .client_id = "id",
                       .client_secret = Secret("secret"),
                       .identity = {"test", "1.0.0", "my-test"}},
                      {.transport = transport, .clock = Clock::System(), .logger = Logger::Null()}};
  sync::Progress progress;
  testing::ManualClock clock{testing::ManualClock::Mode::kManual};
  http::ClientStats source;
  http::ClientStats port;
  RunMeter meter{{.source = source, .port = port, .clock = Clock::System(), .look = [] {
                    return RunMeter::Usage{.resident_bytes = 50 << 20};
                  }}};

  ~Scene() { CHECK_THAT(Join(strict.Violations(), "\n"), Equals("")); }

  SyncMetrics Start(const std::string& url) {
    return SyncMetrics({.url = url}, {.port = client,
                                      .progress = progress,
                                      .meter = meter,
                                      .clock = clock,
                                      .logger = log.logger(),
                                      .interval = std::chrono::seconds(10)});
  }
  std::string Url() const { return strict.url() + "/ingest/i/metric"; }
  void SetBlocks(sync::BlockState first, sync::BlockState second, std::int64_t extracted) {
    sync::ProgressSnapshot snapshot;
    snapshot.run_id = "run-1";
    snapshot.deleted = 3;
    for (const auto& [kind, state] : {std::pair{"project", first}, std::pair{"issue", second}}) {
      sync::BlockSnapshot block;
      block.state = state;
      block.figures.kind = kind;
      block.figures.index = snapshot.blocks.size();
      block.figures.blueprint = "\"b\"";
      if (extracted > 0) SetFigures(block.figures, extracted);
      snapshot.blocks.push_back(block);
    }
    progress.Replace(std::move(snapshot));
  }
  /// "POST syncMetrics project-0 pending, …" for each request about figures.
  std::vector<std::string> Told() const {
    std::vector<std::string> told;
    for (const http::ServerRequest& request : strict.Requests()) {
      const auto place = request.path.find("/metric/");
      if (place == std::string::npos) continue;
      const Json body = request.ParseBody();
      std::vector<std::string> states;
      for (const Json& one : Get(body, "syncKindsMetrics"))
        states.push_back(GetString(one, "kindIdentifier") + " " + GetString(one, "syncState"));
      if (const Json& one = Get(body, "syncKindMetrics"); one.is_object())
        states.push_back(GetString(one, "syncState"));
      told.push_back(std::string(ToString(request.method)) + " " + request.path.substr(place + 8) +
                     ": " + Join(states, ", "));
    }
    return told;
  }
};

sync::RunReport Report(sync::Outcome outcome) {
  sync::RunReport report;
  report.outcome = outcome;
  report.duration_ms = 1500;
  report.delete_ms = 250;
  return report;
}

}  // namespace

TEST_CASE(
    "W-36: Port is told of the kinds at the start, of what changed meanwhile, and of the end") {
  Scene scene;
  SyncMetrics metrics = scene.Start(scene.Url());
  scene.clock.WaitForSleepers(1);
  scene.SetBlocks(sync::BlockState::kRunning, sync::BlockState::kPending, 0);
  scene.clock.Advance(std::chrono::seconds(1));
  scene.transport->AwaitHeartbeat();
  scene.SetBlocks(sync::BlockState::kComplete, sync::BlockState::kIncomplete, 7);
  metrics.Finish(Report(sync::Outcome::kIncomplete));
  const auto told = scene.Told();
  REQUIRE(told.size() == 7);
  CHECK(told[0] == "POST syncMetrics: project-0 pending, issue-1 pending");
  CHECK(told[1] == "POST syncMetrics: __runtime__ syncing");
  CHECK(told[2] == "POST heartbeat: ");
  CHECK(told[3] == "PUT syncMetrics/resync/run-1/kind/project-0: syncing");
  CHECK(told[4] == "PUT syncMetrics/resync/run-1/kind/project-0: completed");
  CHECK(told[5] == "PUT syncMetrics/resync/run-1/kind/issue-1: failed");
  CHECK(told[6] == "POST syncMetrics: __reconciliation__ failed, __runtime__ failed");
}

TEST_CASE("A run that is over soon is told all the same, with its figures") {
  Scene scene;
  SyncMetrics metrics = scene.Start(scene.Url());
  {
    const RunMeter::Span span(scene.meter);
    scene.source.NoteRateLimitWait("Source", std::chrono::milliseconds(1500));
    scene.port.NoteRateLimitWait("Port", std::chrono::seconds(2));
    scene.source.NoteResponse(64);
  }
  scene.SetBlocks(sync::BlockState::kComplete, sync::BlockState::kComplete, 7);
  metrics.Finish(Report(sync::Outcome::kComplete));
  REQUIRE(scene.Told().size() == 5);
  const auto requests = scene.strict.Requests();
  const Json kind = requests[requests.size() - 2].ParseBody().at("syncKindMetrics");
  CHECK(kind.at("kindIndex") == 1);
  CHECK(kind.at("blueprint") == "\"b\"");
  CHECK(kind.at("metrics") == ParseJson(R"({"phase": {
    "extract": {"object_count_type": {"raw_extracted": {"object_count": 7.0}},
                "duration_seconds": 0.4},
    "transform": {"object_count_type": {"transformed": {"object_count": 5.0},
                                        "filtered_out": {"object_count": 1.0},
                                        "failed": {"object_count": 1.0}},
                  "duration_seconds": 0.1},
    "load": {"object_count_type": {"loaded": {"object_count": 2.0},
                                   "skipped": {"object_count": 2.0},
                                   "failed": {"object_count": 1.0}},
             "duration_seconds": 0.2},
    "resync": {"success": 1.0, "duration_seconds": 0.5}}})",
                                        "expected"));
  const Json last = requests.back().ParseBody().at("syncKindsMetrics");
  CHECK(last[0].at("metrics") == ParseJson(R"({"phase": {"delete": {
    "object_count_type": {"deleted": {"object_count": 3.0}}, "duration_seconds": 0.25}}})",
                                           "expected"));
  CHECK(last[1].at("metrics") == ParseJson(R"({"phase": {
    "resync": {"success": 1.0, "duration_seconds": 1.5},
    "extract": {"endpoint": {"Source": {"rate_limit_wait_seconds": 1.5}}},
    "load": {"endpoint": {"Port": {"rate_limit_wait_seconds": 2.0}}}},
    "cpu_max_percent": 0.0, "cpu_median_percent": 0.0, "cpu_avg_percent": 0.0,
    "memory_max_bytes": 52428800.0, "memory_median_bytes": 52428800.0,
    "memory_avg_bytes": 52428800.0,
    "response_size_total_bytes": 64.0, "response_size_median_bytes": 64.0,
    "response_size_avg_bytes": 64.0})",
                                           "expected"));
}

TEST_CASE("What a stop cut off is aborted, and what was complete is not") {
  Scene scene;
  SyncMetrics metrics = scene.Start(scene.Url());
  scene.SetBlocks(sync::BlockState::kComplete, sync::BlockState::kRunning, 7);
  metrics.Abort();
  const auto told = scene.Told();
  REQUIRE(told.size() == 5);
  CHECK(told[2].ends_with("project-0: completed"));
  CHECK(told[3].ends_with("issue-1: aborted"));
  CHECK(told[4] == "POST syncMetrics: __reconciliation__ aborted, __runtime__ aborted");
}

TEST_CASE("Without an address, or before the kinds are known, nothing is sent") {
  Scene scene;
  SyncMetrics unknown = scene.Start(scene.Url());
  unknown.Finish(Report(sync::Outcome::kFailed));
  SyncMetrics silent = scene.Start("");
  scene.SetBlocks(sync::BlockState::kComplete, sync::BlockState::kComplete, 7);
  silent.Finish(Report(sync::Outcome::kComplete));
  CHECK(scene.Told().empty());
}

TEST_CASE("An address that refuses is told of once, and the end is not held up") {
  Scene scene;
  scene.strict.FailNext(http::Method::kPost, "/ingest", 100,
                        http::ServerResponse::OfJson(403, {{"ok", false}}));
  SyncMetrics metrics = scene.Start(scene.Url());
  scene.SetBlocks(sync::BlockState::kComplete, sync::BlockState::kComplete, 7);
  metrics.Finish(Report(sync::Outcome::kComplete));
  CHECK(scene.Told().size() == 1);
  CHECK_THAT(scene.log.Text(), Contains("figures of the resync cannot be sent to Port"));
}

}  // namespace ocean::app
