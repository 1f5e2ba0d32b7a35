#include "src/resync_team.hpp"

#include <utility>

namespace jira {

namespace {

constexpr int kTeamsAtOnce = 10;

ocean::Json MembersOf(const JiraClient& jira, const ocean::Json& team) {
  ocean::Json members = ocean::Json::array();
  for (ocean::Batch& page : jira.TeamMembers(team.at("teamId").get<std::string>())) {
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
                [&jira](ocean::Json& team) { team["__members"] = MembersOf(jira, team); });
  }
}

}  // namespace jira
