#include "catalog_data.hpp"

#include <vector>

#include "ocean/base/error.hpp"
#include "ocean/base/text.hpp"
#include "places.hpp"

namespace ocean::cli {

namespace fs = std::filesystem;

namespace {

constexpr auto kHowToFill = "`ocean sail PATH --local --once` fills one";

fs::path Existing(const fs::path& file) {
  if (fs::is_regular_file(file)) return file;
  throw Error(ErrorKind::kConfig, "there is no catalog at " + file.string() + "; " + kHowToFill);
}

}  // namespace

fs::path CatalogFileOf(const fs::path& integration) {
  return integration / ".ocean" / "catalog.db";
}

fs::path FindCatalog(const CatalogPlace& place) {
  if (!place.data.empty()) return Existing(place.data);
  if (!place.path.empty()) return Existing(CatalogFileOf(RequireIntegration(place.path)));
  if (const fs::path here = CatalogFileOf("."); fs::is_regular_file(here)) return here;
  std::vector<std::string> candidates;
  for (const fs::path& integration : NearbyIntegrations(fs::current_path())) {
    const fs::path file = CatalogFileOf(integration);
    if (fs::is_regular_file(file)) candidates.push_back(Shown(file));
  }
  if (candidates.size() == 1) return candidates.front();
  if (candidates.empty()) {
    throw Error(ErrorKind::kConfig, std::string("there is no catalog here; ") + kHowToFill +
                                        ", and --data FILE names another");
  }
  throw Error(ErrorKind::kConfig,
              "there is more than one catalog; choose with --data: " + Join(candidates, ", "));
}

}  // namespace ocean::cli
