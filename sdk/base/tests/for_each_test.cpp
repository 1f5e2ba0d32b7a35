#include "ocean/base/for_each.hpp"

#include <algorithm>
#include <atomic>
#include <latch>
#include <numeric>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "ocean/base/error.hpp"
#include "ocean/catch.hpp"
#include "ocean/error_of.hpp"

namespace ocean {
namespace {

using testing::ErrorOf;

void RaiseTo(std::atomic<int>& highest, int value) {
  int seen = highest.load();
  while (seen < value && !highest.compare_exchange_weak(seen, value)) {
  }
}

TEST_CASE("every index runs once, whatever the limit") {
  for (const int limit : {-1, 0, 1, 2, 7, 100, 1000}) {
    for (const std::size_t count : {0, 1, 2, 500}) {
      CAPTURE(limit, count);
      std::vector<std::atomic<int>> runs(count);
      ParallelFor(count, limit, {}, [&](std::size_t i) { runs[i]++; });
      CHECK(std::all_of(runs.begin(), runs.end(), [](const auto& n) { return n == 1; }));
    }
  }
}

TEST_CASE("a limit of three runs three at a time, and never four") {
  constexpr int kLimit = 3;
  std::atomic<int> running{0};
  std::atomic<int> highest{0};
  // The first three wait for each other: they pass only when they run at the same time.
  std::latch together(kLimit);
  ParallelFor(60, kLimit, {}, [&](std::size_t i) {
    RaiseTo(highest, ++running);
    if (i < kLimit) together.arrive_and_wait();
    --running;
  });
  CHECK(highest.load() == kLimit);
}

TEST_CASE("the caller works too, and alone when the limit is one") {
  const auto caller = std::this_thread::get_id();
  bool only_caller = true;
  ParallelFor(20, 1, {}, [&](std::size_t) {
    if (std::this_thread::get_id() != caller) only_caller = false;
  });
  CHECK(only_caller);
}

TEST_CASE("the first error is rethrown, and no work starts after it") {
  std::vector<int> runs;
  CHECK(ErrorOf([&] {
          ParallelFor(100, 1, {}, [&](std::size_t i) {
            runs.push_back(static_cast<int>(i));
            if (i == 3) throw Error(ErrorKind::kForbidden, "no");
          });
        }) == "forbidden: no");
  CHECK(runs.size() == 4);
  CHECK_THROWS_AS(ParallelFor(10, 4, {}, [](std::size_t) { throw std::runtime_error("x"); }),
                  std::runtime_error);
}

TEST_CASE("an error is rethrown only when all running work has ended") {
  std::atomic<int> ended{0};
  std::latch both_run(2);
  std::latch first_failed(1);
  CHECK(ErrorOf([&] {
          ParallelFor(2, 2, {}, [&](std::size_t i) {
            both_run.arrive_and_wait();
            if (i == 0) {
              first_failed.count_down();
              throw Error(ErrorKind::kAuth, "refused");
            }
            first_failed.wait();
            ended++;
          });
        }) == "auth: refused");
  CHECK(ended.load() == 1);
}

TEST_CASE("nested loops finish, also beyond the process's threads") {
  std::atomic<int> leaves{0};
  ParallelFor(12, 12, {}, [&](std::size_t) {
    ParallelFor(12, 12, {},
                [&](std::size_t) { ParallelFor(12, 12, {}, [&](std::size_t) { leaves++; }); });
  });
  CHECK(leaves.load() == 12 * 12 * 12);
}

TEST_CASE("loops share the process's threads") {
  std::atomic<int> running{0};
  std::atomic<int> highest{0};
  ParallelFor(4000, 1000, {}, [&](std::size_t) {
    RaiseTo(highest, ++running);
    --running;
  });
  CHECK(highest.load() <= kMaxLoopThreads + 1);
  // All threads were given back: a loop can have all of them again.
  std::latch together(kMaxLoopThreads + 1);
  ParallelFor(kMaxLoopThreads + 1, kMaxLoopThreads + 1, {},
              [&](std::size_t) { together.arrive_and_wait(); });
  SUCCEED("every thread ran at the same time");
}

TEST_CASE("a stop ends the loop with kCancelled") {
  std::stop_source stop;
  std::atomic<int> runs{0};
  CHECK(ErrorOf([&] {
          ParallelFor(1000, 1, stop.get_token(), [&](std::size_t i) {
            ++runs;
            if (i == 5) stop.request_stop();
          });
        }) == "cancelled: cancelled while working through a list");
  CHECK(runs.load() == 6);
  CHECK(ErrorOf([&] { ParallelFor(1, 4, stop.get_token(), [](std::size_t) {}); }) ==
        "cancelled: cancelled while working through a list");
}

TEST_CASE("a stop during the last work does not undo it") {
  std::stop_source stop;
  CHECK(ErrorOf([&] {
          ParallelFor(3, 1, stop.get_token(), [&](std::size_t i) {
            if (i == 2) stop.request_stop();
          });
        }).empty());
}

TEST_CASE("ForEach hands out the elements themselves") {
  std::vector<int> numbers(100);
  std::iota(numbers.begin(), numbers.end(), 0);
  ForEach(numbers, 4, {}, [](int& number) { number *= 2; });
  CHECK(numbers[99] == 198);
  const std::vector<std::string> words = {"a", "b"};
  std::atomic<std::size_t> letters{0};
  ForEach(words, 2, {}, [&](const std::string& word) { letters += word.size(); });
  CHECK(letters.load() == 2);
}

}  // namespace
}  // namespace ocean
