#pragma once
/// @file The queue between two stages of a pipeline, bounded by bytes.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>

#include "ocean/base/error.hpp"

namespace ocean {

/// A first-in, first-out queue that makes producers wait while its content is at its limit.
///
/// Units     weights are bytes; one element heavier than the limit passes alone
/// Errors    Push and Pop throw Error{kCancelled} once `stop` is requested, even if they need not
///           wait: what was cancelled must not look finished
/// Threads   all operations may overlap
template <class T>
class BoundedQueue {
 public:
  explicit BoundedQueue(std::size_t limit_bytes) : limit_(limit_bytes) {}

  /// Waits until there is room. False when the queue was closed: the element is not taken.
  bool Push(T element, std::size_t bytes, const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    has_room_.wait(lock, stop,
                   [&] { return closed_ || weight_ == 0 || weight_ + bytes <= limit_; });
    if (stop.stop_requested()) {
      ThrowCancelled("waiting for room in a queue");
    }
    if (closed_) return false;
    weight_ += bytes;
    elements_.emplace_back(std::move(element), bytes);
    lock.unlock();
    has_element_.notify_one();
    return true;
  }

  /// Waits for an element. Empty when the queue is closed and drained.
  std::optional<T> Pop(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    has_element_.wait(lock, stop, [&] { return closed_ || !elements_.empty(); });
    if (stop.stop_requested()) {
      ThrowCancelled("waiting for an element of a queue");
    }
    if (elements_.empty()) return std::nullopt;
    std::optional<T> element(std::move(elements_.front().first));
    weight_ -= elements_.front().second;
    elements_.pop_front();
    lock.unlock();
    has_room_.notify_all();
    return element;
  }

  /// No more elements come; what is queued can still be popped. Idempotent.
  void Close() {
    {
      std::lock_guard lock(mutex_);
      closed_ = true;
    }
    has_element_.notify_all();
    has_room_.notify_all();
  }

 private:
  const std::size_t limit_;
  std::mutex mutex_;
  std::condition_variable_any has_element_;
  std::condition_variable_any has_room_;
  std::deque<std::pair<T, std::size_t>> elements_;
  std::size_t weight_ = 0;
  bool closed_ = false;
};

}  // namespace ocean
