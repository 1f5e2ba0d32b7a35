#pragma once
/// @file What an operator configures.

#include <string>

#include "ocean/ocean.hpp"

namespace jira {

struct JiraConfig {
  std::string jira_host;
  ocean::Secret atlassian_user_email;
  ocean::Secret atlassian_user_token;
  /// Only teams need it.
  std::string atlassian_organization_id = {};
  /// Empty: live events are not checked.
  ocean::Secret webhook_secret = {};

  static auto Describe() {
    return ocean::Fields<JiraConfig>()
        .Add("jira_host", &JiraConfig::jira_host,
             "Address of the site, or of Atlassian's gateway to it.", ocean::Url(),
             ocean::Required())
        .Add("atlassian_user_email", &JiraConfig::atlassian_user_email,
             "Account that the token belongs to.", ocean::NotBlank(), ocean::Required())
        .Add("atlassian_user_token", &JiraConfig::atlassian_user_token,
             "API token; with an OAuth token file, the token to use while the file is unreadable.",
             ocean::NotBlank(), ocean::Required())
        .Add("atlassian_organization_id", &JiraConfig::atlassian_organization_id,
             "Organization whose teams are read; without it there are none.")
        .Add("webhook_secret", &JiraConfig::webhook_secret,
             "What Jira signs live events with; without it whoever reaches the address can send "
             "them.");
  }
};

}  // namespace jira
