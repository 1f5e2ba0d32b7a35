#pragma once
/// @file What the engine knows of a kind.

#include <functional>
#include <map>
#include <string>

#include "ocean/base/json_fwd.hpp"
#include "ocean/config/problems.hpp"
#include "ocean/sync/resync_context.hpp"

namespace ocean::sync {

struct Kind {
  /// Reports what is wrong with a selector (its `query` left aside) under `path`.
  std::function<void(const Json& selector, const std::string& path, config::Problems& problems)>
      check_selector;
  /// Reads the kind with a selector that was checked.
  std::function<void(const Json& selector, ResyncContext& ctx)> resync;
};

using Kinds = std::map<std::string, Kind, std::less<>>;

}  // namespace ocean::sync
