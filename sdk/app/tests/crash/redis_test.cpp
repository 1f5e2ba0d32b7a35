// Two processes share a queue in Redis; they and Redis itself are killed. What was answered 200 must have its effect.
#include <array>
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "child_process.hpp"
#include "ocean/catalog/catalog.hpp"
#include "ocean/catch.hpp"
#include "ocean/port/client.hpp"
#include "ocean/state/redis_queue.hpp"
#include "ocean/testing/temp_dir.hpp"
#include "redis_server.hpp"
#include "thing_mapping.hpp"

namespace ocean::app {
namespace {

constexpr int kSenders = 4;
/// Sets its entity, and so does the one before it.
constexpr int kEvents = 61;

class Fleet {
 public:
  Fleet() {
    catalog_.Start();
    port::Client port({.base_url = catalog_.url(),
                       .client_id = "id",
                       .client_secret = Secret("secret"),
                       .identity = {"sweep", "1.0.0", "sweep"}},
                      crash::Factory());
    InstallThings(port);
    Start(0);
    Start(1);
  }

  void Start(std::size_t number) {
    auto child = std::make_shared<crash::Child>(
        std::vector<std::string>{(folder_ / std::to_string(number)).string(), catalog_.url(),
                                 "never", "1", "synced", redis.url()});
    std::lock_guard lock(mutex_);
    children_.at(number) = std::move(child);
  }
  void Kill(std::size_t number) { Get(number)->Kill(); }
  std::shared_ptr<crash::Child> Get(std::size_t number) {
    std::lock_guard lock(mutex_);
    return children_.at(number);
  }

  /// One after the other, each until one of the processes has taken it.
  void Send(const std::string& key) {
    std::size_t number = 0;
    for (int n = 1; n <= kEvents; ++n) {
      while (Get(number++ % children_.size())->Post(crash::Event(key, n)) != 200) {
        std::this_thread::yield();
      }
      ++answered;
    }
  }
  void UntilAnswered(int count) const {
    while (answered < count) std::this_thread::yield();
  }
  int StateOf(const std::string& key) const {
    const auto entity = catalog::CatalogReader(folder_ / "catalog.db").Entity("thing", key);
    return entity ? ocean::Get(ocean::Get(*entity, "properties"), "n").get<int>() : 0;
  }

  testing::RedisServer redis;
  std::atomic<int> answered = 0;

 private:
  testing::TempDir folder_;
  catalog::CatalogServer catalog_{
      {.file = folder_ / "catalog.db"}, Clock::System(), Logger::Null()};
  std::mutex mutex_;
  std::array<std::shared_ptr<crash::Child>, 2> children_;
};

TEST_CASE("what was answered survives the crash of processes and of Redis", "[crash][redis]") {
  Fleet fleet;
  std::vector<std::jthread> senders;
  for (int i = 0; i < kSenders; ++i) {
    senders.emplace_back([&fleet, i] { fleet.Send(std::to_string(i)); });
  }
  fleet.UntilAnswered(40);
  fleet.Kill(0);
  fleet.UntilAnswered(80);
  fleet.Start(0);
  fleet.UntilAnswered(100);
  fleet.redis.Kill();
  CHECK(fleet.Get(0)->Post(crash::Event("late", 1)) == 503);
  CHECK(fleet.Get(0)->Pending() == -1);
  fleet.redis.Start();
  fleet.UntilAnswered(160);
  // This one never comes back: what it had taken goes to the other.
  fleet.Kill(1);
  senders.clear();
  const auto end = std::chrono::steady_clock::now() + crash::kPatience;
  while (fleet.Get(0)->Pending() != 0) {
    if (std::chrono::steady_clock::now() > end) FAIL("events are still pending");
    std::this_thread::yield();
  }

  int poison = 0;
  for (int n = 1; n <= kEvents; ++n) poison += crash::IsPoison(n) ? 1 : 0;
  std::map<std::string, int> dead;
  state::RedisDesk desk(state::ParseRedisUrl(fleet.redis.url()), crash::kStream, "sweep.sweep");
  for (const state::EventRow& row : desk.List()) dead[row.key] += row.dead ? 1 : 0;
  for (int i = 0; i < kSenders; ++i) {
    const std::string key = std::to_string(i);
    INFO(key);
    CHECK(fleet.StateOf(key) == crash::StateAfter(kEvents));
    // One that was sent again after a crash may be there twice.
    CHECK(dead[key] >= poison);
  }
}

}  // namespace
}  // namespace ocean::app
