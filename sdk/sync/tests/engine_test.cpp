#include "ocean/sync/engine.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <future>
#include <latch>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include "ocean/base/error.hpp"
#include "ocean/catch.hpp"
#include "world.hpp"

namespace ocean::sync {
namespace {

TEST_CASE("a first run creates everything, a second one changes nothing") {
  World world;
  const RunReport first = world.Sync();
  CheckIdentities(first);
  CHECK(first.outcome == Outcome::kComplete);
  CHECK(first.blocks[0].created == 25);
  CHECK(first.blocks[0].pages == 3);
  CHECK(world.Identifiers().size() == 25);

  const RunReport second = world.Sync();
  CheckIdentities(second);
  CHECK(second.outcome == Outcome::kComplete);
  CHECK(second.blocks[0].created == 0);
  CHECK(second.blocks[0].updated == 0);
  CHECK(second.blocks[0].unchanged == 25);
  CHECK(second.blueprints[0].stale == 0);
}

TEST_CASE("a block's phases are timed, and records say in which of them they were written") {
  World world;
  world.Sync();
  world.SetReader([&](ResyncContext& ctx) {
    ctx.Log().Info("reading");
    ctx.Emit(Batch({Thing(0), {{"id", nullptr}}}));
  });
  const RunReport report = world.Sync();
  const BlockTimes& times = report.blocks[0].times;
  CHECK(times.extract > Duration::zero());
  CHECK(times.transform > Duration::zero());
  CHECK(times.load > Duration::zero());
  CHECK(times.resync >= times.extract);
  const auto records = world.log().Records();
  for (const auto& [text, phase] :
       {std::pair{"reading", "extract"}, std::pair{"without identifier", "transform"},
        std::pair{"are kept", "reconciliation"}}) {
    INFO(text);
    const auto told =
        std::find_if(records.begin(), records.end(), [wanted = text](const LogRecord& record) {
          return record.message.find(wanted) != std::string::npos;
        });
    REQUIRE(told != records.end());
    CHECK(told->fields.back() == std::pair<std::string, std::string>{"etl_phase", phase});
  }
}

TEST_CASE("only what changed is sent, also when nine others of the page did not") {
  World world;
  world.Sync();
  auto things = Things(25);
  things[7]["name"] = "renamed";
  world.SetItems(things);
  const RunReport report = world.Sync();
  CHECK(report.blocks[0].updated == 1);
  CHECK(report.blocks[0].unchanged == 24);
  CHECK(world.Entity("t7")["title"] == "renamed");
}

TEST_CASE("what the source no longer has is deleted, and nothing else") {
  World world;
  world.Sync();
  auto things = Things(25);
  things.erase(things.begin() + 3);
  world.SetItems(things);
  const RunReport report = world.Sync();
  CHECK(report.outcome == Outcome::kComplete);
  CHECK(report.blueprints[0].stale == 1);
  CHECK(report.blueprints[0].deleted == 1);
  CHECK(world.Identifiers().size() == 24);
}

TEST_CASE("a deletion beyond the threshold is held back until it is allowed") {
  World world;
  world.SetItems(Things(100));
  world.Sync();
  world.SetItems(Things(5));
  const RunReport held = world.Sync();
  CHECK(held.outcome == Outcome::kIncomplete);
  CHECK(ExitCode(held) == 2);
  CHECK(held.blueprints[0].stale == 95);
  CHECK(held.blueprints[0].deleted == 0);
  CHECK(held.blueprints[0].held_back == 95);
  CHECK_THAT(held.blueprints[0].reason, Catch::Matchers::Contains("--allow-delete thing"));
  CHECK(world.Identifiers().size() == 100);

  world.options.allow_delete = {"thing"};
  const RunReport allowed = world.Sync();
  CHECK(allowed.outcome == Outcome::kComplete);
  CHECK(allowed.blueprints[0].deleted == 95);
  CHECK(world.Identifiers().size() == 5);
}

TEST_CASE("W-09: what was updated in the same run counts as seen when the share is taken") {
  World world;
  world.SetItems(Things(100));
  world.Sync();
  auto things = Things(50);
  for (Json& thing : things) thing["name"] = "renamed";
  world.SetItems(things);
  const RunReport report = world.Sync();
  CHECK(report.blocks[0].updated == 50);
  CHECK(report.blueprints[0].deleted == 50);
  CHECK(report.outcome == Outcome::kComplete);
}

TEST_CASE("a few entities go whatever share they are") {
  World world;
  world.SetItems(Things(10));
  world.Sync();
  world.SetItems(Things(1));
  const RunReport report = world.Sync();
  CHECK(report.blueprints[0].deleted == 9);
}

TEST_CASE("a source that is empty without an error empties the catalog only within the guard") {
  World world;
  world.Sync();
  world.SetItems({});
  const RunReport report = world.Sync();
  CHECK(report.outcome == Outcome::kIncomplete);
  CHECK(world.Identifiers().size() == 25);
}

TEST_CASE("a page that fails keeps everything that was not seen") {
  World world;
  world.Sync();
  world.SetReader([](ResyncContext& ctx) {
    ctx.Emit(Batch(std::vector<Json>{Thing(0), Thing(100)}));
    throw Error(ErrorKind::kTransient, "GET /things answered 503 after 10 tries");
  });
  const RunReport report = world.Sync();
  CheckIdentities(report);
  CHECK(report.outcome == Outcome::kIncomplete);
  CHECK(report.blocks[0].created == 1);
  CHECK_THAT(report.blocks[0].reason, Catch::Matchers::Contains("503"));
  CHECK(report.blueprints[0].deleted == 0);
  CHECK(report.blueprints[0].held_back == 24);
  CHECK_THAT(report.blueprints[0].reason, Catch::Matchers::Contains("resource 0 (thing)"));
  CHECK(world.Identifiers().size() == 26);
}

TEST_CASE("a source of which nothing could be read fails the run") {
  World world;
  world.Sync();
  world.SetReader(
      [](ResyncContext&) { throw Error(ErrorKind::kForbidden, "GET /things answered 403"); });
  const RunReport report = world.Sync();
  CHECK(report.outcome == Outcome::kFailed);
  CHECK(ExitCode(report) == 1);
  CHECK_THAT(report.error, Catch::Matchers::Contains("403"));
  CHECK(world.Identifiers().size() == 25);
}

TEST_CASE("refused credentials end the run at once") {
  World world;
  world.Sync();
  world.SetReader([](ResyncContext& ctx) {
    ctx.Emit(Batch(std::vector<Json>{Thing(0)}));
    throw Error(ErrorKind::kAuth, "GET /things answered 401");
  });
  const RunReport report = world.Sync();
  CHECK(report.outcome == Outcome::kFailed);
  CHECK_THAT(report.error, Catch::Matchers::Contains("401"));
  CHECK(world.Identifiers().size() == 25);
}

TEST_CASE("a doubtful page loads, and forbids deletion") {
  World world;
  world.Sync();
  world.SetReader([](ResyncContext& ctx) {
    Batch page(std::vector<Json>{Thing(0)});
    page.MarkDoubtful("the collection shrank while it was read");
    ctx.Emit(std::move(page));
  });
  const RunReport report = world.Sync();
  CHECK(report.blocks[0].outcome == Outcome::kIncomplete);
  CHECK_THAT(report.blocks[0].reason, Catch::Matchers::Contains("shrank"));
  CHECK(world.Identifiers().size() == 25);
}

TEST_CASE("one item whose selector gives no boolean forbids deletion, and the others go on") {
  World world(R"(
resources:
  - kind: thing
    selector: {query: .keep}
    port: {entity: {mappings: {identifier: .id, blueprint: '"thing"'}}}
)");
  std::vector<Json> items = {{{"id", "a"}, {"keep", true}},
                             {{"id", "b"}, {"keep", "yes"}},
                             {{"id", "c"}, {"keep", false}}};
  world.SetItems(items);
  const RunReport report = world.Sync();
  CheckIdentities(report);
  CHECK(report.blocks[0].mapped == 1);
  CHECK(report.blocks[0].filtered == 1);
  CHECK(report.blocks[0].failed == 1);
  CHECK(report.blocks[0].outcome == Outcome::kIncomplete);
  CHECK(world.Identifiers() == std::vector<std::string>{"a"});
}

TEST_CASE("W-44: what the selector leaves out is filtered, no failure, and no reason to warn") {
  World world(R"(
resources:
  - kind: thing
    selector: {query: .n < 10}
    port: {entity: {mappings: {identifier: .id, blueprint: '"thing"'}}}
)");
  const RunReport report = world.Sync();
  CheckIdentities(report);
  CHECK(report.outcome == Outcome::kComplete);
  CHECK(report.blocks[0].mapped == 10);
  CHECK(report.blocks[0].filtered == 15);
  CHECK(report.blocks[0].failed == 0);
  CHECK(report.blocks[0].reason.empty());
  for (const LogRecord& record : world.log().Records()) {
    INFO(record.message);
    CHECK(record.level < LogLevel::kWarning);
  }
}

TEST_CASE("W-10: too many items without identifier make the block incomplete, a few do not") {
  World world;
  auto things = Things(200);
  things[0]["id"] = nullptr;
  world.SetItems(things);
  const RunReport few = world.Sync();
  CheckIdentities(few);
  CHECK(few.outcome == Outcome::kComplete);
  CHECK(few.blocks[0].failed == 1);
  for (int i = 0; i < 5; ++i) things[static_cast<std::size_t>(i)]["id"] = nullptr;
  world.SetItems(things);
  const RunReport many = world.Sync();
  CHECK(many.blocks[0].outcome == Outcome::kIncomplete);
  CHECK_THAT(many.blocks[0].reason,
             Catch::Matchers::Contains("5 of 200 items came out without identifier"));
  CHECK(world.Identifiers().size() == 199);
}

TEST_CASE("W-02: an entity that waited for its relation's target arrives whole") {
  World world((std::string("createMissingRelatedEntities: false\n") + kMapping).c_str());
  auto things = Things(60);
  // The first page refers to what comes last.
  things[0]["parent"] = "t59";
  things[1]["parent"] = "nobody";
  world.SetItems(things);
  const RunReport report = world.Sync();
  CheckIdentities(report);
  const Json waited = world.Entity("t0");
  CHECK(waited["title"] == "Thing 0");
  CHECK(waited["properties"]["n"] == 0);
  CHECK(waited["relations"]["parent"] == "t59");
  CHECK(report.blocks[0].rejected == 1);
  CHECK(report.outcome == Outcome::kIncomplete);
  CHECK_THAT(report.blocks[0].reason, Catch::Matchers::Contains("1 entity was rejected"));
}

/// Answers the first bulk request as a catalog does that is overloaded.
class FailsFirstBulk final : public http::Transport {
 public:
  http::Response Send(const http::WireRequest& request, const std::stop_token& stop) override {
    if (!request.request.url.ends_with("/entities/bulk") || failed_.exchange(true))
      return wire_->Send(request, stop);
    return Overloaded(request);
  }

 private:
  std::atomic<bool> failed_{false};
  const std::shared_ptr<http::Transport> wire_ = http::MakeCurlTransport();
};

TEST_CASE("W-48: what failed for a moment is tried again, also when missing entities are created") {
  World world(kMapping, std::make_shared<FailsFirstBulk>());
  const RunReport report = world.Sync();
  CheckIdentities(report);
  CHECK(report.outcome == Outcome::kComplete);
  CHECK(report.blocks[0].created == 25);
  CHECK(world.Identifiers().size() == 25);
}

TEST_CASE("a stale entity that others refer to stays while it would be created again") {
  World world;
  auto things = Things(25);
  things[1]["parent"] = "t0";
  world.SetItems(things);
  world.Sync();
  things.erase(things.begin());
  world.SetItems(things);
  const RunReport report = world.Sync();
  CHECK(report.outcome == Outcome::kComplete);
  CHECK(report.blueprints[0].stale == 0);
  CHECK_THAT(report.blueprints[0].reason, Catch::Matchers::Contains("1 more stay") &&
                                              Catch::Matchers::Contains("still refer to"));
  CHECK(world.Identifiers().size() == 25);
}

/// Tells a test of each deletion before it is sent.
class WatchedTransport : public http::Transport {
 public:
  http::Response Send(const http::WireRequest& request, const std::stop_token& stop) override {
    const bool deletes = request.request.url.find("/bulk/entities/delete") != std::string::npos;
    if (!deletes) return wire_->Send(request, stop);
    ++deletions_;
    if (before_delete) before_delete(deletions_);
    if (refused.contains(deletions_)) return {.status = 422, .body = R"({"ok":false})"};
    return wire_->Send(request, stop);
  }
  int deletions() const { return deletions_; }
  /// Gets the number of the deletion, from 1.
  std::function<void(int number)> before_delete;
  /// Numbers of the deletions that do not reach the catalog.
  std::set<int> refused;

 private:
  int deletions_ = 0;
  const std::shared_ptr<http::Transport> wire_ = http::MakeCurlTransport();
};

TEST_CASE("what a live event writes between the listing and the deletion stays") {
  // Both kinds of entity have lost one; what requires others goes first, so "other" is deleted before "thing".
  const auto transport = std::make_shared<WatchedTransport>();
  World world(R"(
resources:
  - kind: thing
    selector: {query: "true"}
    port: {entity: {mappings: {identifier: .id, blueprint: '"thing"', properties: {n: .n}}}}
  - kind: other
    selector: {query: "true"}
    port: {entity: {mappings: {identifier: .id, blueprint: '"other"', relations: {of: '"t0"'}}}}
)",
              transport);
  world.Port().CreateBlueprint(ParseJson(
      R"({"identifier":"other","title":"Other","schema":{"properties":{},"required":[]},
          "relations":{"of":{"target":"thing","many":false,"required":true}}})"));
  int others = 2;
  world.AddKind("other", [&](ResyncContext& ctx) {
    for (int i = 0; i < others; ++i)
      ctx.Emit(Batch(std::vector<Json>{{{"id", std::to_string(i)}}}));
  });
  world.Sync();
  others = 1;
  world.SetItems(Things(24));
  Json renewed = Thing(24);
  renewed["n"] = 7;
  SECTION("before the deletion is sent") {
    transport->before_delete = [&](int number) {
      if (number == 1) world.ApplyLive({renewed});
    };
    const RunReport report = world.Sync();
    CHECK(report.outcome == Outcome::kComplete);
    CHECK(report.blueprints[0].deleted == 1);
    CHECK(report.blueprints[1].deleted == 0);
    CHECK(report.blueprints[1].stale == 0);
  }
  SECTION("while the deletion is under way") {
    std::future<void> live;
    transport->before_delete = [&](int number) {
      if (number != 2) return;
      live = std::async(std::launch::async, [&] { world.ApplyLive({renewed}); });
      while (!world.live_writes.Has("thing", "t24")) std::this_thread::yield();
    };
    CHECK(world.Sync().outcome == Outcome::kComplete);
    live.get();
  }
  CHECK(world.Identifiers("other").size() == 1);
  CHECK(world.Identifiers().size() == 25);
  CHECK(world.Entity("t24")["properties"]["n"] == 7);
}

TEST_CASE("a batch of deletions that fails keeps its own entities and no others") {
  const auto transport = std::make_shared<WatchedTransport>();
  World world(kMapping, transport);
  world.SetItems(Things(255));
  world.Sync();
  world.SetItems(Things(5));
  world.options.allow_delete = {"thing"};
  SECTION("the others go, and the report says what stayed and why") {
    transport->refused = {2};
    const RunReport report = world.Sync();
    CHECK(report.outcome == Outcome::kIncomplete);
    CHECK(transport->deletions() == 3);
    CHECK(report.blueprints[0].stale == 250);
    CHECK(report.blueprints[0].deleted == 150);
    CHECK(report.blueprints[0].held_back == 100);
    CHECK_THAT(report.blueprints[0].reason,
               Catch::Matchers::StartsWith("deleting 100 of 250 failed: ") &&
                   Catch::Matchers::Contains("422"));
    CHECK(world.log().Has(LogLevel::kError, "deleting 100 entities of thing failed"));
    CHECK(world.Identifiers().size() == 105);
  }
  SECTION("the next run deletes what stayed") {
    transport->refused = {1, 3};
    CHECK(world.Sync().blueprints[0].held_back == 150);
    const RunReport report = world.Sync();
    CHECK(report.outcome == Outcome::kComplete);
    CHECK(report.blueprints[0].deleted == 150);
  }
  SECTION("a run that is cancelled in between sends no more") {
    std::stop_source stop;
    transport->before_delete = [&](int number) {
      if (number == 2) stop.request_stop();
    };
    CHECK_THROWS_WITH(world.Sync(stop.get_token()),
                      Catch::Matchers::EndsWith("deleted were 100 of thing"));
    CHECK(transport->deletions() == 2);
  }
  SECTION("a run that fails in between tells what went, and why the rest stays") {
    transport->before_delete = [&](int number) {
      if (number == 2) throw Error(ErrorKind::kAuth, "the credentials were withdrawn");
    };
    const RunReport report = world.Sync();
    CHECK(report.outcome == Outcome::kFailed);
    CHECK(report.error == "the credentials were withdrawn");
    REQUIRE(report.blueprints.size() == 1);
    CHECK(report.blueprints[0].stale == 250);
    CHECK(report.blueprints[0].deleted == 100);
    CHECK(report.blueprints[0].held_back == 150);
    CHECK(report.blueprints[0].reason == "the run ended: the credentials were withdrawn");
  }
}

TEST_CASE("what a run logs names the run, and what a block logs its kind and place") {
  World world;
  world.SetReader([](ResyncContext& ctx) { ctx.MarkIncomplete("page 2 is odd"); });
  const RunReport report = world.Sync();
  const auto records = world.log().Records();
  const auto told = std::find_if(records.begin(), records.end(), [](const LogRecord& record) {
    return record.message.find("page 2 is odd") != std::string::npos;
  });
  REQUIRE(told != records.end());
  CHECK(told->fields == LogFields{{"run_id", report.run_id}, {"kind", "thing"}, {"index", "0"}});
}

TEST_CASE("lists are taken apart by itemsToParse") {
  World world(R"(
resources:
  - kind: thing
    selector: {query: .item.ok}
    port:
      itemsToParse: .rows
      entity: {mappings: {identifier: '.id + "-" + .item.id', blueprint: '"thing"'}}
)");
  world.SetItems(
      {{{"id", "a"},
        {"rows", Json::array({{{"id", "1"}, {"ok", true}}, {{"id", "2"}, {"ok", false}}})}},
       {{"id", "b"}, {"rows", Json::array({{{"id", "1"}, {"ok", true}}})}}});
  const RunReport report = world.Sync();
  CheckIdentities(report);
  CHECK(report.blocks[0].extracted == 3);
  CHECK(report.blocks[0].filtered == 1);
  CHECK(world.Identifiers() == std::vector<std::string>{"a-1", "b-1"});
}

TEST_CASE("W-08: blocks fail and are guarded one by one") {
  World world(R"(
resources:
  - kind: thing
    selector: {query: "true"}
    port: {entity: {mappings: {identifier: .id, blueprint: '"thing"'}}}
  - kind: other
    selector: {query: "true"}
    port: {entity: {mappings: {identifier: .id, blueprint: '"other"'}}}
)");
  world.Port().CreateBlueprint(ParseJson(
      R"({"identifier":"other","title":"Other","schema":{"properties":{},"required":[]},"relations":{}})"));
  std::atomic<int> others{3};
  world.AddKind("other", [&](ResyncContext& ctx) {
    std::vector<Json> items;
    for (int i = 0; i < others; ++i) items.push_back({{"id", "o" + std::to_string(i)}});
    ctx.Emit(Batch(std::move(items)));
  });
  CHECK(world.Sync().outcome == Outcome::kComplete);
  others = 2;
  world.SetReader([](ResyncContext& ctx) {
    ctx.Emit(Batch(std::vector<Json>{Thing(0)}));
    throw Error(ErrorKind::kTransient, "broken");
  });
  const RunReport report = world.Sync();
  CHECK(report.outcome == Outcome::kIncomplete);
  CHECK(world.Identifiers("other").size() == 2);
  CHECK(world.Identifiers("thing").size() == 25);
}

TEST_CASE("a stop in the middle ends the run and deletes nothing") {
  World world;
  world.Sync();
  std::stop_source stop;
  world.SetReader([&](ResyncContext& ctx) {
    ctx.Emit(Batch(std::vector<Json>{Thing(0)}));
    stop.request_stop();
    ctx.Emit(Batch(std::vector<Json>{Thing(1)}));
  });
  try {
    world.Sync(stop.get_token());
    FAIL("it went on");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::kCancelled);
  }
  CHECK(world.Identifiers().size() == 25);
  CHECK(world.Port().GetIntegration()->at("resyncState").at("status") == "aborted");
  world.SetItems(Things(25));
  CHECK(world.Sync().outcome == Outcome::kComplete);
}

TEST_CASE("pages emitted by many threads are all mapped, with little memory") {
  World world;
  world.options.memory_limit_bytes = 4096;
  world.SetReader([](ResyncContext& ctx) {
    std::vector<int> pages(40);
    for (std::size_t i = 0; i < pages.size(); ++i) pages[i] = static_cast<int>(i);
    ctx.ForEach(pages, 8, [&](int page) {
      std::vector<Json> items;
      for (int i = 0; i < 10; ++i) items.push_back(Thing(page * 10 + i));
      ctx.Emit(Batch(std::move(items)));
    });
  });
  const RunReport report = world.Sync();
  CheckIdentities(report);
  CHECK(report.blocks[0].created == 400);
  CHECK(world.Identifiers().size() == 400);
}

TEST_CASE("an item that is skipped in a loop marks the block and lets the others pass") {
  World world;
  world.SetReader([](ResyncContext& ctx) {
    const std::vector<int> numbers = {0, 1, 2};
    ctx.ForEach(
        numbers, 1,
        [&](int n) {
          if (n == 1) throw Error(ErrorKind::kForbidden, "thing 1 is secret");
          ctx.Emit(Batch(std::vector<Json>{Thing(n)}));
        },
        OnError::kSkipItem);
  });
  const RunReport report = world.Sync();
  CHECK(report.blocks[0].created == 2);
  CHECK(report.blocks[0].reason == "thing 1 is secret");
}

TEST_CASE("W-39: what was sent as it is costs no comparison, and what is missing comes back") {
  World world;
  world.SetItems(Things(1000));
  world.Sync();
  const RunReport second = world.Sync();
  CHECK(second.blocks[0].unchanged == 1000);
  const RunReport third = world.Sync();
  CheckIdentities(third);
  CHECK(third.blocks[0].unchanged == 1000);
  // The token, the mapping, the state twice, the blueprint, what we own twice, and at most one question for the sample.
  CHECK(third.catalog_requests <= 8);

  world.Port().Delete("thing", std::vector<std::string>{"t500"}, false, {}, {});
  const RunReport fourth = world.Sync();
  CheckIdentities(fourth);
  CHECK(fourth.blocks[0].created == 1);
  CHECK(world.Identifiers().size() == 1000);
}

TEST_CASE("what a live event wrote is not taken for what a resync sent before") {
  World world;
  world.Sync();
  world.Sync();
  Json changed = Thing(3);
  changed["name"] = "for a moment";
  REQUIRE(world.ApplyLive({changed}, {}).upserted == 1);
  const RunReport report = world.Sync();
  CheckIdentities(report);
  CHECK(report.blocks[0].updated == 1);
  CHECK(world.Entity("t3")["title"] == "Thing 3");
}

TEST_CASE("what a live event deleted comes back with all that named it, where the source has it") {
  World world;
  std::vector<Json> things = Things(25);
  things[4]["parent"] = "t3";
  world.SetItems(things);
  world.Sync();
  world.Sync();
  REQUIRE(world.ApplyLive({}, {Thing(3)}).deleted == 1);
  REQUIRE(world.Entity("t4")["relations"]["parent"].is_null());
  CheckIdentities(world.Sync());
  CHECK(world.Entity("t4")["relations"]["parent"] == "t3");
  CHECK(world.Entity("t3")["title"] == "Thing 3");
}

TEST_CASE("what was sent without the index makes it count for nothing") {
  World world;
  world.Sync();
  world.Sync();
  std::vector<Json> changed = Things(25);
  changed[3]["name"] = "for a moment";
  world.SetItems(changed);
  world.options.change_detection = config::ChangeDetectionMode::kCatalog;
  CHECK(world.Sync().blocks[0].updated == 1);
  world.SetItems(Things(25));
  world.options.change_detection = config::ChangeDetectionMode::kIndex;
  CHECK(world.Sync().blocks[0].updated == 1);
  CHECK(world.Entity("t3")["title"] == "Thing 3");
}

TEST_CASE("what was sent by a run that did not hear of its arrival is compared again") {
  World world;
  world.Sync();
  world.Sync();
  std::vector<Json> changed = Things(25);
  changed[3]["name"] = "for a moment";
  world.SetItems(changed);
  world.SyncUntilUpsert();
  REQUIRE(world.Entity("t3")["title"] == "for a moment");
  world.SetItems(Things(25));
  CHECK(world.Sync().blocks[0].updated == 1);
  CHECK(world.Entity("t3")["title"] == "Thing 3");
}

TEST_CASE("an index of another mapping counts for nothing") {
  World world;
  world.Sync();
  world.Sync();
  world.EditByHand("t3");
  world.SetMapping((std::string(kMapping) + "entityDeletionThreshold: 0.8\n").c_str());
  CHECK(world.Sync().blocks[0].updated == 1);
  CHECK(world.Entity("t3")["title"] == "Thing 3");
}

TEST_CASE("without change detection everything is sent") {
  World world;
  world.options.change_detection = config::ChangeDetectionMode::kOff;
  world.Sync();
  CHECK(world.Sync().blocks[0].updated == 25);
}

TEST_CASE("a hand edit is found by the next full comparison") {
  World world;
  world.Sync();
  world.Sync();
  world.EditByHand("t3");
  world.options.full_comparison_interval = std::chrono::seconds(0);
  CHECK(world.Sync().blocks[0].updated == 1);
  CHECK(world.Entity("t3")["title"] == "Thing 3");
}

TEST_CASE("a mapping that is wrong is refused before anything is read") {
  World world;
  world.Port().PatchIntegrationConfig(config::ParseYaml(R"(
resources:
  - kind: thing
    selector: {query: "true"}
    port: {entity: {mappings: {identifier: '.id |', blueprint: '"thing"'}}}
)",
                                                        "mapping"));
  bool read = false;
  world.SetReader([&](ResyncContext&) { read = true; });
  CHECK_THROWS_WITH(world.Sync(),
                    Catch::Matchers::Contains("resources[0].port.entity.mappings.identifier"));
  CHECK_FALSE(read);
}

/// Lets upserts through once two of them are on their way, and counts how many ever are at a time.
class UpsertGauge : public http::Transport {
 public:
  /// The first wait until there are so many.
  explicit UpsertGauge(int expected = 2) : expected_(expected) {}
  http::Response Send(const http::WireRequest& wire, const std::stop_token& stop) override {
    if (!wire.request.url.ends_with("/entities/bulk")) return real_->Send(wire, stop);
    Enter();
    http::Response response = real_->Send(wire, stop);
    const std::lock_guard lock(mutex_);
    --now_;
    return response;
  }
  int most() const { return most_; }

 private:
  void Enter() {
    std::unique_lock lock(mutex_);
    ++now_;
    most_ = std::max(most_, now_);
    met_.notify_all();
    met_.wait(lock, [&] { return most_ >= expected_; });
  }

  const int expected_;
  std::shared_ptr<http::Transport> real_ = http::MakeCurlTransport();
  std::mutex mutex_;
  std::condition_variable met_;
  int now_ = 0;
  int most_ = 0;
};

TEST_CASE("W-21: as many upserts are on their way as the option says, and no more") {
  auto gauge = std::make_shared<UpsertGauge>();
  World world(kMapping, gauge);
  world.options.upserts_in_flight = 2;
  world.SetItems(Things(200));
  CHECK(world.Sync().outcome == Outcome::kComplete);
  CHECK(world.Identifiers().size() == 200);
  CHECK(gauge->most() == 2);
}

TEST_CASE("W-21: what needs no comparison goes to all loaders") {
  const auto gauge = std::make_shared<UpsertGauge>(5);
  World world(kMapping, gauge);
  world.options.upserts_in_flight = 5;
  world.SetItems(Things(100));
  CHECK(world.Sync().outcome == Outcome::kComplete);
  CHECK(gauge->most() == 5);
  CHECK(world.Identifiers().size() == 100);
}

TEST_CASE("what comes twice at a time is sent in order: the last counts") {
  const auto gauge = std::make_shared<UpsertGauge>(1);
  World world(kMapping, gauge);
  world.options.upserts_in_flight = 5;
  std::vector<Json> things = Things(100);
  things[99] = things[0];
  things[99]["name"] = "the last";
  world.SetItems(things);
  CHECK(world.Sync().outcome == Outcome::kComplete);
  CHECK(gauge->most() == 1);
  CHECK(world.Entity("t0")["title"] == "the last");
}

TEST_CASE("the run's report is kept") {
  World world;
  const RunReport report = world.Sync();
  CHECK(report.catalog_requests > 0);
  CHECK(report.peak_rss_bytes > 0);
  CHECK(world.Port().GetIntegration()->at("resyncState").at("status") == "completed");
  CHECK(world.progress.Snapshot().phase == "done");
}

}  // namespace
}  // namespace ocean::sync
