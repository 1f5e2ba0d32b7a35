#pragma once
/// @file The guard of the stack.

#include "machine.hpp"

namespace ocean::jq {

/// Lives as long as one activation of the evaluator: keeps recursion within the depth limit and the stack.
class Machine::Level {
 public:
  explicit Level(Machine& machine) : machine_(machine) {
    const auto* here = static_cast<const char*>(__builtin_frame_address(0));
    if (machine.stack_base_ - here > kStackLimit) machine.Exceed("depth");
  }
  ~Level() { machine_.depth_ -= entered_; }
  Level(const Level&) = delete;
  Level& operator=(const Level&) = delete;

  bool IsTooDeep() const { return machine_.unwinding_ == Unwinding::kLimit; }

  /// Counts a call; further calls of the same activation are tail calls, which need no more room.
  bool EnterCall() {
    if (entered_ > 0) return true;
    entered_ = 1;
    return machine_.MayNest(++machine_.depth_);
  }

 private:
  /// Bytes of the stack that a run may use: half of what threads have by default.
  static constexpr std::ptrdiff_t kStackLimit = std::ptrdiff_t{4} << 20;

  Machine& machine_;
  int entered_ = 0;
};

}  // namespace ocean::jq
