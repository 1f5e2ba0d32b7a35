#pragma once
/// @file Keys that are too many for the memory.

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "ocean/base/hash.hpp"

namespace ocean::state {

/// A set of hashes in a file without a name, which goes with the process. In memory it has two to three bytes of each.
///
/// Errors    Error{kTransient} when the disk is full or fails; Error{kConfig} when the folder cannot be written
/// Threads   Find may overlap; Add alone
class KeyFile {
 public:
  explicit KeyFile(const std::filesystem::path& folder);
  ~KeyFile();

  /// Adds keys that are not in it yet, in sorted order: the first gets the number size(). Failed, nothing is added.
  void Add(const std::vector<Hash128>& sorted);
  /// The key's number; nothing when it is not in it.
  std::optional<std::size_t> Find(const Hash128& key) const;
  std::size_t size() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ocean::state
