#include "src/resync_project.hpp"

#include "src/site_url.hpp"

namespace jira {

void ResyncProjects(const JiraClient& jira, const ProjectSelector& selector,
                    ocean::ResyncContext& ctx) {
  EmitWithSite(jira, jira.Projects(selector.expand), ctx);
}

ocean::PageRange SharedProjects(const JiraClient& jira, ocean::ResyncContext& ctx) {
  return ctx.Shared("projects", [&jira] { return jira.Projects(""); });
}

}  // namespace jira
