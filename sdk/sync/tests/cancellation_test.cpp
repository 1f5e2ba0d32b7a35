// A run that is stopped ends at once, whatever it waits for. What it waits for here never comes: a state that does not hear of the stop
// hangs until the watchdog ends the program.
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <future>
#include <iostream>
#include <mutex>
#include <thread>

#include "ocean/http/paging.hpp"
#include "ocean/testing/manual_clock.hpp"
#include "world.hpp"

namespace ocean::sync {
namespace {

/// Something that one thread waits for and another brings about.
class Event {
 public:
  void Happen() {
    const std::lock_guard lock(mutex_);
    happened_ = true;
    changed_.notify_all();
  }
  void Await() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return happened_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool happened_ = false;
};

/// Ends the program when it lives too long: nothing else ends a thread that hangs.
class Watchdog {
 public:
  explicit Watchdog(std::string watched)
      : thread_([this, watched = std::move(watched)](const std::stop_token& stop) {
          std::unique_lock lock(mutex_);
          if (over_.wait_for(lock, stop, std::chrono::minutes(1), [] { return false; }) ||
              stop.stop_requested())
            return;
          std::cerr << "still not ended after a minute: " << watched << std::endl;
          std::abort();
        }) {}

 private:
  std::mutex mutex_;
  std::condition_variable_any over_;
  std::jthread thread_;
};

/// A catalog that falls silent with one request, and from then on answers none.
class FallsSilent final : public http::Transport {
 public:
  /// With which it does: the `nth` whose address ends so. The ones before it of that address fail for a moment where `fails` says so.
  void With(std::string address, int nth = 1, bool fails = false) {
    const std::lock_guard lock(mutex_);
    address_ = std::move(address);
    left_ = nth;
    fails_ = fails;
  }
  void SpeakAgain() {
    const std::lock_guard lock(mutex_);
    is_silent_ = false;
    address_.clear();
  }
  void AwaitSilence() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return is_silent_; });
  }

  http::Response Send(const http::WireRequest& request, const std::stop_token& stop) override {
    std::unique_lock lock(mutex_);
    if (!address_.empty() && request.request.url.ends_with(address_)) {
      is_silent_ = is_silent_ || --left_ == 0;
      if (!is_silent_ && fails_) return Overloaded(request);
    }
    if (!is_silent_) {
      lock.unlock();
      return wire_->Send(request, stop);
    }
    changed_.notify_all();
    changed_.wait_for(lock, stop, request.timeout, [&] { return !is_silent_; });
    if (stop.stop_requested()) ThrowCancelled("sending");
    throw Error(ErrorKind::kTransient, "timed out");
  }

 private:
  const std::shared_ptr<http::Transport> wire_ = http::MakeCurlTransport();
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::string address_;
  int left_ = 0;
  bool fails_ = false;
  bool is_silent_ = false;
};

/// A world of 25 entities, the last two of which are gone at the source, while others have changed.
struct Stoppable : World {
  explicit Stoppable(std::shared_ptr<http::Transport> transport = http::MakeCurlTransport())
      : World(kMapping, std::move(transport)) {
    REQUIRE(Sync().outcome == Outcome::kComplete);
    auto things = Things(23);
    for (int i = 0; i < 21; ++i) things[static_cast<std::size_t>(i)]["name"] = "changed";
    SetItems(things);
  }

  /// Stops a run once `reached` returns, and tells how long it took to end. True when it ended as cancelled.
  bool StopWhen(const std::string& state, const std::function<void()>& reached) {
    std::stop_source stop;
    auto run = std::async(std::launch::async, [&] {
      try {
        Sync(stop.get_token());
        return false;
      } catch (const Error& error) {
        if (error.kind() != ErrorKind::kCancelled) throw;
        return true;
      }
    });
    const Watchdog watchdog(state);
    reached();
    const auto start = std::chrono::steady_clock::now();
    stop.request_stop();
    const bool is_cancelled = run.get();
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    std::cout << "stopped " << state << ": ended after " << took.count() << " ms\n";
    return is_cancelled;
  }

  /// Nothing was deleted, and the next run does all that is left.
  void CheckUnharmed() {
    CHECK(Identifiers().size() == 25);
    SetItems(Things(23));
    CHECK(Sync().outcome == Outcome::kComplete);
    CHECK(Identifiers().size() == 23);
  }
};

struct SilentRequest {
  const char* state;
  const char* address;
  int nth = 1;
  bool fails_before = false;
};

TEST_CASE("a run is cancelled while a request to the catalog is on its way") {
  const auto request =
      GENERATE(SilentRequest{"while it tells Port of its start", "/resync-state"},
               SilentRequest{"while it asks for the mapping", "/integration/my-test"},
               SilentRequest{"while it asks whether anything is owned", "/datasource-entities"},
               SilentRequest{"while it sends examples", "/kinds/thing/examples"},
               SilentRequest{"while it asks for a blueprint", "/blueprints/thing"},
               SilentRequest{"while it compares", "/entities/search"},
               SilentRequest{"while it upserts", "/entities/bulk"},
               SilentRequest{"while it tries again what failed", "/entities/bulk", 3, true},
               SilentRequest{"while it lists what is owned", "/datasource-entities", 2},
               SilentRequest{"while it deletes", "/bulk/entities/delete"});
  const auto catalog = std::make_shared<FallsSilent>();
  Stoppable world(catalog);
  // So that it has something to compare.
  if (std::string(request.address) == "/entities/search")
    world.options.full_comparison_interval = std::chrono::seconds(0);
  catalog->With(request.address, request.nth, request.fails_before);
  CHECK(world.StopWhen(request.state, [&] { catalog->AwaitSilence(); }));
  catalog->SpeakAgain();
  world.CheckUnharmed();
}

TEST_CASE("a run that is stopped while Port hears of its start is aborted there, too") {
  World world;
  world.SyncUntil("/resync-state");
  CHECK(world.Port().GetIntegration()->at("resyncState").at("status") == "aborted");
}

TEST_CASE("a run that has done everything is not cancelled by what Port need not hear") {
  const auto catalog = std::make_shared<FallsSilent>();
  Stoppable world(catalog);
  catalog->With("/resync-state", 2);
  CHECK_FALSE(world.StopWhen("while it tells Port of its end", [&] { catalog->AwaitSilence(); }));
  catalog->SpeakAgain();
  CHECK(world.Identifiers().size() == 23);
}

/// A source whose clients know nothing of the run.
http::Client SourceClient(std::shared_ptr<http::Transport> transport, Clock& clock) {
  return {{.base_url = "http://source"}, std::move(transport), clock, Logger::Null(), {}};
}

/// Never answers, or always that there were too many requests.
class Unwilling final : public http::Transport {
 public:
  explicit Unwilling(std::optional<http::Response> answer) : answer_(std::move(answer)) {}
  http::Response Send(const http::WireRequest&, const std::stop_token& stop) override {
    asked.Happen();
    if (answer_) return *answer_;
    std::unique_lock lock(mutex_);
    never_.wait(lock, stop, [] { return false; });
    ThrowCancelled("sending");
  }
  Event asked;

 private:
  const std::optional<http::Response> answer_;
  std::mutex mutex_;
  std::condition_variable_any never_;
};

TEST_CASE("a run is cancelled while its handler waits for a page") {
  Stoppable world;
  const auto source = std::make_shared<Unwilling>(std::nullopt);
  const http::Client client = SourceClient(source, Clock::System());
  const auto pages = [&] { return http::OffsetPages(client, http::Request::Get("/things"), {}); };
  SECTION("that it emits") {
    world.SetReader([&](ResyncContext& ctx) { ctx.EmitAll(pages()); });
  }
  SECTION("whose items it edits") {
    world.SetReader([&](ResyncContext& ctx) { ctx.EmitAll(pages(), 2, [](Json&) {}); });
  }
  SECTION("whose items it works on") {
    world.SetReader([&](ResyncContext& ctx) { ctx.ForEach(pages(), 2, [](Json&) {}); });
  }
  SECTION("that others share") {
    world.SetReader([&](ResyncContext& ctx) {
      for (const Batch& page : ctx.Shared("things", pages)) CHECK(page.empty());
    });
  }
  SECTION("that has a cursor") {
    world.SetReader([&](ResyncContext& ctx) {
      ctx.EmitAll(http::TokenPages(client, http::Request::Get("/things"), {}));
    });
  }
  CHECK(world.StopWhen("while a page is waited for", [&] { source->asked.Await(); }));
  world.CheckUnharmed();
}

TEST_CASE("a run is cancelled while its handler waits for as long as the source asks it to") {
  Stoppable world;
  testing::ManualClock clock(testing::ManualClock::Mode::kManual);
  const auto source = std::make_shared<Unwilling>(
      http::Response{.status = 429, .headers = {{"Retry-After", "600"}}});
  const http::Client client = SourceClient(source, clock);
  world.SetReader([&](ResyncContext& ctx) {
    ctx.EmitAll(http::OffsetPages(client, http::Request::Get("/things"), {}));
  });
  CHECK(world.StopWhen("before a request is sent again", [&] { clock.WaitForSleepers(1); }));
  world.CheckUnharmed();
}

TEST_CASE("a run is cancelled while its queues are full") {
  const auto catalog = std::make_shared<FallsSilent>();
  Stoppable world(catalog);
  world.options.memory_limit_bytes = 1;
  world.options.transform_workers = 1;
  world.options.upserts_in_flight = 1;
  // One page is with the catalog, and one behind each other: in a queue, with the worker, in a queue.
  Event is_full;
  world.SetReader([&](ResyncContext& ctx) {
    for (int page = 0;; ++page) {
      if (page == 4) is_full.Happen();
      std::vector<Json> items;
      for (int i = 0; i < 100; ++i) items.push_back(Thing(1000 + page * 100 + i));
      ctx.Emit(Batch(std::move(items)));
    }
  });
  catalog->With("/entities/bulk");
  CHECK(world.StopWhen("while its queues are full", [&] {
    catalog->AwaitSilence();
    is_full.Await();
  }));
  catalog->SpeakAgain();
  world.CheckUnharmed();
}

TEST_CASE("a run is cancelled while expressions run") {
  Stoppable world;
  world.options.memory_limit_bytes = 1;
  world.options.transform_workers = 1;
  // Each item costs the steps that an expression may take at most, and the page is one of hours.
  world.SetMapping(R"(
resources:
  - kind: thing
    selector: {query: "true"}
    port:
      entity:
        mappings:
          identifier: .id
          blueprint: '"thing"'
          properties: {n: 'last(range(1e15))'}
)");
  Event is_mapped;
  world.SetReader([&](ResyncContext& ctx) {
    ctx.Emit(Batch(Things(100'000)));
    // There is room for it when the first one is with the worker.
    ctx.Emit(Batch(Things(1)));
    is_mapped.Happen();
  });
  CHECK(world.StopWhen("while expressions run", [&] { is_mapped.Await(); }));
  world.SetMapping(kMapping);
  world.CheckUnharmed();
}

}  // namespace
}  // namespace ocean::sync
