#include "ocean/state/journal.hpp"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <future>
#include <string>
#include <vector>

#include "faulty_disk.hpp"
#include "ocean/base/error.hpp"
#include "ocean/base/hash.hpp"
#include "ocean/catch.hpp"
#include "ocean/testing/manual_clock.hpp"

namespace ocean::state {
namespace {

struct Folder {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("ocean-journal-" + RandomUuid());
  std::filesystem::path file() const { return path / "events.db"; }
  ~Folder() { std::filesystem::remove_all(path); }
};

Delivery Event(std::string key, std::string id = {}, std::string body = "{}") {
  return {.path = "/webhook",
          .id = std::move(id),
          .headers = R"({"x-event":"1"})",
          .body = std::move(body),
          .entries = {{"Processor", std::move(key), "issue"}}};
}

struct Fixture {
  explicit Fixture(JournalOptions more = {}) : options(std::move(more)) {
    options.file = folder.file();
    Open();
  }
  void Open() {
    journal.reset();
    journal.emplace(options, clock, Logger::Null());
  }
  /// Everything that was asked for before is written, too.
  AppendOutcome Append(Delivery delivery) {
    std::promise<AppendOutcome> outcome;
    journal->Append(std::move(delivery), [&](AppendOutcome one) { outcome.set_value(one); });
    return outcome.get_future().get();
  }
  std::vector<std::string> PendingKeys() const {
    std::vector<std::string> keys;
    for (const EventRow& row : JournalDesk(folder.file()).List()) {
      if (!row.dead) keys.push_back(row.key);
    }
    return keys;
  }

  Folder folder;
  testing::ManualClock clock;
  JournalOptions options;
  std::optional<Journal> journal;
};

using Keys = std::vector<std::string>;

TEST_CASE("what is stored is there after the next start, in its order, byte by byte") {
  Fixture fixture;
  const std::string body("\0\xff not even text", 16);
  CHECK(fixture.Append(Event("a", "", body)) == AppendOutcome::kStored);
  CHECK(fixture.Append(Event("b")) == AppendOutcome::kStored);
  fixture.Open();
  const auto rows = fixture.journal->Take(10);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].path == "/webhook");
  CHECK(rows[0].processor == "Processor");
  CHECK(rows[0].kinds == "issue");
  CHECK(rows[0].received_at == fixture.clock.Now());
  CHECK(fixture.PendingKeys() == Keys{"a", "b"});
  const auto content = fixture.journal->Content(rows[0].sequence);
  REQUIRE(content);
  CHECK(content->body == body);
  CHECK(content->headers == R"({"x-event":"1"})");
  CHECK(fixture.journal->Take(10).empty());
}

TEST_CASE("a delivery for two processors is two events") {
  Fixture fixture;
  Delivery delivery = Event("a", "id");
  delivery.entries.push_back({"Other", "b", ""});
  CHECK(fixture.Append(delivery) == AppendOutcome::kStored);
  CHECK(fixture.PendingKeys() == Keys{"a", "b"});
  CHECK(fixture.Append(delivery) == AppendOutcome::kDuplicate);
  CHECK(fixture.PendingKeys().size() == 2);
}

TEST_CASE("a delivery is known again within the window, also after a start, and on its path only") {
  Fixture fixture({.dedupe_window = std::chrono::seconds(60)});
  CHECK(fixture.Append(Event("a", "1")) == AppendOutcome::kStored);
  CHECK(fixture.Append(Event("a", "1")) == AppendOutcome::kDuplicate);
  CHECK(fixture.Append(Event("a", "2")) == AppendOutcome::kStored);
  CHECK(fixture.Append(Event("a")) == AppendOutcome::kStored);
  CHECK(fixture.Append(Event("a")) == AppendOutcome::kStored);
  Delivery elsewhere = Event("a", "1");
  elsewhere.path = "/other";
  CHECK(fixture.Append(elsewhere) == AppendOutcome::kStored);
  fixture.Open();
  CHECK(fixture.Append(Event("a", "1")) == AppendOutcome::kDuplicate);
  fixture.clock.Advance(std::chrono::seconds(61));
  CHECK(fixture.Append(Event("a", "1")) == AppendOutcome::kStored);
  CHECK(fixture.Append(Event("a", "1")) == AppendOutcome::kDuplicate);
}

TEST_CASE(
    "W-26: an event that is done is gone, one that failed comes again, one that is given up "
    "stays") {
  Fixture fixture;
  for (const auto* key : {"a", "b", "c"}) fixture.Append(Event(key));
  const auto rows = fixture.journal->Take(10);
  const TimePoint later = fixture.clock.Now() + std::chrono::seconds(5);
  fixture.journal->Done({rows[0].sequence});
  fixture.journal->Retry(rows[1].sequence, 2, later, "not yet");
  fixture.journal->Bury(rows[2].sequence, 7, "never");
  fixture.Append(Event("d"));
  CHECK(fixture.PendingKeys() == Keys{"b", "d"});
  CHECK_FALSE(fixture.journal->Content(rows[0].sequence).has_value());

  JournalDesk desk(fixture.folder.file());
  const auto retried = desk.Find(rows[1].sequence);
  REQUIRE(retried);
  CHECK(retried->attempts == 2);
  CHECK(retried->not_before == later);
  CHECK(retried->error == "not yet");
  const auto dead = desk.Find(rows[2].sequence);
  REQUIRE(dead);
  CHECK(dead->dead);
  CHECK(dead->attempts == 7);
  CHECK(dead->error == "never");
  const auto counts = fixture.journal->Counts();
  REQUIRE(counts.size() == 1);
  CHECK(counts[0].pending == 2);
  CHECK(counts[0].dead == 1);
  CHECK(counts[0].oldest == fixture.clock.Now());
}

TEST_CASE("a path takes no more than its limits, until something of it is done") {
  Fixture fixture({.max_events = 2, .max_bytes = 100});
  CHECK(fixture.Append(Event("a")) == AppendOutcome::kStored);
  CHECK(fixture.Append(Event("b", "", std::string(80, 'x'))) == AppendOutcome::kFull);
  CHECK(fixture.Append(Event("b")) == AppendOutcome::kStored);
  CHECK(fixture.Append(Event("c")) == AppendOutcome::kFull);
  Delivery elsewhere = Event("d");
  elsewhere.path = "/other";
  CHECK(fixture.Append(elsewhere) == AppendOutcome::kStored);

  const auto rows = fixture.journal->Take(10);
  SECTION("done") {
    fixture.journal->Done({rows[0].sequence});
  }
  SECTION("given up") {
    fixture.journal->Bury(rows[0].sequence, 1, "never");
  }
  SECTION("dropped by a person") {
    CHECK(JournalDesk(fixture.folder.file()).Drop(rows[0].sequence));
  }
  SECTION("after a start") {
    fixture.journal->Done({rows[0].sequence});
    fixture.Open();
  }
  CHECK(fixture.Append(elsewhere) == AppendOutcome::kStored);
  CHECK(fixture.Append(Event("c")) == AppendOutcome::kStored);
  CHECK(fixture.Append(Event("e")) == AppendOutcome::kFull);
}

TEST_CASE("of dead events the newest stay") {
  Fixture fixture({.max_dead = 2});
  for (const auto* key : {"a", "b", "c"}) fixture.Append(Event(key));
  for (const EventRow& row : fixture.journal->Take(10)) {
    fixture.journal->Bury(row.sequence, 1, "never");
  }
  fixture.Append(Event("d"));
  Keys dead;
  for (const EventRow& row : JournalDesk(fixture.folder.file()).List()) {
    if (row.dead) dead.push_back(row.key);
  }
  CHECK(dead == Keys{"b", "c"});
}

TEST_CASE("a replayed event comes behind all others, as if it were new") {
  Fixture fixture;
  for (const auto* key : {"a", "b"}) fixture.Append(Event(key, "", key));
  const auto first = fixture.journal->Take(1).front().sequence;
  fixture.journal->Bury(first, 4, "never");
  fixture.Append(Event("c"));
  JournalDesk desk(fixture.folder.file());
  const auto replayed = desk.Replay(first);
  REQUIRE(replayed);
  CHECK(fixture.PendingKeys() == Keys{"b", "c", "a"});
  CHECK(desk.Find(*replayed)->attempts == 0);
  CHECK(desk.Content(*replayed)->body == "a");
  CHECK_FALSE(desk.Find(first).has_value());
  CHECK_FALSE(desk.Replay(first).has_value());
  CHECK_FALSE(desk.Drop(first));
}

TEST_CASE("a file that cannot be used refuses events with the reason, and heals when it does") {
  Folder folder;
  std::filesystem::create_directories(folder.path);
  std::string expected;
  SECTION("damaged") {
    std::ofstream(folder.file()) << std::string(8192, 'x');
    expected = "not a database";
  }
  SECTION("no file at all") {
    std::filesystem::create_directories(folder.file());
    expected = "unable to open";
  }
  testing::ManualClock clock;
  Journal journal({.file = folder.file()}, clock, Logger::Null());
  const auto append = [&] {
    std::promise<AppendOutcome> outcome;
    journal.Append(Event("a"), [&](AppendOutcome one) { outcome.set_value(one); });
    return outcome.get_future().get();
  };
  CHECK(append() == AppendOutcome::kFailed);
  CHECK_THAT(journal.problem(), Catch::Contains(expected) && Catch::Contains("events.db"));
  std::filesystem::remove_all(folder.file());
  CHECK(append() == AppendOutcome::kStored);
  CHECK(journal.problem().empty());
}

TEST_CASE("what was done while the disk was ill is written when it is well") {
  std::atomic<bool> ill = false;
  Fixture fixture;
  fixture.options.at_point = [&](std::string_view point) {
    if (ill && point == "commit") throw Error(ErrorKind::kTransient, "the disk is ill");
  };
  fixture.Open();
  fixture.Append(Event("a"));
  fixture.Append(Event("b"));
  ill = true;
  fixture.journal->Done({fixture.journal->Take(1).front().sequence});
  CHECK(fixture.Append(Event("c")) == AppendOutcome::kFailed);
  CHECK(fixture.journal->problem() == "the disk is ill");
  CHECK(fixture.PendingKeys() == Keys{"a", "b"});
  ill = false;
  CHECK(fixture.Append(Event("d")) == AppendOutcome::kStored);
  CHECK(fixture.PendingKeys() == Keys{"b", "d"});
  CHECK(fixture.journal->problem().empty());
}

TEST_CASE("a disk that fails refuses events and loses none that it took") {
  test::FaultyDisk disk;
  Fixture fixture;
  Keys stored;
  const auto append = [&](int number) {
    const std::string key = std::to_string(number);
    const AppendOutcome outcome = fixture.Append(Event(key, key));
    if (outcome == AppendOutcome::kStored) stored.push_back(key);
    return outcome;
  };
  for (int round = 0; round < 4; ++round) {
    const int first = round * 10;
    CHECK(append(first) == AppendOutcome::kStored);
    (round % 2 == 0 ? disk.full : disk.syncs_fail) = true;
    CHECK(append(first + 1) == AppendOutcome::kFailed);
    CHECK_THAT(fixture.journal->problem(), Catch::Contains("events.db"));
    disk.full = false;
    disk.syncs_fail = false;
    CHECK(append(first + 2) == AppendOutcome::kStored);
    CHECK(fixture.journal->problem().empty());
  }
  fixture.Open();
  fixture.Append(Event("last"));
  const Keys pending = fixture.PendingKeys();
  for (const std::string& key : stored) {
    CHECK(std::count(pending.begin(), pending.end(), key) == 1);
  }
  fixture.journal.reset();
}

TEST_CASE("requests that come together share a commit, and each is answered once") {
  constexpr int kRequests = 500;
  std::atomic<int> commits = 0;
  std::promise<void> may_go_on;
  Fixture fixture;
  fixture.options.at_point = [&, gate = may_go_on.get_future().share()](std::string_view point) {
    if (point == "commit" && ++commits == 2) gate.wait();
  };
  fixture.Open();
  std::atomic<int> answers = 0;
  std::promise<void> all;
  for (int i = 0; i < kRequests; ++i) {
    fixture.journal->Append(Event(std::to_string(i)), [&](AppendOutcome outcome) {
      CHECK(outcome == AppendOutcome::kStored);
      if (++answers == kRequests) all.set_value();
    });
  }
  may_go_on.set_value();
  all.get_future().wait();
  CHECK(commits <= 3);
  CHECK(fixture.PendingKeys().size() == kRequests);
}

TEST_CASE("who waits for events is told of each commit") {
  Fixture fixture;
  std::atomic<int> told = 0;
  fixture.journal->OnStored([&] { ++told; });
  fixture.Append(Event("a", "1"));
  fixture.Append(Event("a", "1"));
  fixture.Append(Event("b"));
  fixture.journal.reset();
  CHECK(told == 2);
}

TEST_CASE("there is no journal where none was written") {
  const Folder folder;
  CHECK_THROWS_WITH(JournalDesk(folder.file()), Catch::Contains("no journal of live events"));
  CHECK_FALSE(std::filesystem::exists(folder.file()));
}

}  // namespace
}  // namespace ocean::state
