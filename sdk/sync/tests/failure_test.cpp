// What becomes of a run when what it relies on fails: handlers, the state folder, a source that changes its mind.
#include <sys/resource.h>

#include <csignal>

#include "world.hpp"

namespace ocean::sync {
namespace {

TEST_CASE("whatever a handler throws ends its block and nothing else") {
  World world;
  world.Sync();
  world.SetReader([](ResyncContext& ctx) {
    ctx.Emit(Batch(Things(5)));
    throw 42;
  });
  const RunReport report = world.Sync();
  CheckIdentities(report);
  CHECK(report.outcome == Outcome::kIncomplete);
  CHECK(report.blocks[0].unchanged == 5);
  CHECK(report.blocks[0].reason == "the handler failed: it threw something that is no exception");
  CHECK(world.Identifiers().size() == 25);
}

/// While it is full no file of this process can be written.
class Disk {
 public:
  Disk() : handler_(std::signal(SIGXFSZ, SIG_IGN)) { getrlimit(RLIMIT_FSIZE, &limit_); }
  Disk(const Disk&) = delete;
  Disk& operator=(const Disk&) = delete;
  ~Disk() {
    Fill(false);
    std::signal(SIGXFSZ, handler_);
  }

  void Fill(bool full) const {
    const rlimit limit = {full ? 0 : limit_.rlim_cur, limit_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }

 private:
  void (*handler_)(int);
  rlimit limit_{};
};

/// What Port says of the last resync.
std::string StatusInPort(World& world) {
  return Get(Get(*world.Port().GetIntegration(), "resyncState"), "status").get<std::string>();
}

TEST_CASE("a state folder that is full fails the run that must write there, and Port hears of it") {
  const Disk disk;
  World world;
  world.Sync();
  const bool sends = GENERATE(true, false);
  std::vector<Json> things = Things(25);
  if (sends) things[3]["name"] = "renamed";
  world.SetReader([&](ResyncContext& ctx) {
    disk.Fill(true);
    ctx.Emit(Batch(things));
  });
  const RunReport report = world.Sync();
  disk.Fill(false);
  // What is sent leaves the index before; of what is not, nothing has to be written.
  CHECK(report.outcome == (sends ? Outcome::kFailed : Outcome::kComplete));
  CHECK_THAT(report.error, Catch::Matchers::Contains(sends ? "index.db" : ""));
  CHECK(StatusInPort(world) == (sends ? "failed" : "completed"));
  CHECK(world.log().Has(LogLevel::kError, "the run's report cannot be kept"));
  CHECK(world.Entity("t3")["title"] == "Thing 3");

  world.SetItems(things);
  CHECK(world.Sync().outcome == Outcome::kComplete);
  CHECK(world.Sync().outcome == Outcome::kComplete);
  CHECK(world.Entity("t3")["title"] == (sends ? "renamed" : "Thing 3"));
}

TEST_CASE("what the source has when it is read again is not deleted for the first reading") {
  World world;
  std::vector<Json> things = Things(25);
  world.Sync();
  // Gone without our doing: the source is read a second time for it.
  world.Port().Delete("thing", std::vector<std::string>{"t1"}, false, {}, {});
  int readings = 0;
  std::string absent = "t5";
  SECTION("where it is itself") {}
  SECTION("or is named by what comes back") {
    absent = "t24";
    things.pop_back();
  }
  world.SetReader([&](ResyncContext& ctx) {
    std::vector<Json> items = things;
    if (++readings == 1) {
      std::erase_if(items, [&](const Json& item) { return item["id"] == absent; });
    } else {
      items[1]["parent"] = absent;
    }
    ctx.Emit(Batch(std::move(items)));
  });
  const RunReport report = world.Sync();
  CHECK(readings == 2);
  CheckIdentities(report);
  CHECK(report.blueprints[0].deleted == 0);
  CHECK(world.Identifiers().size() == 25);
}

/// Carries deletions out and cuts off their answers.
class CutsDeletions final : public http::Transport {
 public:
  http::Response Send(const http::WireRequest& request, const std::stop_token& stop) override {
    http::Response response = wire_->Send(request, stop);
    if (request.request.url.find("/bulk/entities/delete") != std::string::npos)
      response.body = R"({"ok": true, "dele)";
    return response;
  }

 private:
  const std::shared_ptr<http::Transport> wire_ = http::MakeCurlTransport();
};

TEST_CASE("what was deleted is told, also when the answer to it is no answer") {
  World world(kMapping, std::make_shared<CutsDeletions>());
  world.Sync();
  world.SetItems(Things(20));
  const RunReport report = world.Sync();
  CHECK(world.Identifiers().size() == 20);
  CHECK(report.blueprints[0].deleted == 5);
  CHECK(report.blueprints[0].held_back == 0);
  CHECK(report.outcome == Outcome::kComplete);
}

}  // namespace
}  // namespace ocean::sync
