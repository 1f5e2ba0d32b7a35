#include "src/resync_release.hpp"

#include "src/resync_project.hpp"

namespace jira {

namespace {

constexpr int kProjectsAtOnce = 10;

}  // namespace

void ResyncReleases(const JiraClient& jira, ocean::ResyncContext& ctx) {
  ctx.ForEach(SharedProjects(jira, ctx), kProjectsAtOnce, [&](const ocean::Json& project) {
    const auto key = project.at("key").get<std::string>();
    ctx.EmitAll(jira.Versions(key), 1,
                [&key](ocean::Json& version) { version["__projectKey"] = key; });
  });
}

}  // namespace jira
