#include "src/resync_space.hpp"

#include "src/web_url.hpp"

namespace octopus {

void ResyncSpaces(const OctopusClient& octopus, ocean::ResyncContext& ctx) {
  ctx.EmitAll(SharedSpaces(octopus, ctx), 1, [&](ocean::Json& space) {
    space["__url"] = WebUrl(octopus.server_url(), "space", space);
  });
}

ocean::PageRange SharedSpaces(const OctopusClient& octopus, ocean::ResyncContext& ctx) {
  return ctx.Shared("spaces", [&octopus] { return octopus.Spaces(); });
}

}  // namespace octopus
