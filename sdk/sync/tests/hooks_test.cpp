// What an integration does before and behind a resync.
#include <stdexcept>

#include "world.hpp"

namespace ocean::sync {
namespace {

/// A world whose hooks tell that they were called.
struct Hooked : World {
  Hooked() {
    hooks.start.push_back([this](ResyncHookContext& ctx) { Called("start", ctx); });
    hooks.complete.push_back([this](ResyncHookContext& ctx) { Called("complete", ctx); });
  }
  void Called(const std::string& hook, const ResyncHookContext& ctx) {
    calls.push_back(hook + " with " + std::to_string(Identifiers().size()));
    run_ids.push_back(ctx.run_id);
  }
  void OnStart(ResyncHook hook) { hooks.start.push_back(std::move(hook)); }
  void OnComplete(ResyncHook hook) { hooks.complete.push_back(std::move(hook)); }

  std::vector<std::string> calls;
  std::vector<std::string> run_ids;
};

ResyncHook Throws(ErrorKind kind) {
  return [kind](ResyncHookContext&) { throw Error(kind, "no luck"); };
}

using Calls = std::vector<std::string>;

TEST_CASE("hooks run before anything is read, and when all is done") {
  Hooked world;
  CHECK(world.Sync().outcome == Outcome::kComplete);
  CHECK(world.calls == Calls{"start with 0", "complete with 25"});
  world.SetItems(Things(20));
  const RunReport report = world.Sync();
  CHECK(world.calls.back() == "complete with 20");
  CHECK(world.run_ids[2] == report.run_id);
  CHECK(world.run_ids[3] == report.run_id);
  CHECK(ToJson(report).at("hook_error").is_null());
}

TEST_CASE("a start hook that fails for a while lets the resync go on, which deletes nothing") {
  Hooked world;
  world.Sync();
  world.SetItems(Things(20));
  world.OnStart(Throws(GENERATE(ErrorKind::kTransient, ErrorKind::kRateLimited)));
  const RunReport report = world.Sync();
  CHECK(report.outcome == Outcome::kIncomplete);
  CHECK(report.hook_error == "preparing the resync: no luck");
  CHECK(world.Identifiers().size() == 25);
  REQUIRE(report.blueprints.size() == 1);
  CHECK(report.blueprints.front().held_back == 5);
  CHECK(report.blueprints.front().reason == report.hook_error);
  CHECK(world.calls.back() == "start with 25");
  world.hooks.start.pop_back();
  CHECK(world.Sync().outcome == Outcome::kComplete);
  CHECK(world.Identifiers().size() == 20);
}

TEST_CASE("a start hook that fails for good fails the resync before it reads") {
  Hooked world;
  bool was_read = false;
  world.SetReader([&](ResyncContext&) { was_read = true; });
  using Case = std::pair<ResyncHook, std::string>;
  const auto [hook, error] = GENERATE(
      Case{Throws(ErrorKind::kAuth), "no luck"},
      Case{[](ResyncHookContext&) { throw std::out_of_range("no luck"); }, "no luck"},
      Case{[](ResyncHookContext&) { throw 42; }, "it threw something that is no exception"});
  world.OnStart(hook);
  const RunReport report = world.Sync();
  CHECK(report.outcome == Outcome::kFailed);
  CHECK(report.error == "preparing the resync: " + error);
  CHECK_FALSE(was_read);
  CHECK(world.calls == Calls{"start with 0"});
}

TEST_CASE("complete hooks wait for a resync that reads everything; deletions may be held back") {
  Hooked world;
  world.Sync();
  world.SetReader([](ResyncContext& ctx) {
    ctx.Emit(Batch(Things(25)));
    throw Error(ErrorKind::kTransient, "gone");
  });
  world.Sync();
  CHECK(world.calls.back() == "start with 25");
  world.SetItems(Things(1));
  const RunReport report = world.Sync();
  CHECK(report.blueprints.front().held_back == 24);
  CHECK(world.calls.back() == "complete with 25");
}

TEST_CASE("a complete hook that fails makes the resync incomplete, and undoes nothing") {
  Hooked world;
  world.Sync();
  world.SetItems(Things(20));
  bool next_ran = false;
  world.OnComplete(Throws(ErrorKind::kPermanent));
  world.OnComplete([&](ResyncHookContext&) { next_ran = true; });
  const RunReport report = world.Sync();
  CHECK(report.outcome == Outcome::kIncomplete);
  CHECK(report.error.empty());
  CHECK(report.hook_error == "concluding the resync: no luck");
  CHECK(report.blocks.front().outcome == Outcome::kComplete);
  CHECK(next_ran);
  CHECK(world.Identifiers().size() == 20);
}

TEST_CASE("a hook that waits hears of a stop") {
  Hooked world;
  std::stop_source stop;
  world.OnStart([&](ResyncHookContext& ctx) {
    stop.request_stop();
    CHECK(ctx.stop.stop_requested());
    ThrowCancelled("waiting");
  });
  CHECK_THROWS_AS(world.Sync(stop.get_token()), Error);
  CHECK(world.calls == Calls{"start with 0"});
}

TEST_CASE("a plan prepares as a resync does, and concludes nothing") {
  Hooked world;
  Engine(world.Parts(), world.options).MakePlan(world.progress, {});
  CHECK(world.calls == Calls{"start with 0"});
}

}  // namespace
}  // namespace ocean::sync
