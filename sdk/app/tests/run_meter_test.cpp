#include "run_meter.hpp"

#include <condition_variable>
#include <mutex>

#include "ocean/catch.hpp"
#include "ocean/testing/manual_clock.hpp"

namespace ocean::app {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kMiB = std::uint64_t{1024} * 1024;

/// A process whose use a test sets, and lets a test wait until it was looked at.
class Process {
 public:
  RunMeter::Usage Look() {
    const std::lock_guard lock(mutex_);
    ++looks_;
    changed_.notify_all();
    return usage_;
  }
  void Set(Duration cpu, std::uint64_t resident_bytes) {
    const std::lock_guard lock(mutex_);
    usage_ = {cpu, resident_bytes};
  }
  void AwaitLooks(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return looks_ >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  RunMeter::Usage usage_;
  int looks_ = 0;
};

struct Scene {
  http::ClientStats source;
  http::ClientStats port;
  testing::ManualClock clock{testing::ManualClock::Mode::kManual};
  Process process;
  RunMeter meter{
      {.source = source, .port = port, .clock = clock, .look = [&] { return process.Look(); }}};

  /// Half a second passes, within which so much is used.
  void Pass(int looks, Duration cpu, std::uint64_t resident_bytes) {
    clock.WaitForSleepers(1);
    process.Set(cpu, resident_bytes);
    clock.Advance(500ms);
    process.AwaitLooks(looks);
    clock.WaitForSleepers(1);
  }
};

}  // namespace

TEST_CASE("What a run costs is sampled while it goes on") {
  Scene scene;
  CHECK_FALSE(scene.meter.Costs());
  scene.process.Set(10s, 50 * kMiB);
  {
    const RunMeter::Span span(scene.meter);
    scene.Pass(2, 10s + 500ms, 60 * kMiB);
    scene.Pass(3, 10s + 600ms, 100 * kMiB);
    scene.Pass(4, 10s + 750ms, 80 * kMiB);
    const auto so_far = scene.meter.Costs();
    REQUIRE(so_far);
    CHECK(so_far->cpu_percent.max == 100);
    CHECK(so_far->cpu_percent.median == 30);
    CHECK(so_far->cpu_percent.average == 50);
    CHECK(so_far->memory_bytes.max == 100.0 * kMiB);
    CHECK(so_far->memory_bytes.median == 80.0 * kMiB);
    CHECK(so_far->memory_bytes.average == 80.0 * kMiB);
  }
  // The end looks once more: at the memory, for no time has passed.
  CHECK(scene.meter.Costs()->memory_bytes.median == 80.0 * kMiB);
  CHECK(scene.meter.Costs()->cpu_percent.average == 50);
}

TEST_CASE("Waits and answers are those of the run, not those before it or after it") {
  Scene scene;
  scene.source.NoteRateLimitWait("Source", 5s);
  scene.source.NoteResponse(1 << 20);
  scene.port.NoteRateLimitWait("Port", 1s);
  {
    const RunMeter::Span span(scene.meter);
    scene.source.NoteRateLimitWait("Source", 2s);
    scene.source.NoteRateLimitWait("Other", 3s);
    scene.source.NoteResponse(100);
    scene.source.NoteResponse(200);
    scene.source.NoteResponse(3000);
  }
  scene.source.NoteRateLimitWait("Source", 7s);
  scene.source.NoteResponse(9);
  const auto costs = scene.meter.Costs();
  REQUIRE(costs);
  CHECK(costs->source_waits == std::map<std::string, Duration>{{"Other", 3s}, {"Source", 2s}});
  CHECK(costs->port_waits.empty());
  CHECK(costs->response_bytes == 3300);
  CHECK(costs->response_bytes_average == 1100);
  // Of 200 the four leading bits.
  CHECK(costs->response_bytes_median == 192);
}

TEST_CASE("The process itself can be looked at") {
  const RunMeter::Usage usage = RunMeter::OfProcess();
  CHECK(usage.cpu > Duration::zero());
  CHECK(usage.resident_bytes > kMiB);
}

}  // namespace ocean::app
