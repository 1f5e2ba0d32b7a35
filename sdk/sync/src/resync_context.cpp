#include "ocean/sync/resync_context.hpp"

#include <span>
#include <utility>

namespace ocean {

void ResyncContext::EmitAll(PageRange pages, int limit,
                            const std::function<void(Json& item)>& edit) {
  for (Batch& page : pages) {
    // Null is no item of anyone's. What is doubtful about the page, Emit says.
    ForEach(std::span(page.begin(), page.end()), limit, [&](Json& item) {
      Json edited = std::exchange(item, nullptr);
      edit(edited);
      item = std::move(edited);
    });
    page.EraseIf([](const Json& item) { return item.is_null(); });
    page.Weigh();
    Emit(std::move(page));
  }
}

}  // namespace ocean
