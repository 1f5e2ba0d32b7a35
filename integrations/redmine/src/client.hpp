#pragma once
/// @file Redmine's REST API.

#include <stop_token>
#include <string>

#include "ocean/ocean.hpp"
#include "src/config.hpp"

namespace redmine {

/// Reads a Redmine server.
///
/// Shape     objects as Redmine sends them, page by page
/// Errors    as ocean::http::Client; those for 401, 403 and 404 say what to check
/// Threads   all operations may overlap
/// Source    https://www.redmine.org/projects/redmine/wiki/Rest_api, read 2026-11
class RedmineClient {
 public:
  RedmineClient(const RedmineConfig& config, const ocean::http::ClientFactory& http);

  /// Throws when the server cannot be reached or refuses the key.
  void CheckAccess() const;

  ocean::PageRange Projects() const;
  ocean::PageRange Issues(const IssueSelector& query) const;
  /// Only administrators may read accounts.
  ocean::PageRange Users() const;
  ocean::PageRange TimeEntries(const TimeEntrySelector& query) const;
  /// Those of a project and of the projects that share theirs with it. http::SkippedParent when the
  /// key may not read them.
  ocean::Batch Versions(std::int64_t project_id, const std::stop_token& stop) const;

 private:
  ocean::PageRange Pages(const std::string& name, ocean::http::Query query) const;

  ocean::http::Client http_;
};

}  // namespace redmine
