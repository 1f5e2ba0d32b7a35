#include "src/webhook_project.hpp"

#include <string>

#include "src/site_url.hpp"

namespace jira {
namespace {

using ocean::Json;

Json VersionNow(const JiraClient& jira, const std::string& id, const std::stop_token& stop) {
  Json version = jira.Version(id, stop);
  const Json project = jira.Project(TextOf(version, "projectId"), "", stop);
  version["__projectKey"] = ocean::GetString(project, "key");
  return version;
}

/// A version as events tell of it, with its id as a resync reads it.
Json VersionThen(Json version) {
  version["id"] = TextOf(version, "id");
  return version;
}

}  // namespace

ocean::EventResult ProjectWebhook::Handle(const ocean::WebhookEvent& event,
                                          const ProjectSelector& selector,
                                          ocean::EventContext& ctx) const {
  const Json& project = ObjectOf(event);
  const std::string name = NameOf(event);
  if (name == "project_deleted" || name == "project_soft_deleted") return ocean::Deleted(project);
  const auto fetch = [&] {
    Json now = jira().Project(ocean::GetString(project, "key"), selector.expand, ctx.stop);
    AddSiteUrl(jira(), now);
    return now;
  };
  return ocean::Refetched(fetch, project);
}

ocean::EventResult ReleaseWebhook::Handle(const ocean::WebhookEvent& event, const NoSelector&,
                                          ocean::EventContext& ctx) const {
  const Json& version = ObjectOf(event);
  const auto now = [&](const std::string& id) { return VersionNow(jira(), id, ctx.stop); };
  if (NameOf(event) != "jira:version_deleted") {
    return ocean::Refetched([&] { return now(TextOf(version, "id")); }, VersionThen(version));
  }
  ocean::EventResult result = ocean::Deleted(VersionThen(version));
  const std::string merged_to = TextOf(ocean::Get(event.body, "mergedTo"), "id");
  if (!merged_to.empty()) result.updated.push_back(now(merged_to));
  return result;
}

}  // namespace jira
