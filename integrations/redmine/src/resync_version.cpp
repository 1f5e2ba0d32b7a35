#include "src/resync_version.hpp"

#include <utility>

namespace redmine {
namespace {

constexpr int kProjectsAtOnce = 4;

}  // namespace

void ResyncVersions(const RedmineClient& redmine, ocean::ResyncContext& ctx) {
  ctx.ForEach(redmine.Projects(), kProjectsAtOnce, [&](const ocean::Json& project) {
    const auto id = project.at("id").get<std::int64_t>();
    ocean::Batch versions = redmine.Versions(id, ctx.Stop());
    versions.EraseIf(
        [id](const ocean::Json& version) { return version.at("project").at("id") != id; });
    ctx.Emit(std::move(versions));
  });
}

}  // namespace redmine
