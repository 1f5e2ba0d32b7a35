#pragma once
/// @file All that is wrong with an input, collected so that it is told at once.

#include <string>
#include <string_view>
#include <vector>

namespace ocean::config {

/// One thing that is wrong, and where: "resources[2].selector.jql".
struct Problem {
  std::string path;
  std::string message;
};

/// Collects problems, which make an input unusable, and warnings, which do not.
class Problems {
 public:
  void Add(std::string path, std::string message);
  void Warn(std::string path, std::string message);

  bool empty() const { return problems_.empty(); }
  const std::vector<Problem>& problems() const { return problems_; }
  const std::vector<Problem>& warnings() const { return warnings_; }

  /// Throws Error{kConfig} when there are problems: the heading, then one line for each, "  path:
  /// message".
  void ThrowIfAny(std::string_view heading) const;

 private:
  std::vector<Problem> problems_;
  std::vector<Problem> warnings_;
};

/// "path.key", or "key" at the root.
std::string JoinPath(std::string_view path, std::string_view key);

}  // namespace ocean::config
