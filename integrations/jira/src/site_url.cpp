#include "src/site_url.hpp"

#include <utility>

namespace jira {

void EmitWithSite(const JiraClient& jira, ocean::PageRange pages, ocean::ResyncContext& ctx) {
  const std::string site = jira.SiteUrl();
  if (site.empty()) return ctx.EmitAll(std::move(pages));
  ctx.EmitAll(std::move(pages), 1, [&site](ocean::Json& object) { object["__siteUrl"] = site; });
}

}  // namespace jira
