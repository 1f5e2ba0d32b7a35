#include "ocean/state/redis_queue.hpp"

#include <algorithm>
#include <future>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "ocean/base/error.hpp"
#include "ocean/base/json.hpp"
#include "ocean/catch.hpp"
#include "redis_connection.hpp"
#include "redis_server.hpp"

namespace ocean::state {
namespace {

constexpr auto kStream = "org/live-events/raw/event-stream";
constexpr auto kGroup = "test.mine";

using Keys = std::vector<std::string>;

Delivery Event(std::string key, std::string id = {}, std::string body = "{}") {
  return {.path = "/webhook",
          .id = std::move(id),
          .headers = R"({"x-event":"1"})",
          .body = std::move(body),
          .entries = {{"Processor", std::move(key), "issue"}}};
}

/// Takes what is signed, for the key that its body names.
Admission AdmitSigned(const ForeignEvent& event) {
  Admission admission{{.path = event.path, .headers = "{}", .body = event.body}};
  if (ParseJson(event.headers).value("x-token", "") != "secret") {
    admission.refusal = "it is not signed";
    return admission;
  }
  const Json body = ParseJson(event.body);
  admission.delivery.id = GetString(body, "delivery");
  admission.delivery.entries = {{"Processor", GetString(body, "key"), "issue"}};
  return admission;
}

/// One of several processes that share the stream of a server.
class Worker {
 public:
  Worker(const testing::RedisServer& server, std::string name, RedisQueueOptions more = {})
      : options_(std::move(more)) {
    options_.address = ParseRedisUrl(server.url());
    options_.stream = kStream;
    options_.group = kGroup;
    options_.consumer = std::move(name);
    options_.block = std::chrono::milliseconds(20);
    options_.backoff = std::chrono::milliseconds(20);
    options_.scan_interval = std::chrono::milliseconds(20);
    options_.admit = AdmitSigned;
    Open();
    Until([this] { return queue_->problem().empty(); });
  }
  void Open() { queue_.emplace(options_, Clock::System(), Logger::Null()); }
  void Close() { queue_.reset(); }
  RedisQueue& queue() { return *queue_; }

  AppendOutcome Append(Delivery delivery) {
    std::promise<AppendOutcome> outcome;
    queue_->Append(std::move(delivery), [&](AppendOutcome one) { outcome.set_value(one); });
    return outcome.get_future().get();
  }
  /// Waits for so many events.
  std::vector<EventRow> Take(std::size_t count) {
    std::vector<EventRow> rows;
    Until([&] {
      for (EventRow& row : queue_->Take(count - rows.size())) rows.push_back(std::move(row));
      return rows.size() == count;
    });
    return rows;
  }
  void UntilPending(std::int64_t count) {
    Until([&] { return Pending() == count; });
  }
  std::int64_t Pending() {
    std::int64_t pending = 0;
    for (const EventCount& one : queue_->Counts()) pending += one.pending;
    return pending;
  }
  static void Until(const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > end) FAIL("it never came to it");
      std::this_thread::yield();
    }
  }

 private:
  RedisQueueOptions options_;
  std::optional<RedisQueue> queue_;
};

Keys KeysOf(const std::vector<EventRow>& rows) {
  Keys keys;
  for (const EventRow& row : rows) keys.push_back(row.key);
  return keys;
}

Keys Sorted(Keys keys) {
  std::sort(keys.begin(), keys.end());
  return keys;
}

/// The attempts before, of the events of one key.
std::vector<int> AttemptsOf(const std::string& key, const std::vector<EventRow>& rows) {
  std::vector<int> attempts;
  for (const EventRow& row : rows) {
    if (row.key == key) attempts.push_back(row.attempts);
  }
  return attempts;
}

RedisDesk Desk(const testing::RedisServer& server) {
  return {ParseRedisUrl(server.url()), kStream, kGroup};
}

/// Adds an entry as a gateway does.
void AddForeign(const testing::RedisServer& server, const std::string& body,
                const std::string& token = "secret") {
  RedisConnection redis(ParseRedisUrl(server.url()), std::chrono::milliseconds(0));
  redis.Run({"XADD", kStream, "*", "eventId", "trace", "webhookPath", "webhook", "payload", body,
             "headers", R"({"x-token":")" + token + "\"}", "queuedAt", "1700000000000000000"});
}

}  // namespace

TEST_CASE("what is stored in Redis is there after a crash of it, in its order, byte by byte") {
  testing::RedisServer server;
  Worker worker(server, "a");
  const std::string body("\0\xff not even text", 16);
  CHECK(worker.Append(Event("a", "", body)) == AppendOutcome::kStored);
  CHECK(worker.Append(Event("b")) == AppendOutcome::kStored);
  server.Kill();
  CHECK(worker.Append(Event("c")) == AppendOutcome::kFailed);
  Worker::Until([&] { return !worker.queue().problem().empty(); });
  CHECK_THAT(worker.queue().problem(), Catch::Contains("check live_events.redis_stream.url"));
  server.Start();
  Worker::Until([&] { return worker.queue().problem().empty(); });
  const auto rows = worker.Take(2);
  CHECK(KeysOf(rows) == Keys{"a", "b"});
  CHECK(rows[0].path == "/webhook");
  CHECK(rows[0].processor == "Processor");
  CHECK(rows[0].kinds == "issue");
  const auto content = worker.queue().Content(rows[0].sequence);
  REQUIRE(content);
  CHECK(content->body == body);
  CHECK(content->headers == R"({"x-event":"1"})");
}

TEST_CASE("W-26: events in Redis are done, tried again or given up, and known by their delivery") {
  testing::RedisServer server;
  Worker worker(server, "a");
  CHECK(worker.Append(Event("a", "1")) == AppendOutcome::kStored);
  CHECK(worker.Append(Event("a", "1")) == AppendOutcome::kDuplicate);
  CHECK(worker.Append(Event("b")) == AppendOutcome::kStored);
  Delivery both = Event("c");
  both.entries.push_back({"Other", "d", "sprint"});
  CHECK(worker.Append(both) == AppendOutcome::kStored);
  const auto rows = worker.Take(4);
  CHECK(KeysOf(rows) == Keys{"a", "b", "c", "d"});
  worker.queue().Done({rows[0].sequence});
  worker.queue().Retry(rows[1].sequence, 2, rows[1].received_at + std::chrono::seconds(5), "no");
  worker.queue().Bury(rows[2].sequence, 7, "never");
  worker.Append(Event("e"));
  worker.UntilPending(4);
  CHECK_FALSE(worker.queue().Content(rows[0].sequence).has_value());

  RedisDesk desk = Desk(server);
  CHECK(Sorted(KeysOf(desk.List())) == Keys{"b", "c", "d", "e"});
  const auto retried = desk.Find(rows[1].sequence);
  REQUIRE(retried);
  CHECK(retried->attempts == 2);
  CHECK(retried->error == "no");
  CHECK(retried->not_before == retried->received_at + std::chrono::seconds(5));
  const auto listed = desk.List();
  const auto dead = std::find_if(listed.begin(), listed.end(), [](auto& row) { return row.dead; });
  REQUIRE(dead != listed.end());
  CHECK(dead->key == "c");
  CHECK(dead->attempts == 7);
  CHECK(dead->error == "never");

  // The rest of the entry that was given up in part goes; the dead one comes again.
  worker.queue().Done({rows[3].sequence});
  const auto replayed = desk.Replay(dead->sequence);
  REQUIRE(replayed);
  CHECK(KeysOf(worker.Take(2)) == Keys{"e", "c"});
  CHECK(worker.queue().Content(*replayed)->headers == both.headers);
  CHECK(desk.Drop(rows[1].sequence));
  CHECK_FALSE(desk.Drop(rows[1].sequence));
  worker.UntilPending(2);
  CHECK(desk.List().size() == 2);
}

TEST_CASE("a path in Redis takes no more than its limits, and of the dead the newest stay") {
  testing::RedisServer server;
  Worker worker(server, "a", {.max_events = 2, .max_bytes = 100, .max_dead = 1});
  CHECK(worker.Append(Event("a")) == AppendOutcome::kStored);
  worker.UntilPending(1);
  CHECK(worker.Append(Event("b", "", std::string(80, 'x'))) == AppendOutcome::kFull);
  CHECK(worker.Append(Event("b")) == AppendOutcome::kStored);
  worker.UntilPending(2);
  CHECK(worker.Append(Event("c")) == AppendOutcome::kFull);
  for (const EventRow& row : worker.Take(2)) worker.queue().Bury(row.sequence, 1, "never");
  worker.UntilPending(0);
  CHECK(KeysOf(Desk(server).List()) == Keys{"b"});
  Worker::Until([&] { return worker.queue().Counts().front().dead == 1; });
}

TEST_CASE("what a gateway puts into the stream is checked, and handled once") {
  testing::RedisServer server;
  AddForeign(server, R"({"key":"a","delivery":"1"})");
  AddForeign(server, R"({"key":"b"})", "guess");
  AddForeign(server, R"({"key":"a","delivery":"1"})");
  AddForeign(server, R"({"key":"c"})");
  Worker worker(server, "a");
  const auto rows = worker.Take(2);
  CHECK(KeysOf(rows) == Keys{"a", "c"});
  CHECK(rows[0].path == "/webhook");
  CHECK(rows[0].received_at == TimePoint(std::chrono::seconds(1'700'000'000)));
  // The secret that it was checked by is not shown to the processor.
  CHECK(worker.queue().Content(rows[0].sequence)->headers == "{}");
  for (const EventRow& row : rows) worker.queue().Done({row.sequence});
  worker.UntilPending(0);
  Worker::Until([&] { return Desk(server).List().empty(); });
}

TEST_CASE("two processes share a stream, and keep the order of each key") {
  constexpr int kEvents = 300;
  constexpr int kKeys = 7;
  testing::RedisServer server;
  Worker first(server, "first", {.read_count = 3});
  Worker second(server, "second", {.read_count = 3});
  for (int i = 0; i < kEvents; ++i) {
    Worker& intake = i % 2 == 0 ? first : second;
    CHECK(intake.Append(Event(std::to_string(i % kKeys), "", std::to_string(i))) ==
          AppendOutcome::kStored);
  }
  std::mutex mutex;
  std::map<std::string, std::vector<int>> seen;
  std::map<Worker*, int> shares;
  int done = 0;
  const auto work = [&](Worker& worker) {
    for (;;) {
      for (const EventRow& row : worker.queue().Take(1)) {
        const auto content = worker.queue().Content(row.sequence);
        std::lock_guard lock(mutex);
        seen[row.key].push_back(std::stoi(content->body));
        ++shares[&worker];
        ++done;
        worker.queue().Done({row.sequence});
      }
      std::lock_guard lock(mutex);
      if (done == kEvents) return;
      std::this_thread::yield();
    }
  };
  std::jthread other([&] { work(second); });
  work(first);
  other.join();
  std::map<std::string, std::vector<int>> expected;
  for (int i = 0; i < kEvents; ++i) expected[std::to_string(i % kKeys)].push_back(i);
  CHECK(seen == expected);
  CHECK(shares[&first] > 0);
  CHECK(shares[&second] > 0);
  first.UntilPending(0);
  second.UntilPending(0);
}

TEST_CASE(
    "W-18: the events of a process that is gone are taken over; one that comes back has its own") {
  testing::RedisServer server;
  Worker gone(server, "gone");
  gone.Append(Event("a", "", "1"));
  gone.Append(Event("a", "", "2"));
  const auto rows = gone.Take(2);
  gone.queue().Retry(rows[0].sequence, 3, {}, "not yet");
  gone.Append(Event("b"));
  gone.Close();
  SECTION("by another") {
    Worker heir(server, "heir", {.stuck_after = std::chrono::milliseconds(100)});
    const auto inherited = heir.Take(3);
    CHECK(Sorted(KeysOf(inherited)) == Keys{"a", "a", "b"});
    CHECK(AttemptsOf("a", inherited) == std::vector<int>{3, 0});
    gone.Open();
    Worker::Until([&] { return gone.queue().problem().empty(); });
    // It has nothing to settle there any more.
    CHECK_FALSE(gone.queue().Content(rows[0].sequence).has_value());
    gone.queue().Done({rows[0].sequence});
    gone.Append(Event("c"));
    heir.UntilPending(4);
  }
  SECTION("by itself") {
    gone.Open();
    const auto again = gone.Take(3);
    CHECK(Sorted(KeysOf(again)) == Keys{"a", "a", "b"});
    CHECK(AttemptsOf("a", again) == std::vector<int>{3, 0});
  }
}

TEST_CASE("the address of Redis is read from its URL") {
  const RedisAddress address = ParseRedisUrl("redis://me:p%40ss@example.test:6380/2");
  CHECK(address.host == "example.test");
  CHECK(address.port == 6380);
  CHECK(address.user == "me");
  CHECK(address.password.Reveal() == "p@ss");
  CHECK(address.database == 2);
  CHECK(ParseRedisUrl("redis://[::1]").host == "::1");
  CHECK(ParseRedisUrl("redis://[::1]:7000").port == 7000);
  const auto url =
      GENERATE("rediss://host", "http://host", "redis://", "redis://host:port", "redis://host/-1");
  CHECK_THROWS_AS(ParseRedisUrl(url), Error);
}

}  // namespace ocean::state
