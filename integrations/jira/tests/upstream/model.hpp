#pragma once
/// @file What a Jira site holds, and one that is made up from a seed.

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ocean/base/clock.hpp"

namespace jira::upstream {

struct IssueType {
  std::string_view id;
  std::string_view name;
  /// 1 epic, 0 story and the like, -1 sub-task.
  int level;
};
inline constexpr std::array<IssueType, 5> kIssueTypes = {{{"10000", "Epic", 1},
                                                          {"10001", "Story", 0},
                                                          {"10002", "Task", 0},
                                                          {"10003", "Bug", 0},
                                                          {"10004", "Sub-task", -1}}};
inline constexpr std::size_t kEpic = 0;
inline constexpr std::size_t kSubtask = 4;

struct Status {
  std::string_view id;
  std::string_view name;
  std::string_view category;
};
inline constexpr std::array<Status, 4> kStatuses = {{{"10100", "To Do", "new"},
                                                     {"10101", "In Progress", "indeterminate"},
                                                     {"10102", "In Review", "indeterminate"},
                                                     {"10103", "Done", "done"}}};
inline constexpr std::size_t kDone = 3;

/// Their id is the position + 1.
inline constexpr std::array<std::string_view, 5> kPriorities = {"Highest", "High", "Medium", "Low",
                                                                "Lowest"};

struct User {
  std::string account_id;
  std::string account_type;
  std::string name;
  /// Empty: the account does not show it.
  std::string email;
  std::string time_zone;
  std::string locale;
  bool active = true;
};

struct Project {
  int id = 0;
  std::string key;
  std::string name;
  std::vector<std::string> components;
  int last_number = 0;
  /// The "insight" of the project: a statistic that was taken when the site was made; editing
  /// issues does not touch it.
  int counted_issues = 0;
  ocean::TimePoint last_update;
};

/// Users, projects, components and so on are positions in the tables they come from; issues are ids.
struct Issue {
  int id = 0;
  std::string key;
  std::size_t project = 0;
  std::size_t type = 1;
  std::size_t status = 0;
  std::size_t priority = 2;
  std::string summary;
  std::string description;
  std::vector<std::string> labels;
  std::vector<std::size_t> components;
  std::size_t creator = 0;
  std::size_t reporter = 0;
  std::optional<std::size_t> assignee;
  std::optional<int> parent;
  /// Only sub-tasks; the children of an epic are known by their parent alone.
  std::vector<int> subtasks;
  ocean::TimePoint created;
  ocean::TimePoint updated;
  std::optional<ocean::TimePoint> resolved;
};

struct SiteData {
  std::vector<User> users;
  std::vector<Project> projects;
  std::map<int, Issue> issues;
};

struct SiteOptions {
  std::uint64_t seed = 1;
  int projects = 3;
  int users = 20;
  int issues = 600;
};

/// The same options make the same site, on every machine.
SiteData Generate(const SiteOptions& options);

}  // namespace jira::upstream
