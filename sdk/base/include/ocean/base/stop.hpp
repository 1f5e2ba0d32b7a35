#pragma once
/// @file A stop source that also stops when its parent does.

#include <functional>
#include <stop_token>

namespace ocean {

/// A scope that can be stopped by itself, and is stopped when `parent` is.
///
/// Lifetime  the parent is observed until destruction
/// Threads   RequestStop and Token may overlap
class LinkedStopSource {
 public:
  explicit LinkedStopSource(const std::stop_token& parent)
      : link_(parent, [this] { source_.request_stop(); }) {}

  std::stop_token Token() const { return source_.get_token(); }
  void RequestStop() { source_.request_stop(); }

 private:
  std::stop_source source_;
  std::stop_callback<std::function<void()>> link_;
};

}  // namespace ocean
