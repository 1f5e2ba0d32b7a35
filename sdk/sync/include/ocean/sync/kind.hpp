#pragma once
/// @file What the engine knows of kinds.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ocean/base/json_fwd.hpp"
#include "ocean/config/field_info.hpp"
#include "ocean/config/problems.hpp"
#include "ocean/sync/resync_context.hpp"

namespace ocean::sync {

struct Kind {
  /// Reports what is wrong with a selector (its `query` left aside) under `path`.
  std::function<void(const Json& selector, const std::string& path, config::Problems& problems)>
      check_selector;
  /// Reads the kind with a selector that was checked.
  std::function<void(const Json& selector, ResyncContext& ctx)> resync;
  /// What a selector may hold besides `query`.
  std::vector<config::FieldInfo> selector_fields = {};
};

/// The kinds that a mapping may name.
class Kinds {
 public:
  /// Makes a kind of any other name.
  using Other = std::function<Kind(const std::string& name)>;

  /// Error{kBug} for a name that is taken.
  void Add(std::string name, Kind kind);
  /// From now on there is a kind of every name. Error{kBug} the second time.
  void SetOther(Other other);

  std::optional<Kind> Find(std::string_view name) const;
  /// Those that were added, in order.
  std::vector<std::string> names() const;
  bool takes_any_name() const { return other_ != nullptr; }

 private:
  std::map<std::string, Kind, std::less<>> kinds_;
  Other other_;
};

}  // namespace ocean::sync
