#include "ocean/app/signals.hpp"

#include <pthread.h>
#include <unistd.h>
#include <csignal>

#include <algorithm>
#include <atomic>
#include <ctime>
#include <thread>
#include <utility>

namespace ocean::app {

namespace {

constexpr std::chrono::milliseconds kSameSignal{500};
constexpr int kHardExitCode = 130;
constexpr int kTooLateExitCode = 1;
/// What the unwinding of a stopped process may take at least.
constexpr std::chrono::milliseconds kLeastUnwinding{1000};

/// Wakes the waiting thread at the end; nobody else sends it to us.
constexpr int kWakeSignal = SIGUSR1;

sigset_t WatchedSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, kWakeSignal);
  return signals;
}

}  // namespace

struct SignalStop::Impl {
  std::chrono::milliseconds grace{};
  std::function<void()> before_hard_exit;
  std::stop_source stop;
  std::stop_source late_stop;
  std::atomic<bool> ended{false};
  sigset_t former_mask{};
  std::thread waiter;

  /// Waits for a signal, for at most `limit`; 0 when none came.
  static int Wait(std::chrono::milliseconds limit) {
    const sigset_t signals = WatchedSignals();
    const timespec timeout{.tv_sec = static_cast<time_t>(limit.count() / 1000),
                           .tv_nsec = static_cast<long>(limit.count() % 1000) * 1'000'000};
    const int signal = sigtimedwait(&signals, nullptr, &timeout);
    return signal < 0 ? 0 : signal;
  }

  void Watch() const {
    using Steady = std::chrono::steady_clock;
    Steady::time_point first{};
    while (!ended) {
      const int signal = Wait(UntilNextStep());
      if (ended || signal == kWakeSignal) continue;
      if (!stop.stop_requested()) {
        if (signal == 0) continue;
        first = Steady::now();
        stop.request_stop();
      } else if (signal != 0) {
        if (Steady::now() - first > kSameSignal) Exit(kHardExitCode);
      } else if (!late_stop.stop_requested()) {
        late_stop.request_stop();
      } else {
        Exit(kTooLateExitCode);
      }
    }
  }

  /// The last fifth of the grace is for the unwinding.
  std::chrono::milliseconds UntilNextStep() const {
    if (!stop.stop_requested()) return std::chrono::hours(1);
    const std::chrono::milliseconds late = grace * 4 / 5;
    return late_stop.stop_requested() ? std::max(grace - late, kLeastUnwinding) : late;
  }

  void Exit(int code) const {
    if (before_hard_exit) before_hard_exit();
    _exit(code);
  }
};

SignalStop::SignalStop(std::chrono::milliseconds grace, std::function<void()> before_hard_exit)
    : impl_(std::make_unique<Impl>()) {
  impl_->grace = grace;
  impl_->before_hard_exit = std::move(before_hard_exit);
  const sigset_t signals = WatchedSignals();
  pthread_sigmask(SIG_BLOCK, &signals, &impl_->former_mask);
  impl_->waiter = std::thread([impl = impl_.get()] { impl->Watch(); });
}

SignalStop::~SignalStop() {
  impl_->ended = true;
  pthread_kill(impl_->waiter.native_handle(), kWakeSignal);
  impl_->waiter.join();
  pthread_sigmask(SIG_SETMASK, &impl_->former_mask, nullptr);
}

std::stop_token SignalStop::Stop() const {
  return impl_->stop.get_token();
}

std::stop_token SignalStop::LateStop() const {
  return impl_->late_stop.get_token();
}

}  // namespace ocean::app
