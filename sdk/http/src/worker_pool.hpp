#pragma once
/// @file The threads that run a server's handlers.

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace ocean::http {

/// Runs tasks on a fixed number of threads, in the order in which they came.
///
/// Tasks must not throw. The queue is as long as its users let it be: a server has at most one task per connection.
/// Threads   Post may overlap with everything
class WorkerPool {
 public:
  explicit WorkerPool(int threads);
  ~WorkerPool() { Stop(); }

  void Post(std::function<void()> task);
  /// Drops tasks that have not begun, and returns when the others have ended. Idempotent.
  void Stop();

 private:
  void Run();

  std::mutex mutex_;
  std::condition_variable has_task_;
  std::deque<std::function<void()>> tasks_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

/// Leaves signals to the program's main thread; also keeps writes to closed connections from raising SIGPIPE here.
void BlockSignalsInThisThread();

}  // namespace ocean::http
