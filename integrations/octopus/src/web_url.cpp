#include "src/web_url.hpp"

#include <map>

namespace octopus {
namespace {

/// What stands around the record's Id, behind its space.
struct Place {
  std::string_view folder;
  std::string_view page;
};

const std::map<std::string_view, Place> kPlaces = {
    {"project", {"/projects/", ""}},
    {"release", {"/releases/", ""}},
    {"deployment", {"/deployments/", ""}},
    {"machine", {"/infrastructure/machines/", "/settings"}}};

}  // namespace

std::string WebUrl(const std::string& server_url, std::string_view kind,
                   const ocean::Json& record) {
  const std::string id = ocean::GetString(record, "Id");
  if (id.empty()) return "";
  const std::string app = server_url + "/app#/";
  if (kind == "space") return app + id;
  const auto place = kPlaces.find(kind);
  if (place == kPlaces.end()) return "";
  return app + ocean::GetString(record, "SpaceId") + std::string(place->second.folder) + id +
         std::string(place->second.page);
}

}  // namespace octopus
