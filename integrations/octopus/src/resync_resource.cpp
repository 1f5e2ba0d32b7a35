#include "src/resync_resource.hpp"

#include <utility>

#include "src/resync_space.hpp"
#include "src/web_url.hpp"

namespace octopus {
namespace {

constexpr int kSpacesAtOnce = 20;

/// Takes from `page` what is beyond the first `room` records, and from `room` what is left.
void KeepFirst(ocean::Batch& page, std::size_t& room) {
  std::size_t position = 0;
  page.EraseIf([&](const ocean::Json&) { return position++ >= room; });
  room -= page.size();
}

}  // namespace

void ResyncResources(const OctopusClient& octopus, const std::string& kind,
                     const ResourceSelector& selector, ocean::ResyncContext& ctx) {
  const std::string name = selector.path.empty() ? kind + "s" : selector.path;
  const bool is_limited = selector.max_items_per_space > 0;
  ctx.ForEach(SharedSpaces(octopus, ctx), kSpacesAtOnce, [&](const ocean::Json& space) {
    const auto space_id = space.at("Id").get<std::string>();
    auto room = static_cast<std::size_t>(selector.max_items_per_space);
    ocean::PageRange pages = octopus.Resources(space_id, name);
    pages.StopBy(ctx.Stop());
    for (ocean::Batch& page : pages) {
      if (is_limited) KeepFirst(page, room);
      for (ocean::Json& record : page) {
        record["__url"] = WebUrl(octopus.server_url(), kind, record);
      }
      ctx.Emit(std::move(page));
      if (is_limited && room == 0) {
        ctx.Log().Warning("only the first are read: selector.maxItemsPerSpace",
                          {{"space", space_id}, {"resource", name}});
        break;
      }
    }
  });
}

}  // namespace octopus
