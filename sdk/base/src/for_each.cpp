#include "ocean/base/for_each.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "ocean/base/error.hpp"

namespace ocean {

namespace {

/// Threads that loops of this process run right now. It is a count, not a pool: it bounds, it owns
/// nothing.
std::atomic<int> loop_threads{0};

bool TakeThread() {
  int running = loop_threads.load();
  while (running < kMaxLoopThreads) {
    if (loop_threads.compare_exchange_weak(running, running + 1)) return true;
  }
  return false;
}

/// Adds a thread of this process that runs `work`; false when there are enough, or no more to be had.
bool AddWorker(std::vector<std::jthread>& workers, const std::function<void()>& work) {
  if (!TakeThread()) return false;
  try {
    workers.emplace_back([work] {
      work();
      loop_threads.fetch_sub(1);
    });
    return true;
  } catch (const std::system_error&) {
    // The system gives no more threads: the loop is slower then, not broken.
    loop_threads.fetch_sub(1);
    return false;
  }
}

/// What the workers of one loop share.
class Loop {
 public:
  Loop(std::size_t count, const std::stop_token& stop, const std::function<void(std::size_t)>& work)
      : count_(count), stop_(stop), work_(work) {}

  void Work() {
    for (;;) {
      if (failed_.load() || stop_.stop_requested()) return;
      const std::size_t i = next_.fetch_add(1);
      if (i >= count_) return;
      try {
        work_(i);
      } catch (...) {
        std::lock_guard lock(mutex_);
        if (!error_) error_ = std::current_exception();
        failed_.store(true);
      }
    }
  }

  void ThrowIfFailed() const {
    if (error_) std::rethrow_exception(error_);
    if (stop_.stop_requested() && next_.load() < count_) ThrowCancelled("working through a list");
  }

 private:
  const std::size_t count_;
  const std::stop_token& stop_;
  const std::function<void(std::size_t)>& work_;
  std::atomic<std::size_t> next_{0};
  std::atomic<bool> failed_{false};
  std::mutex mutex_;
  std::exception_ptr error_;
};

}  // namespace

void ParallelFor(std::size_t count, int limit, const std::stop_token& stop,
                 const std::function<void(std::size_t)>& work) {
  Loop loop(count, stop, work);
  {
    std::vector<std::jthread> workers;
    const auto wanted = std::min(count, static_cast<std::size_t>(std::max(limit, 1)));
    while (workers.size() + 1 < wanted && AddWorker(workers, [&loop] { loop.Work(); })) {
    }
    loop.Work();
  }
  loop.ThrowIfFailed();
}

}  // namespace ocean
