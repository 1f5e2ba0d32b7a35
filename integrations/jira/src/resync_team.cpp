#include "src/resync_team.hpp"

#include <stop_token>
#include <utility>

namespace jira {

namespace {

constexpr int kTeamsAtOnce = 10;

ocean::Json MembersOf(const JiraClient& jira, const ocean::Json& team,
                      const std::stop_token& stop) {
  ocean::Json members = ocean::Json::array();
  ocean::PageRange pages = jira.TeamMembers(team.at("teamId").get<std::string>());
  pages.StopBy(stop);
  for (ocean::Batch& page : pages) {
    for (ocean::Json& member : page) members.push_back(std::move(member));
  }
  return members;
}

}  // namespace

void ResyncTeams(const JiraClient& jira, const TeamSelector& selector, ocean::ResyncContext& ctx) {
  if (!jira.has_organization()) {
    ctx.Log().Warning("there are no teams to read: atlassianOrganizationId is not set");
  } else if (!selector.include_members) {
    ctx.EmitAll(jira.Teams());
  } else {
    ctx.EmitAll(jira.Teams(), kTeamsAtOnce,
                [&](ocean::Json& team) { team["__members"] = MembersOf(jira, team, ctx.Stop()); });
  }
}

}  // namespace jira
