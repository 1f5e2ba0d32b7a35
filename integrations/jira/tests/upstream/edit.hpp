#pragma once
/// @file Edits of a site's issues.

#include <string>
#include <string_view>

#include "ocean/base/error.hpp"
#include "ocean/base/json_fwd.hpp"
#include "upstream/model.hpp"

namespace jira::upstream {

/// Throws what Jira answers with `status`.
[[noreturn]] void Refuse(int status, const std::string& message);

/// Error 404 when there is none.
Issue& FindIssue(SiteData& site, std::string_view id_or_key);
const Issue& FindIssue(const SiteData& site, std::string_view id_or_key);
std::size_t FindProject(const SiteData& site, std::string_view id_or_key);
std::size_t FindUser(const SiteData& site, std::string_view account_id);

/// Error 400 naming the field that cannot be set so.
void SetFields(Issue& issue, const ocean::Json& fields, SiteData& site);
Issue& AddIssue(const ocean::Json& fields, ocean::TimePoint now, SiteData& site);
void RemoveIssue(int id, SiteData& site);

}  // namespace jira::upstream
