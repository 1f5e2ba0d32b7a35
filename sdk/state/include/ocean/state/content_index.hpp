#pragma once
/// @file What the catalog is known to hold, as hashes.

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "ocean/base/clock.hpp"
#include "ocean/base/hash.hpp"

namespace ocean::state {

/// A hash of the content by key. It can be lost at any time: then everything is compared again.
///
/// The file is `index.db` in the state folder. What is put is written when much has come together, and by Flush; what is dropped
/// is dropped at once.
/// Errors    as Database
/// Threads   all operations may overlap
class ContentIndex {
 public:
  explicit ContentIndex(const std::filesystem::path& folder);
  ~ContentIndex();

  /// When all contents were last compared, if `context` is the one that the index was begun with; nothing else.
  std::optional<TimePoint> VerifiedAt(const std::string& context) const;
  /// Forgets everything and begins anew, not verified.
  void Begin(const std::string& context);
  /// Nothing when it was doubted since it was begun.
  void MarkVerified(TimePoint time);
  /// The catalog may have changed what is here by itself.
  void MarkUnverified();

  /// One answer per key.
  std::vector<std::optional<Hash128>> Find(std::span<const Hash128> keys) const;
  void Put(std::span<const std::pair<Hash128, Hash128>> contents);
  void Drop(std::span<const Hash128> keys);
  void Flush();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ocean::state
