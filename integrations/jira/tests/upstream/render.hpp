#pragma once
/// @file The site's objects in the shape that Jira Cloud sends.

#include <cstddef>
#include <set>
#include <string>
#include <string_view>

#include "ocean/base/json_fwd.hpp"
#include "upstream/model.hpp"

namespace jira::upstream {

/// Which fields of an issue are wanted: "*all", names, and names after a minus to leave out.
class FieldFilter {
 public:
  /// A list as requests carry it. An empty one wants ids only.
  explicit FieldFilter(std::string_view comma_separated);
  static FieldFilter All() { return FieldFilter("*all"); }

  bool ids_only() const { return !all_ && wanted_.empty(); }
  bool Wants(std::string_view field) const;

 private:
  bool all_ = false;
  std::set<std::string, std::less<>> wanted_;
  std::set<std::string, std::less<>> unwanted_;
};

/// Renders a site whose address is `url`: links in its objects start with it.
class Renderer {
 public:
  Renderer(const SiteData& site, std::string url) : site_(site), api_(std::move(url)) {
    api_ += "/rest/api/3/";
  }

  ocean::Json OfUser(const User& user) const;
  ocean::Json OfProject(const Project& project, bool with_insight) const;
  ocean::Json OfIssue(const Issue& issue, const FieldFilter& filter) const;
  /// {id, key, self}: what the creation of an issue answers.
  ocean::Json ReferenceTo(const Issue& issue) const;

 private:
  ocean::Json Fields(const Issue& issue) const;
  ocean::Json ShortIssue(const Issue& issue) const;
  ocean::Json OfType(std::size_t type) const;
  ocean::Json OfStatus(std::size_t status) const;
  ocean::Json OfPriority(std::size_t priority) const;
  ocean::Json Components(const Issue& issue) const;

  const SiteData& site_;
  std::string api_;
};

}  // namespace jira::upstream
