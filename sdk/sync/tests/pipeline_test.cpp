#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "ocean/base/error.hpp"
#include "ocean/catch.hpp"
#include "ocean/jq/program.hpp"
#include "world.hpp"

namespace ocean::sync {
namespace {

std::atomic<int> compiled{0};

}  // namespace

// The linker sends here what anybody compiles: OCEAN_JQ_COMPILE is its name for jq::Program::Compile.
jq::Program Compile(std::string_view text,
                    const jq::CompileOptions& options) asm("__real_" OCEAN_JQ_COMPILE);
jq::Program CountedCompile(std::string_view text,
                           const jq::CompileOptions& options) asm("__wrap_" OCEAN_JQ_COMPILE);
jq::Program CountedCompile(std::string_view text, const jq::CompileOptions& options) {
  ++compiled;
  return Compile(text, options);
}

namespace {

/// Far more than anything here takes: what waits so long has failed.
constexpr std::chrono::seconds kForever{120};

/// Where two threads wait for what the other has done.
class Handshake {
 public:
  void Say(const std::string& what) {
    const std::lock_guard lock(mutex_);
    said_.push_back(what);
    changed_.notify_all();
  }
  /// Throws when it is never said.
  void Hear(const std::string& what) {
    std::unique_lock lock(mutex_);
    const bool heard = changed_.wait_for(
        lock, kForever, [&] { return std::find(said_.begin(), said_.end(), what) != said_.end(); });
    if (!heard) throw Error(ErrorKind::kPermanent, "it was never said: " + what);
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> said_;
};

/// Holds the first upsert until a test lets it go.
class HoldsFirstUpsert final : public http::Transport {
 public:
  explicit HoldsFirstUpsert(Handshake& handshake) : handshake_(handshake) {}
  http::Response Send(const http::WireRequest& request, const std::stop_token& stop) override {
    if (request.request.url.ends_with("/entities/bulk") && !held_.exchange(true)) {
      handshake_.Say("the first upsert is on its way");
      handshake_.Hear("it may go");
    }
    return wire_->Send(request, stop);
  }

 private:
  Handshake& handshake_;
  std::atomic<bool> held_{false};
  const std::shared_ptr<http::Transport> wire_ = http::MakeCurlTransport();
};

TEST_CASE("W-38: blocks are read side by side") {
  World world(R"(
resources:
  - kind: thing
    selector: {query: "true"}
    port: {entity: {mappings: {identifier: .id, blueprint: '"thing"'}}}
  - kind: other
    selector: {query: "true"}
    port: {entity: {mappings: {identifier: .id, blueprint: '"thing"'}}}
)");
  world.options.block_concurrency = 2;
  Handshake handshake;
  const auto read = [&](const std::string& own, const std::string& other, int n) {
    return [&handshake, own, other, n](ResyncContext& ctx) {
      handshake.Say(own);
      handshake.Hear(other);
      ctx.Emit(Batch(std::vector<Json>{Thing(n)}));
    };
  };
  world.SetReader(read("thing is read", "other is read", 0));
  world.AddKind("other", read("other is read", "thing is read", 1));
  const RunReport report = world.Sync();
  CHECK(report.outcome == Outcome::kComplete);
  CHECK(world.Identifiers() == std::vector<std::string>{"t0", "t1"});
}

TEST_CASE("W-38: pages are read and mapped while what came before is still on its way to Port") {
  Handshake handshake;
  World world(kMapping, std::make_shared<HoldsFirstUpsert>(handshake));
  world.options.upserts_in_flight = 1;
  const std::vector<Json> things = Things(300);
  world.SetReader([&](ResyncContext& ctx) {
    ctx.Emit(Batch(std::vector<Json>(things.begin(), things.begin() + 100)));
    handshake.Hear("the first upsert is on its way");
    ctx.Emit(Batch(std::vector<Json>(things.begin() + 100, things.begin() + 200)));
    const auto mapped = [&] { return world.progress.Snapshot().blocks.at(0).figures.mapped; };
    const auto end = std::chrono::steady_clock::now() + kForever;
    while (mapped() < 200 && std::chrono::steady_clock::now() < end) std::this_thread::yield();
    CHECK(mapped() == 200);
    CHECK(world.progress.Snapshot().blocks.at(0).figures.created == 0);
    handshake.Say("it may go");
    ctx.Emit(Batch(std::vector<Json>(things.begin() + 200, things.end())));
  });
  const RunReport report = world.Sync();
  CHECK(report.outcome == Outcome::kComplete);
  CHECK(report.blocks[0].created == 300);
}

/// How many expressions a run compiles that reads so many things, in pages of ten.
int CompiledBy(int things, int workers) {
  World world;
  world.options.transform_workers = workers;
  world.SetItems(Things(things));
  compiled = 0;
  CHECK(world.Sync().blocks[0].created == things);
  return compiled;
}

TEST_CASE("W-35: expressions are compiled once a run, whatever it reads and whoever maps it") {
  // The selector's and six of the entity's.
  CHECK(CompiledBy(10, 1) == 7);
  CHECK(CompiledBy(400, 8) == 7);
}

}  // namespace
}  // namespace ocean::sync
