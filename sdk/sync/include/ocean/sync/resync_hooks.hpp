#pragma once
/// @file What an integration does before and behind each resync.

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "ocean/base/log.hpp"

namespace ocean {

/// What a hook of a resync gets.
struct ResyncHookContext {
  std::string run_id;
  /// Requested when the run is to end: a hook that waits observes it.
  std::stop_token stop;
  Logger logger;
};

using ResyncHook = std::function<void(ResyncHookContext&)>;

namespace sync {

/// Each list in the order in which it is called.
struct ResyncHooks {
  std::vector<ResyncHook> start;
  std::vector<ResyncHook> complete;
};

}  // namespace sync
}  // namespace ocean
