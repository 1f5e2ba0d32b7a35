#pragma once
/// @file By what an item is recognised when it comes again.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "ocean/base/json.hpp"

namespace ocean::http {

/// Recognises the items of one collection by a member that names them.
///
/// Without a path the member is guessed from the first page, and kept: see OffsetPaging::identity_path.
class ItemIdentity {
 public:
  using Fingerprint = std::size_t;

  explicit ItemIdentity(std::string path) : path_(std::move(path)) {}

  /// One per item, in order.
  std::vector<Fingerprint> Of(const std::vector<Json>& items);

 private:
  /// Empty until it is known; then the member's path, or "" for the whole item.
  std::optional<std::string> member_;
  const std::string path_;
};

}  // namespace ocean::http
