#include "src/integration.hpp"

#include "src/client.hpp"
#include "src/config.hpp"
#include "src/resync_backlog.hpp"
#include "src/resync_board.hpp"
#include "src/resync_component.hpp"
#include "src/resync_epic.hpp"
#include "src/resync_issue.hpp"
#include "src/resync_project.hpp"
#include "src/resync_release.hpp"
#include "src/resync_sprint.hpp"
#include "src/resync_team.hpp"
#include "src/resync_worklog.hpp"
#include "src/webhook_board.hpp"
#include "src/webhook_issue.hpp"
#include "src/webhook_project.hpp"
#include "src/webhook_registration.hpp"
#include "src/webhook_user.hpp"

namespace jira {
namespace {

/// Registers a kind whose handler takes the client, the selector and the context.
template <class Selector>
void AddKind(ocean::Integration& app, const JiraClient& jira, const std::string& kind,
             void (*resync)(const JiraClient&, const Selector&, ocean::ResyncContext&)) {
  app.Kind<Selector>(
      kind, [&jira, resync](const auto& selector, auto& ctx) { resync(jira, selector, ctx); });
}

template <class Processor>
void AddWebhook(ocean::Integration& app, const JiraClient& jira, const JiraConfig& config) {
  app.Webhook<Processor>("/webhook", jira, config.webhook_secret);
}

}  // namespace

void SetUp(ocean::Integration& app) {
  const auto config = app.Config<JiraConfig>();
  const auto& jira = app.Own<JiraClient>(config, app.Http());

  app.Probe([&jira] { jira.CheckAccess(); });
  AddKind(app, jira, "project", ResyncProjects);
  AddKind(app, jira, "issue", ResyncIssues);
  app.Kind("user", [&jira](auto& ctx) { ctx.EmitAll(jira.Users()); });
  AddKind(app, jira, "team", ResyncTeams);
  app.Kind("release", [&jira](auto& ctx) { ResyncReleases(jira, ctx); });
  AddKind(app, jira, "component", ResyncComponents);
  AddKind(app, jira, "worklog", ResyncWorklogs);
  AddKind(app, jira, "board", ResyncBoards);
  AddKind(app, jira, "sprint", ResyncSprints);
  AddKind(app, jira, "epic", ResyncEpics);
  AddKind(app, jira, "backlog", ResyncBacklogs);

  AddWebhook<ProjectWebhook>(app, jira, config);
  AddWebhook<IssueWebhook>(app, jira, config);
  AddWebhook<WorklogWebhook>(app, jira, config);
  AddWebhook<UserWebhook>(app, jira, config);
  AddWebhook<ReleaseWebhook>(app, jira, config);
  AddWebhook<BoardWebhook>(app, jira, config);
  AddWebhook<SprintWebhook>(app, jira, config);
  app.EnsureWebhook("/webhook", Registration(jira, app.identifier(), config.webhook_secret));
}

}  // namespace jira
