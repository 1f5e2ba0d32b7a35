#pragma once
/// @file A folder of a test's own.

#include <filesystem>
#include <string>
#include <string_view>

namespace ocean::testing {

/// A new, empty folder that is removed at the end, with all that is in it.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::filesystem::path& inside) const {
    return path_ / inside;
  }
  /// Writes a file, making the folders it needs; returns its path.
  std::filesystem::path Write(const std::filesystem::path& inside, std::string_view text) const;

 private:
  std::filesystem::path path_;
};

/// The whole content of a file. Error{kConfig} naming it when it cannot be read.
std::string ReadFile(const std::filesystem::path& file);

/// Replaces a file's content. Error{kConfig} naming it when it cannot be written.
void WriteFile(const std::filesystem::path& file, std::string_view text);

}  // namespace ocean::testing
