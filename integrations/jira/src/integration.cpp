#include "src/integration.hpp"

#include "src/client.hpp"
#include "src/config.hpp"

namespace jira {

void SetUp(ocean::Integration& app) {
  const auto& jira = app.Own<JiraClient>(app.Config<JiraConfig>(), app.Http());

  app.Probe([&jira] { jira.CheckAccess(); });
  app.Kind<ProjectSelector>("project", [&jira](const auto& selector, auto& ctx) {
    ctx.EmitAll(jira.Projects(selector.expand));
  });
  app.Kind<IssueSelector>("issue", [&jira](const auto& selector, auto& ctx) {
    ctx.EmitAll(jira.Issues(selector.jql, selector.fields, selector.expand));
  });
  app.Kind("user", [&jira](auto& ctx) { ctx.EmitAll(jira.Users()); });
}

}  // namespace jira
