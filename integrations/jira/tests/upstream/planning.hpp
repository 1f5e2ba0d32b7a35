#pragma once
/// @file What a Jira site has around its issues: versions, components, boards, sprints, worklogs, teams.

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "ocean/base/json.hpp"
#include "upstream/model.hpp"

namespace jira::upstream {

/// Lists of records by the path that the API knows them under: "project/PAY/version", "board",
/// "board/30/sprint", "issue/PAY-1/worklog", "org/acme/teams". A made-up site begins with some of each.
///
/// Threads   all operations may overlap
class Planning {
 public:
  /// The organization whose teams are there.
  static constexpr const char* kOrganization = "acme";

  explicit Planning(const SiteData& site);

  /// Empty optional when nothing is known under that path.
  std::optional<std::vector<ocean::Json>> List(const std::string& path) const;
  /// The record with that `id`, as text, in a list; or in any whose path ends with it: "version".
  std::optional<ocean::Json> Record(const std::string& path, const std::string& id) const;

  /// Adds a record, or takes the place of the one with the same `id`.
  void Put(const std::string& path, const ocean::Json& record);
  void Remove(const std::string& path, const std::string& id);

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::vector<ocean::Json>, std::less<>> lists_;
};

}  // namespace jira::upstream
