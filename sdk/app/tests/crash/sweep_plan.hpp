#pragma once
/// @file What the crash sweep sends, and what must become of it: known to the test and to the process that it kills.

#include "ocean/base/json.hpp"

namespace ocean::crash {

inline constexpr auto kToken = "secret of the sweep";
/// A point at which nobody is killed; the handler of an event that hangs there never comes back.
inline constexpr auto kHang = "hang";

/// In Redis.
inline constexpr auto kStream = "sweep/live-events/raw/event-stream";

/// The nth event of a key: most of them set the entity's number, some delete it, some never succeed.
inline bool IsPoison(int n) {
  return n % 7 == 6;
}
inline bool Deletes(int n) {
  return n % 3 == 0;
}
inline Json Event(const std::string& key, int n) {
  return {{"id", key}, {"n", n}, {"poison", IsPoison(n)}, {"gone", Deletes(n)}};
}
/// The entity's number after the nth event; 0 when there is no entity.
inline int StateAfter(int n) {
  while (IsPoison(n)) --n;
  return Deletes(n) ? 0 : n;
}

}  // namespace ocean::crash
