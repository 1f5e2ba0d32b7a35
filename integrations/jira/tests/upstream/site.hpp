#pragma once
/// @file A Jira site in memory that can be read and edited.

#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "ocean/base/clock.hpp"
#include "ocean/base/json.hpp"
#include "upstream/model.hpp"
#include "upstream/render.hpp"

namespace jira::upstream {

/// Where a page of a collection starts, and how many items it may have.
struct Slice {
  std::size_t start = 0;
  std::size_t count = 50;
};

struct IssueSearch {
  /// Understood are clauses "field = value" joined by AND, with the fields key (or the id), project, issuetype,
  /// status and parent; every other clause holds for all issues.
  std::string jql = {};
  FieldFilter fields{""};
  std::size_t count = 50;
  /// The `nextPageToken` of the page before; empty for the first.
  std::string page_token = {};
};

/// A site as the REST API shows and edits it.
///
/// Shape     answers are Jira's JSON; `url` is the address under which the reader knows the site
/// Errors    ocean::Error with the HTTP status that Jira answers: 400 for what makes no sense, 404
///           for what is not there
/// Threads   all operations may overlap
class JiraSite {
 public:
  explicit JiraSite(const SiteOptions& options, const ocean::Clock& clock = ocean::Clock::System());

  ocean::Json ProjectPage(Slice slice, bool with_insight, const std::string& url) const;
  ocean::Json UserPage(Slice slice, const std::string& url) const;
  ocean::Json IssuePage(const IssueSearch& search, const std::string& url) const;

  ocean::Json Project(std::string_view id_or_key, bool with_insight, const std::string& url) const;
  ocean::Json User(std::string_view account_id, const std::string& url) const;
  ocean::Json Issue(std::string_view id_or_key, const FieldFilter& fields,
                    const std::string& url) const;
  /// The account that the credentials belong to.
  ocean::Json Myself(const std::string& url) const;

  /// `fields` needs project, issuetype and summary; a sub-task needs its parent too.
  ocean::Json CreateIssue(const ocean::Json& fields, const std::string& url);
  /// Of the fields summary, description, labels, priority, assignee, components and parent, sets
  /// those that are given; any other is refused.
  void EditIssue(std::string_view id_or_key, const ocean::Json& fields);
  /// Sub-tasks go with their parent, and only when that is asked for; the issues of an epic lose it.
  void DeleteIssue(std::string_view id_or_key, bool with_subtasks);

  std::size_t project_count() const;
  std::size_t user_count() const;
  std::size_t issue_count() const;

 private:
  /// Runs `change` on a draft that becomes the site when nothing was refused.
  template <class Change>
  void Edit(Change&& change);

  const ocean::Clock& clock_;
  mutable std::mutex mutex_;
  SiteData data_;
};

}  // namespace jira::upstream
