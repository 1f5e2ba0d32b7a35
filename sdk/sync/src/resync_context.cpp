#include "ocean/sync/resync_context.hpp"

#include <span>
#include <utility>

namespace ocean {

void ResyncContext::Walk(PageRange pages, const std::function<void(Batch& page)>& prepare) {
  for (Batch& page : pages) {
    prepare(page);
    Emit(std::move(page));
  }
}

void ResyncContext::EmitAll(PageRange pages, int limit,
                            const std::function<void(Json& item)>& edit) {
  pages.StopBy(Stop());
  Walk(std::move(pages), [&](Batch& page) {
    // Null is no item of anyone's. What is doubtful about the page, Emit says.
    ForEach(std::span(page.begin(), page.end()), limit, [&](Json& item) {
      Json edited = std::exchange(item, nullptr);
      edit(edited);
      item = std::move(edited);
    });
    page.EraseIf([](const Json& item) { return item.is_null(); });
    page.Weigh();
  });
}

}  // namespace ocean
