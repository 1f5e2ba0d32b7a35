#pragma once
/// @file Regular expressions: Oniguruma, bounded.

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ocean::jq {

/// A compiled pattern. Immutable, shared between threads.
class Regex {
 public:
  struct Group {
    /// Bytes of the subject; begin is -1 when the group took no part.
    int begin = -1;
    int end = -1;
  };
  /// Group 0 is the whole match.
  using Groups = std::vector<Group>;

  /// Whether to look at that many bytes more.
  using GoOn = std::function<bool(std::size_t bytes)>;

  /// Compiles; null, with the reason in `problem`, when pattern or flags are wrong.
  static std::shared_ptr<const Regex> Make(const std::string& pattern, const std::string& flags,
                                           std::string& problem);

  /// Gives each match to `match` until that returns false; only the first unless the flags have g or `all` is set.
  /// Asks `go_on` before it looks at so many bytes more, and ends when that is false.
  /// Returns what went wrong (too much backtracking), empty when nothing did.
  std::string Search(std::string_view subject, bool all, const GoOn& go_on,
                     const std::function<bool(const Groups&)>& match) const;

  /// Names of the groups from 1 on; those without have "".
  const std::vector<std::string>& names() const { return names_; }

 private:
  struct Handle;
  struct Region;
  Regex() = default;
  int SearchOnce(std::string_view subject, std::size_t at, const GoOn& go_on, Region& found) const;
  int SearchPlaces(std::string_view subject, std::size_t at, std::size_t places, const GoOn& go_on,
                   Region& found) const;
  std::shared_ptr<const Handle> handle_;
  std::vector<std::string> names_;
  bool is_global_ = false;
  /// Whether matches cannot be tried place by place: the longest of all is wanted, or the pattern asks where the search began.
  bool only_at_once_ = false;
};

}  // namespace ocean::jq
