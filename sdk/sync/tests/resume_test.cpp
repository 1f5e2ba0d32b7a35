// Resyncs that are interrupted, and the ones that go on with them.
#include <map>
#include <mutex>
#include <thread>

#include "ocean/error_of.hpp"
#include "ocean/sync/plan.hpp"
#include "ocean/testing/manual_clock.hpp"
#include "run_checkpoint.hpp"
#include "world.hpp"

namespace ocean::sync {
namespace {

using testing::ErrorOf;

constexpr std::ptrdiff_t kPageSize = 10;

/// A collection with cursors that stay good, as an author writes one.
class Collection {
 public:
  explicit Collection(std::string name = "things") : name_(std::move(name)) {}

  std::vector<Json> items;
  /// Called before a page is read, with its number.
  std::function<void(int page)> before = [](int) {};
  bool is_stable = true;
  /// About every page.
  std::string doubt;
  /// Cursors are not known any more.
  bool forgot = false;

  PageRange Pages() {
    auto next = std::make_shared<int>(0);
    return {[this, next]() -> std::optional<Batch> { return Read(*next); },
            {.collection = name_,
             .place = [this, next] { return PageRange::Place{CursorOf(*next), is_stable}; },
             .go_to =
                 [next](const std::optional<std::string>& cursor) {
                   *next = cursor ? std::stoi(*cursor) : 0;
                 }}};
  }
  /// How often each page was read, since the last call.
  std::map<int, int> TakeReads() {
    const std::lock_guard lock(mutex_);
    return std::exchange(reads_, {});
  }

 private:
  std::optional<std::string> CursorOf(int page) const {
    if (page * kPageSize >= static_cast<int>(items.size())) return std::nullopt;
    return std::to_string(page);
  }

  std::optional<Batch> Read(int& page) {
    if (page > 0 && !CursorOf(page)) return std::nullopt;
    before(page);
    {
      const std::lock_guard lock(mutex_);
      ++reads_[page];
    }
    if (page > 0 && std::exchange(forgot, false))
      throw Error(ErrorKind::kPermanent, "GET /things answered 400: no such cursor");
    const auto first = items.begin() + page * kPageSize;
    const auto end =
        items.begin() + std::min<std::ptrdiff_t>((page + 1) * kPageSize, std::ssize(items));
    ++page;
    Batch batch(std::vector<Json>(first, end));
    batch.MarkDoubtful(doubt);
    return batch;
  }

  const std::string name_;
  std::mutex mutex_;
  std::map<int, int> reads_;
};

/// A hundred things in ten pages, read by one walk.
struct Source : World {
  explicit Source(const char* mapping = kMapping) : World(mapping) {
    things.items = Things(100);
    options.send_examples = false;
    SetReader([this](ResyncContext& ctx) { ctx.EmitAll(things.Pages()); });
  }

  /// A run that is cancelled while the page is read, when so many portions are settled.
  void SyncUntilPage(int page, std::int64_t portions = 0) {
    std::stop_source stop;
    things.before = [&](int number) {
      if (number != page) return;
      while (store().checkpoint().LastPortion() < portions) std::this_thread::yield();
      stop.request_stop();
      ThrowCancelled("reading things");
    };
    CHECK_THROWS_AS(Sync(stop.get_token()), Error);
    things.before = [](int) {};
  }

  Collection things;
};

TEST_CASE("a cancelled resync goes on with the page it had come to") {
  Source source;
  source.SetItems(Things(101));
  source.Sync();
  source.SetReader([&](ResyncContext& ctx) { ctx.EmitAll(source.things.Pages()); });
  const int page = GENERATE(1, 5, 9);
  source.things.items[3]["name"] = "renamed";
  source.SyncUntilPage(page);
  CHECK(source.things.TakeReads().size() == static_cast<std::size_t>(page));

  const RunReport report = source.Sync();
  CHECK(report.resumed);
  const std::map<int, int> reads = source.things.TakeReads();
  CHECK(reads.size() == static_cast<std::size_t>(10 - page));
  CHECK(reads.begin()->first == page);
  CheckIdentities(report);
  CHECK(report.outcome == Outcome::kComplete);
  CHECK(report.blocks[0].pages == 10);
  CHECK(report.blocks[0].extracted == 100);
  CHECK(report.blocks[0].updated + report.blocks[0].unchanged == 100);
  CHECK(source.Entity("t3")["title"] == "renamed");
  // What was seen before the interruption counts: only the one that is gone was deleted.
  CHECK(report.blueprints[0].seen == 100);
  CHECK(report.blueprints[0].deleted == 1);
  CHECK(source.Identifiers().size() == 100);

  const RunReport next = source.Sync();
  CHECK_FALSE(next.resumed);
  CHECK(source.things.TakeReads().size() == 10);
  CHECK(next.blocks[0].unchanged == 100);
}

TEST_CASE("a resync can be interrupted again and again") {
  Source source;
  for (int page = 1; page < 10; ++page) source.SyncUntilPage(page);
  const RunReport report = source.Sync();
  CHECK(report.resumed);
  CheckIdentities(report);
  CHECK(report.blocks[0].extracted == 100);
  CHECK(source.Identifiers().size() == 100);
  for (const auto& [page, reads] : source.things.TakeReads()) CHECK(reads == 1);
}

TEST_CASE("a resync that was interrupted while it deleted reads nothing again") {
  Source source;
  source.SetItems(Things(101));
  source.Sync();
  source.SetReader([&](ResyncContext& ctx) { ctx.EmitAll(source.things.Pages()); });
  source.SyncUntil("/delete");
  CHECK(source.things.TakeReads().size() == 10);
  const RunReport report = source.Sync();
  CHECK(report.resumed);
  CHECK(source.things.TakeReads().empty());
  CheckIdentities(report);
  CHECK(report.outcome == Outcome::kComplete);
  CHECK(report.blocks[0].extracted == 100);
  CHECK(report.blueprints[0].seen == 100);
  CHECK(source.Identifiers().size() == 100);
}

TEST_CASE("another mapping, another source and an emptied catalog begin anew") {
  Source source;
  source.SyncUntilPage(5);
  source.things.TakeReads();
  SECTION("the mapping") {
    source.SetMapping((std::string("deleteDependentEntities: true\n") + kMapping).c_str());
  }
  SECTION("the source") {
    source.options.source = "another";
  }
  SECTION("the catalog") {
    // Something of what is settled had arrived in it, or else it would be right to go on.
    source.things.items = Things(2000);
    source.Sync();
    source.SyncUntilPage(150, 1);
    source.things.TakeReads();
    source.Port().Delete("thing", source.Identifiers(), false, {}, {});
  }
  const RunReport report = source.Sync();
  CHECK_FALSE(report.resumed);
  CHECK(source.things.TakeReads().size() == source.things.items.size() / kPageSize);
  CHECK(source.Identifiers().size() == source.things.items.size());
}

TEST_CASE("a checkpoint is good for a day, for what it was begun with") {
  const testing::TempDir folder;
  state::Store store(folder.path());
  const testing::CaptureLog log;
  RunCheckpoint checkpoint(store.checkpoint(), log.logger());
  const TimePoint start = testing::ManualClock().Now();
  CHECK_FALSE(checkpoint.Find("context", start));
  store.checkpoint().Begin({"run", "context", start, std::nullopt});
  CHECK(checkpoint.Find("context", start));
  CHECK(checkpoint.Find("context", start + kCheckpointAge - Duration(1)));
  CHECK_FALSE(checkpoint.Find("context", start + kCheckpointAge));
  CHECK_FALSE(checkpoint.Find("another", start));
  // A clock that was set back says nothing about its age.
  CHECK_FALSE(checkpoint.Find("context", start - Duration(1)));
}

TEST_CASE("walks whose places move, and handlers that do more than one walk, begin anew") {
  Source source;
  Collection others("others");
  others.items = {{{"id", "other"}, {"name", "Other"}, {"n", 0}, {"parent", nullptr}}};
  SECTION("places that move") {
    source.things.is_stable = false;
  }
  SECTION("another walk first") {
    source.SetReader([&](ResyncContext& ctx) {
      ctx.EmitAll(others.Pages());
      ctx.EmitAll(source.things.Pages());
    });
  }
  SECTION("pages of its own first") {
    source.SetReader([&](ResyncContext& ctx) {
      ctx.Emit(Batch(others.items));
      ctx.EmitAll(source.things.Pages());
    });
  }
  source.SyncUntilPage(5);
  source.things.TakeReads();
  const RunReport report = source.Sync();
  CHECK(source.things.TakeReads().size() == 10);
  CHECK(report.outcome == Outcome::kComplete);
  CheckIdentities(report);
  CHECK(report.blocks[0].extracted == 100 + (source.things.is_stable ? 1 : 0));
}

TEST_CASE("what moves between the walks of a handler while no run is under way is not deleted") {
  Source source;
  source.Sync();
  Collection others("others");
  // One moves from the second collection to where the first was read already.
  others.items = {source.things.items.back()};
  source.things.items.pop_back();
  source.SetReader([&](ResyncContext& ctx) {
    ctx.EmitAll(source.things.Pages());
    ctx.EmitAll(others.Pages());
  });
  source.SyncUntilPage(5);
  source.things.items.insert(source.things.items.begin(), others.items.front());
  others.items = {{{"id", "new"}, {"name", "New"}, {"n", 0}, {"parent", nullptr}}};
  const RunReport report = source.Sync();
  CHECK(report.blocks[0].outcome == Outcome::kIncomplete);
  CHECK_THAT(report.blocks[0].reason, Catch::Matchers::Contains("interrupted"));
  CHECK(source.Identifiers().size() == 101);
  CHECK(source.Sync().outcome == Outcome::kComplete);
  CHECK(source.Identifiers().size() == 101);
}

TEST_CASE("a cursor that the source does not know any more: all is read") {
  Source source;
  source.SyncUntilPage(5);
  source.things.TakeReads();
  source.things.forgot = true;
  const RunReport report = source.Sync();
  CHECK(report.outcome == Outcome::kComplete);
  CheckIdentities(report);
  CHECK(source.things.TakeReads().size() == 10);
  CHECK(source.Identifiers().size() == 100);
  CHECK(
      source.log().Has(LogLevel::kWarning, "the place where the last run was interrupted is gone"));
}

TEST_CASE("what made a block incomplete before the interruption does so after it") {
  Source source;
  source.SetItems(Things(101));
  source.Sync();
  source.SetReader([&](ResyncContext& ctx) { ctx.EmitAll(source.things.Pages()); });
  source.things.doubt = "items were moved while they were read";
  source.SyncUntilPage(5);
  source.things.doubt.clear();
  const RunReport report = source.Sync();
  CheckIdentities(report);
  CHECK(report.blocks[0].outcome == Outcome::kIncomplete);
  CHECK_THAT(report.blocks[0].reason, Catch::Matchers::Contains("items were moved"));
  CHECK(source.Identifiers().size() == 101);
}

TEST_CASE("what the catalog refused before the interruption gets its second try after it") {
  Source source((std::string("createMissingRelatedEntities: false\n") + kMapping).c_str());
  source.things.items = Things(2000);
  // It waits for one of the last page, and its portion is settled by then.
  source.things.items[0]["parent"] = "t1999";
  source.SyncUntilPage(199, 1);
  const RunReport report = source.Sync();
  CHECK(report.resumed);
  CheckIdentities(report);
  CHECK(report.outcome == Outcome::kComplete);
  CHECK(report.blocks[0].created + report.blocks[0].updated + report.blocks[0].unchanged == 2000);
  CHECK(source.Entity("t0")["relations"]["parent"] == "t1999");
}

TEST_CASE("a page that was read before the interruption does not undo a live event") {
  Source source;
  source.SyncUntilPage(5);
  Json changed = source.things.items[7];
  changed["name"] = "changed since";
  source.ApplyLive({changed});
  const RunReport report = source.Sync();
  CHECK(report.resumed);
  CheckIdentities(report);
  CHECK(source.Entity("t7")["title"] == "changed since");
}

TEST_CASE("a plan that is carried out ends what was interrupted") {
  Source source;
  source.SyncUntilPage(5);
  const Plan plan = Engine(source.Parts(), source.options).MakePlan(source.progress, {});
  CHECK(source.store().checkpoint().Find());
  Engine(source.Parts(), source.options).CarryOut(plan, source.progress, {});
  source.things.TakeReads();
  CHECK_FALSE(source.Sync().resumed);
  CHECK(source.things.TakeReads().size() == 10);
}

TEST_CASE("two runs do not go on with the same checkpoint, nor keep two") {
  Source source;
  const Plan plan = Engine(source.Parts(), source.options).MakePlan(source.progress, {});
  // As another process has it.
  state::Store store(source.store().folder());
  const Engine::Parts parts = source.Parts();
  const auto at_work = Catch::Matchers::Contains("another run is at work with the state folder");
  source.things.before = [&](int page) {
    if (page != 5) return;
    Progress progress;
    Engine other({parts.port, store, parts.kinds, parts.clock, parts.logger, nullptr},
                 source.options);
    CHECK_THAT(ErrorOf([&] { other.Resync(progress, {}); }), at_work);
    CHECK_THAT(ErrorOf([&] { other.CarryOut(plan, progress, {}); }), at_work);
  };
  CHECK(source.Sync().outcome == Outcome::kComplete);
  CHECK(source.Sync().outcome == Outcome::kComplete);
}

}  // namespace
}  // namespace ocean::sync
