#include "ocean/base/bounded_queue.hpp"

#include <atomic>
#include <latch>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "ocean/catch.hpp"
#include "ocean/error_of.hpp"

namespace ocean {
namespace {

using testing::ErrorOf;

TEST_CASE("elements come out in order") {
  BoundedQueue<int> queue(100);
  for (int i = 0; i < 5; ++i) REQUIRE(queue.Push(i, 20, {}));
  for (int i = 0; i < 5; ++i) CHECK(queue.Pop({}) == i);
}

TEST_CASE("an element heavier than the limit passes alone") {
  BoundedQueue<std::string> queue(10);
  REQUIRE(queue.Push("heavy", 1000, {}));
  std::atomic<bool> light_is_in{false};
  std::jthread producer([&] {
    queue.Push("light", 1, {});
    light_is_in = true;
  });
  CHECK_FALSE(light_is_in.load());
  CHECK(queue.Pop({}) == "heavy");
  CHECK(queue.Pop({}) == "light");
  producer.join();
  CHECK(light_is_in.load());
}

TEST_CASE("the weight in the queue never exceeds the limit") {
  constexpr std::size_t kLimit = 100;
  constexpr int kCount = 2000;
  BoundedQueue<std::size_t> queue(kLimit);
  // Weight between entering and leaving: counted after Push and before Pop, so it is never more
  // than what the queue holds and what its one consumer is about to take.
  std::atomic<std::size_t> inside{0};
  std::atomic<std::size_t> highest{0};
  std::jthread producer([&] {
    for (int i = 0; i < kCount; ++i) {
      const std::size_t weight = static_cast<std::size_t>(i % 40) + 1;
      queue.Push(weight, weight, {});
      const std::size_t now = inside.fetch_add(weight) + weight;
      if (now > highest) highest = now;
    }
    queue.Close();
  });
  std::size_t popped = 0;
  while (const auto weight = queue.Pop({})) {
    // The producer may not have counted this element yet.
    while (inside.load() < *weight) std::this_thread::yield();
    inside.fetch_sub(*weight);
    ++popped;
  }
  producer.join();
  CHECK(popped == kCount);
  CHECK(highest.load() <= kLimit + 40);
}

TEST_CASE("a closed queue drains, then is empty, and takes nothing more") {
  BoundedQueue<int> queue(10);
  REQUIRE(queue.Push(1, 5, {}));
  REQUIRE(queue.Push(2, 5, {}));
  queue.Close();
  queue.Close();
  CHECK_FALSE(queue.Push(3, 1, {}));
  CHECK(queue.Pop({}) == 1);
  CHECK(queue.Pop({}) == 2);
  CHECK_FALSE(queue.Pop({}).has_value());
}

TEST_CASE("closing wakes those who wait") {
  BoundedQueue<int> full(1);
  REQUIRE(full.Push(1, 1, {}));
  BoundedQueue<int> empty(1);
  bool pushed = true;
  bool popped = true;
  {
    const std::jthread producer([&] { pushed = full.Push(2, 1, {}); });
    const std::jthread consumer([&] { popped = empty.Pop({}).has_value(); });
    full.Close();
    empty.Close();
  }
  CHECK_FALSE(pushed);
  CHECK_FALSE(popped);
}

TEST_CASE("a stop ends every wait, and outranks room and elements") {
  std::stop_source stop;
  BoundedQueue<int> full(1);
  REQUIRE(full.Push(1, 1, {}));
  BoundedQueue<int> empty(1);
  std::string push_error;
  std::string pop_error;
  {
    const std::jthread producer(
        [&] { push_error = ErrorOf([&] { full.Push(2, 1, stop.get_token()); }); });
    const std::jthread consumer([&] { pop_error = ErrorOf([&] { empty.Pop(stop.get_token()); }); });
    stop.request_stop();
  }
  CHECK(push_error == "cancelled: cancelled while waiting for room in a queue");
  CHECK(pop_error == "cancelled: cancelled while waiting for an element of a queue");
  CHECK_THROWS_AS(full.Pop(stop.get_token()), Error);
  CHECK_THROWS_AS(empty.Push(1, 1, stop.get_token()), Error);
  empty.Close();
  CHECK_THROWS_AS(empty.Pop(stop.get_token()), Error);
}

TEST_CASE("many producers and consumers lose and repeat nothing") {
  constexpr int kProducers = 4;
  constexpr int kConsumers = 3;
  constexpr int kEach = 2000;
  BoundedQueue<std::unique_ptr<int>> queue(64);
  std::vector<std::atomic<int>> seen(std::size_t{kProducers} * kEach);
  {
    std::vector<std::jthread> consumers;
    for (int c = 0; c < kConsumers; ++c) {
      consumers.emplace_back([&] {
        while (const auto element = queue.Pop({})) seen[static_cast<std::size_t>(**element)]++;
      });
    }
    {
      std::vector<std::jthread> producers;
      for (int p = 0; p < kProducers; ++p) {
        producers.emplace_back([&queue, p] {
          for (int i = 0; i < kEach; ++i) {
            queue.Push(std::make_unique<int>(p * kEach + i), static_cast<std::size_t>(i % 100), {});
          }
        });
      }
    }
    queue.Close();
  }
  int wrong = 0;
  for (const auto& count : seen) wrong += count == 1 ? 0 : 1;
  CHECK(wrong == 0);
}

}  // namespace
}  // namespace ocean
