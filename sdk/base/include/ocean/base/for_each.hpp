#pragma once
/// @file The only parallel loop: bounded, joined before it returns.

#include <cstddef>
#include <functional>
#include <iterator>
#include <stop_token>

namespace ocean {

/// Runs `work(i)` for 0 ≤ i < count, at most `limit` at a time, and returns when all have ended.
///
/// The caller works too; further workers are threads of this call, up to a process-wide cap
/// (kMaxLoopThreads) beyond which the caller works alone: nested loops cannot deadlock.
///
/// Errors    the first exception stops the handing out of further work and is rethrown when all
///           workers have ended; Error{kCancelled} when `stop` was requested before all work was
///           handed out
void ParallelFor(std::size_t count, int limit, const std::stop_token& stop,
                 const std::function<void(std::size_t)>& work);

/// Worker threads that all loops of the process share.
inline constexpr int kMaxLoopThreads = 64;

/// ParallelFor over the elements of a random-access range.
template <class Items, class Fn>
void ForEach(Items&& items, int limit, const std::stop_token& stop, Fn&& fn) {
  const auto first = std::begin(items);
  ParallelFor(static_cast<std::size_t>(std::distance(first, std::end(items))), limit, stop,
              [&](std::size_t i) { fn(first[static_cast<std::ptrdiff_t>(i)]); });
}

}  // namespace ocean
