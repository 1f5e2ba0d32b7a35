#pragma once
/// @file What an operator configures, and what a mapping may select.

#include <optional>
#include <string>

#include "ocean/ocean.hpp"

namespace redmine {

struct RedmineConfig {
  std::string redmine_url;
  ocean::Secret redmine_api_key;

  static auto Describe() {
    return ocean::Fields<RedmineConfig>()
        .Add("redmine_url", &RedmineConfig::redmine_url, "Address of the Redmine server.",
             ocean::Url(), ocean::Required())
        .Add("redmine_api_key", &RedmineConfig::redmine_api_key,
             "API access key of the account that reads.", ocean::NotBlank(), ocean::Required());
  }
};

struct IssueSelector {
  std::string status = "*";
  std::optional<std::string> project;
  std::optional<std::string> updated_after;

  static auto Describe() {
    return ocean::Fields<IssueSelector>()
        .Add("status", &IssueSelector::status, "Only open or closed issues, or * for all.",
             ocean::OneOf({"*", "open", "closed"}))
        .Add("project", &IssueSelector::project,
             "Only issues of this project, by its number or identifier, and of those below it.",
             ocean::NotBlank())
        .Add("updated_after", &IssueSelector::updated_after,
             "Only issues changed on or after this day, such as 2026-01-31.", ocean::NotBlank());
  }
};

struct TimeEntrySelector {
  std::optional<std::string> from;
  std::optional<std::string> to;

  static auto Describe() {
    return ocean::Fields<TimeEntrySelector>()
        .Add("from", &TimeEntrySelector::from, "Only time spent on or after this day.",
             ocean::NotBlank())
        .Add("to", &TimeEntrySelector::to, "Only time spent on or before this day.",
             ocean::NotBlank());
  }
};

}  // namespace redmine
