#include "ocean/app/integration.hpp"

namespace ocean {

void Integration::Kind(std::string kind, std::function<void(ResyncContext&)> resync) {
  Register(
      std::move(kind),
      {.check_selector =
           [](const Json& selector, const std::string& path, config::Problems& problems) {
             config::NormaliseObject({}, selector, path, problems, UnknownKeys::kReport);
           },
       .resync = [resync = std::move(resync)](const Json&, ResyncContext& ctx) { resync(ctx); }});
}

void Integration::Register(std::string kind, sync::Kind definition) {
  const auto [place, added] = kinds_.emplace(std::move(kind), std::move(definition));
  if (!added) {
    throw Error(ErrorKind::kBug, "the kind \"" + place->first + "\" is registered twice");
  }
}

}  // namespace ocean
