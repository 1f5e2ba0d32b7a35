#pragma once
/// @file SIGINT and SIGTERM as stop tokens.

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>

namespace ocean::app {

/// Turns SIGINT and SIGTERM into stops while it lives.
///
/// The first signal requests Stop(). When the process still runs after four fifths of `grace`,
/// LateStop() follows, for what should be finished but must not keep the process; at the end of
/// `grace` (a second after LateStop() at least) the process ends hard, with exit code 1: what some
/// handler never comes back from must not keep it either. A further signal ends it hard at once,
/// with exit code 130; signals that arrive within half a second of the first count as one,
/// since a signal to a process and to its group arrives twice.
///
/// Threads   make it in main(), before other threads: they inherit the blocked signals
/// Lifetime  one at a time; the former signal mask comes back at the end
class SignalStop {
 public:
  /// `before_hard_exit` restores what the process must not leave behind, such as a hidden cursor.
  SignalStop(std::chrono::milliseconds grace, std::function<void()> before_hard_exit);
  ~SignalStop();

  std::stop_token Stop() const;
  std::stop_token LateStop() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ocean::app
