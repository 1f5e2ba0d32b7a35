#pragma once
/// @file What an operator configures, and what a mapping may select.

#include <optional>
#include <string>

#include "ocean/ocean.hpp"

namespace jira {

struct JiraConfig {
  std::string jira_host;
  ocean::Secret atlassian_user_email;
  ocean::Secret atlassian_user_token;

  static auto Describe() {
    return ocean::Fields<JiraConfig>()
        .Add("jira_host", &JiraConfig::jira_host,
             "Address of the site, or of Atlassian's gateway to it.", ocean::Url(),
             ocean::Required())
        .Add("atlassian_user_email", &JiraConfig::atlassian_user_email,
             "Account that the token belongs to.", ocean::NotBlank(), ocean::Required())
        .Add("atlassian_user_token", &JiraConfig::atlassian_user_token,
             "API token; with an OAuth token file, the token to use while the file is unreadable.",
             ocean::NotBlank(), ocean::Required());
  }
};

struct ProjectSelector {
  std::string expand = "insight";

  static auto Describe() {
    return ocean::Fields<ProjectSelector>().Add(
        "expand", &ProjectSelector::expand,
        "Additional parts of each project to ask for, separated by commas.");
  }
};

struct IssueSelector {
  std::string jql = "(statusCategory != Done) OR (created >= -1w) OR (updated >= -1w)";
  std::optional<std::string> fields = "*all";
  std::optional<std::string> expand;

  static auto Describe() {
    return ocean::Fields<IssueSelector>()
        .Add("jql", &IssueSelector::jql, "Which issues to read, in Jira's query language.")
        .Add("fields", &IssueSelector::fields,
             "Fields of each issue to ask for, separated by commas; *all for every field.")
        .Add("expand", &IssueSelector::expand,
             "Additional parts of each issue to ask for, separated by commas.");
  }
};

}  // namespace jira
