#include "ocean/app/integration.hpp"

namespace ocean {

void Integration::Kind(std::string kind, std::function<void(ResyncContext&)> resync) {
  kinds_.Add(
      std::move(kind),
      {.check_selector =
           [](const Json& selector, const std::string& path, config::Problems& problems) {
             config::NormaliseObject({}, selector, path, problems, UnknownKeys::kReport);
           },
       .resync = [resync = std::move(resync)](const Json&, ResyncContext& ctx) { resync(ctx); }});
}

}  // namespace ocean
