#pragma once
/// @file A clock that moves only when a test says so.

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <vector>

#include "ocean/base/clock.hpp"

namespace ocean::testing {

/// Time for tests: starts at 2026-01-01T00:00:00Z and stands still.
///
/// With Mode::kAutoAdvance SleepFor moves the time on by itself and returns at once; with Mode::kManual it waits for Advance.
/// Every wait is recorded.
/// Threads   all operations may overlap
class ManualClock : public Clock {
 public:
  enum class Mode { kManual, kAutoAdvance };

  explicit ManualClock(Mode mode = Mode::kAutoAdvance) : mode_(mode) {}

  TimePoint Now() const override {
    std::lock_guard lock(mutex_);
    return kStart + elapsed_;
  }

  Duration Elapsed() const override {
    std::lock_guard lock(mutex_);
    return elapsed_;
  }

  bool SleepFor(Duration duration, std::stop_token stop) override {
    std::unique_lock lock(mutex_);
    if (stop.stop_requested()) return false;
    waits_.push_back(duration);
    if (mode_ == Mode::kAutoAdvance) {
      elapsed_ += std::max(duration, Duration::zero());
      return true;
    }
    const Duration end = elapsed_ + duration;
    ++sleepers_;
    changed_.notify_all();
    const bool slept = changed_.wait(lock, stop, [&] { return elapsed_ >= end; });
    --sleepers_;
    changed_.notify_all();
    return slept;
  }

  /// Moves the time on and wakes the sleepers whose time has come.
  void Advance(Duration duration) {
    {
      std::lock_guard lock(mutex_);
      elapsed_ += duration;
    }
    changed_.notify_all();
  }

  /// Returns once at least `count` threads sleep (Mode::kManual).
  void WaitForSleepers(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return sleepers_ >= count; });
  }

  /// What SleepFor was asked for, in order.
  std::vector<Duration> Waits() const {
    std::lock_guard lock(mutex_);
    return waits_;
  }

 private:
  /// 2026-01-01T00:00:00Z.
  static constexpr TimePoint kStart{std::chrono::seconds(1'767'225'600)};

  const Mode mode_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  Duration elapsed_{0};
  std::vector<Duration> waits_;
  int sleepers_ = 0;
};

}  // namespace ocean::testing
