#include "src/integration.hpp"

#include "src/client.hpp"
#include "src/config.hpp"
#include "src/resync_version.hpp"

namespace redmine {

void SetUp(ocean::Integration& app) {
  const auto& redmine = app.Own<RedmineClient>(app.Config<RedmineConfig>(), app.Http());

  app.Probe([&redmine] { redmine.CheckAccess(); });
  app.Kind("project", [&redmine](auto& ctx) { ctx.EmitAll(redmine.Projects()); });
  app.Kind<IssueSelector>("issue", [&redmine](const auto& selector, auto& ctx) {
    ctx.EmitAll(redmine.Issues(selector));
  });
  app.Kind("user", [&redmine](auto& ctx) { ctx.EmitAll(redmine.Users()); });
  app.Kind("version", [&redmine](auto& ctx) { ResyncVersions(redmine, ctx); });
  app.Kind<TimeEntrySelector>("time-entry", [&redmine](const auto& selector, auto& ctx) {
    ctx.EmitAll(redmine.TimeEntries(selector));
  });
}

}  // namespace redmine
