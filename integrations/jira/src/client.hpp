#pragma once
/// @file Jira Cloud's REST API, version 3.

#include <optional>
#include <string>

#include "ocean/ocean.hpp"
#include "src/config.hpp"

namespace jira {

/// Reads a Jira Cloud site.
///
/// Shape     objects as Jira sends them, page by page
/// Errors    as ocean::http::Client; those for 401 and 403 say what to check
/// Threads   all operations may overlap; at most ten requests are under way at a time
/// Source    https://developer.atlassian.com/cloud/jira/platform/rest/v3, read 2026-11
class JiraClient {
 public:
  JiraClient(const JiraConfig& config, const ocean::http::ClientFactory& http);

  /// Throws when the site cannot be reached or refuses the credentials.
  void CheckAccess() const;

  /// `expand` names additional parts, such as "insight"; empty for none.
  ocean::PageRange Projects(const std::string& expand) const;
  ocean::PageRange Users() const;
  /// What a JQL query finds. `fields` is a list separated by commas; without it Jira sends ids only.
  ocean::PageRange Issues(const std::string& jql, const std::optional<std::string>& fields,
                          const std::optional<std::string>& expand) const;

 private:
  ocean::http::Client http_;
};

}  // namespace jira
