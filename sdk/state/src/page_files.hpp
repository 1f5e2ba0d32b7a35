#pragma once
/// @file Texts by number, each a file of its own.

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>

namespace ocean::state {

/// Pages that are written once, mostly never read, and soon removed: a database would write each byte several times.
///
/// Like the database's last commits, a file survives the process but perhaps not the machine: who reads compares.
/// Errors    Error{kTransient} when a file cannot be written; removing never fails
/// Threads   operations on different numbers may overlap
class PageFiles {
 public:
  explicit PageFiles(std::filesystem::path folder);

  void Write(std::int64_t number, std::string_view text) const;
  /// Empty when there is none.
  std::string Read(std::int64_t number) const;
  void Remove(std::int64_t number) const;
  void RemoveAllBut(const std::set<std::int64_t>& numbers) const;

 private:
  std::filesystem::path FileOf(std::int64_t number) const;

  const std::filesystem::path folder_;
};

}  // namespace ocean::state
