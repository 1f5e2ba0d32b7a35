#include "src/resync_component.hpp"

#include "src/resync_project.hpp"

namespace jira {

namespace {

constexpr int kProjectsAtOnce = 10;

}  // namespace

void ResyncComponents(const JiraClient& jira, const ComponentSelector& selector,
                      ocean::ResyncContext& ctx) {
  ctx.ForEach(SharedProjects(jira, ctx), kProjectsAtOnce, [&](const ocean::Json& project) {
    const auto key = project.at("key").get<std::string>();
    ctx.EmitAll(jira.Components(key, selector), 1,
                [&project](ocean::Json& component) { component["__project"] = project; });
  });
}

}  // namespace jira
