#include "src/site_url.hpp"

#include <utility>

namespace jira {

void AddSiteUrl(const JiraClient& jira, ocean::Json& object) {
  if (const std::string site = jira.SiteUrl(); !site.empty()) object["__siteUrl"] = site;
}

void EmitWithSite(const JiraClient& jira, ocean::PageRange pages, ocean::ResyncContext& ctx) {
  ctx.EmitAll(std::move(pages), 1, [&jira](ocean::Json& object) { AddSiteUrl(jira, object); });
}

}  // namespace jira
