#include "upstream/site.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "ocean/base/error.hpp"
#include "ocean/base/text.hpp"

namespace octopus::upstream {
namespace {

using ocean::GetString;
using ocean::Json;

[[noreturn]] void Refuse(int status, const std::string& message) {
  throw ocean::Error(ocean::Error(ocean::ErrorKind::kPermanent, message).set_http_status(status));
}

/// How Octopus begins the Ids of a collection: "projects" → "Projects-".
std::string PrefixOf(const std::string& collection) {
  if (collection == "tasks") return "ServerTasks-";
  return ocean::ToUpper(collection.substr(0, 1)) + collection.substr(1) + "-";
}

bool IsNewestFirst(const std::string& collection) {
  return collection == "releases" || collection == "deployments" || collection == "tasks";
}

template <class Records>
auto FindById(Records& records, std::string_view id) {
  const auto found = std::find_if(records.begin(), records.end(), [&](const Json& record) {
    return GetString(record, "Id") == id;
  });
  if (found == records.end()) {
    Refuse(404, "The resource '" + std::string(id) + "' was not found.");
  }
  return found;
}

Json Envelope(const std::vector<Json>& records, bool newest_first, Slice slice) {
  Json items = Json::array();
  const std::size_t end = std::min(records.size(), slice.skip + slice.take);
  for (std::size_t i = slice.skip; i < end; ++i) {
    items.push_back(records[newest_first ? records.size() - 1 - i : i]);
  }
  const std::size_t pages = slice.take == 0 ? 0 : (records.size() + slice.take - 1) / slice.take;
  return {{"TotalResults", records.size()}, {"ItemsPerPage", slice.take},
          {"NumberOfPages", pages},         {"LastPageNumber", pages == 0 ? 0 : pages - 1},
          {"Items", std::move(items)},      {"Links", Json::object()}};
}

void Merge(Json& record, const Json& changes) {
  for (const auto& [name, value] : changes.items()) record[name] = value;
}

constexpr std::array<std::string_view, 6> kNames = {"Ledger API", "Größenrechner",   "データ基盤",
                                                    "Портал",     "Checkout \"v2\"", "search-🔎"};

/// A time that is later the greater `minute` is.
std::string TimeAt(std::size_t minute) {
  std::string text = std::to_string(100 + minute / 60 % 24).substr(1) + ":" +
                     std::to_string(100 + minute % 60).substr(1);
  const std::string day = std::to_string(100 + 1 + minute / 1440 % 28).substr(1);
  return "2026-07-" + day + "T" + text + ":00.000+00:00";
}

Json ProjectNumber(std::size_t i, std::uint64_t seed) {
  return {{"Name", std::string(kNames[(i + seed) % kNames.size()]) + " " + std::to_string(i + 1)},
          {"Slug", "project-" + std::to_string(i + 1)},
          {"Description", i % 3 == 0 ? Json() : Json("Deploys itself")},
          {"IsDisabled", i % 7 == 6},
          {"TenantedDeploymentMode", "Untenanted"}};
}

Json ReleaseNumber(std::size_t i, const Json& project) {
  return {{"ProjectId", project.at("Id")},
          {"ChannelId", "Channels-1"},
          {"Version", "1." + std::to_string(i) + ".0"},
          {"Assembled", TimeAt(i)},
          {"ReleaseNotes", i % 4 == 0 ? Json() : Json("- faster")}};
}

Json DeploymentNumber(std::size_t i, const Json& release) {
  return {{"ProjectId", release.at("ProjectId")},
          {"ReleaseId", release.at("Id")},
          {"EnvironmentId", "Environments-1"},
          {"TaskId", "ServerTasks-" + std::to_string(i + 1)},
          {"Name", "Deploy to Production"},
          {"Created", TimeAt(i + 5)},
          {"DeployedBy", "ci"},
          {"FailureEncountered", i % 5 == 4},
          {"Comments", nullptr}};
}

Json MachineNumber(std::size_t i) {
  return {
      {"Name", "web-" + std::to_string(i + 1)},
      {"IsDisabled", false},
      {"Roles", {"web"}},
      {"HealthStatus", i % 3 == 2 ? "Unhealthy" : "Healthy"},
      {"StatusSummary", "Checked"},
      {"OperatingSystem", "Debian GNU/Linux 12"},
      {"Architecture", "X64"},
      {"Endpoint",
       {{"CommunicationStyle", "TentaclePassive"}, {"DeploymentTargetTypeId", "TentaclePassive"}}}};
}

}  // namespace

OctopusSite::OctopusSite(const SiteOptions& options) {
  for (int i = 0; i < options.spaces; ++i) Generate(i, options);
}

void OctopusSite::Generate(int position, const SiteOptions& options) {
  const Json made = CreateSpace({{"Name", "Space " + std::to_string(position + 1)},
                                 {"Description", position % 2 == 0 ? Json("Made up") : Json()},
                                 {"IsDefault", position == 0}});
  const auto space = made.at("Id").get<std::string>();
  const auto fill = [&](const std::string& collection, int count, auto&& make) {
    Json records = Json::array();
    for (std::size_t i = 0; std::cmp_less(i, count); ++i) {
      records.push_back(Create(space, collection, make(i)));
    }
    return records;
  };
  const Json projects = fill("projects", options.projects,
                             [&](std::size_t i) { return ProjectNumber(i, options.seed); });
  if (!projects.empty()) {
    const Json releases = fill("releases", options.releases, [&](std::size_t i) {
      return ReleaseNumber(i, projects[i % projects.size()]);
    });
    if (!releases.empty()) {
      fill("deployments", options.deployments,
           [&](std::size_t i) { return DeploymentNumber(i, releases[i % releases.size()]); });
    }
  }
  fill("machines", options.machines, MachineNumber);
}

Json OctopusSite::SpacePage(Slice slice) const {
  std::lock_guard lock(mutex_);
  return Envelope(spaces_, false, slice);
}

Json OctopusSite::Space(std::string_view id) const {
  std::lock_guard lock(mutex_);
  return *FindById(spaces_, id);
}

const OctopusSite::Collection& OctopusSite::Find(const std::string& space,
                                                 const std::string& collection) const {
  FindById(spaces_, space);
  if (forbidden_.contains(space)) Refuse(403, "You do not have permission to view this space.");
  static const Collection kNothing;
  const auto of_space = collections_.find(space);
  if (of_space == collections_.end()) return kNothing;
  const auto found = of_space->second.find(collection);
  return found == of_space->second.end() ? kNothing : found->second;
}

Json OctopusSite::Page(const std::string& space, const std::string& collection, Slice slice) const {
  std::lock_guard lock(mutex_);
  return Envelope(Find(space, collection), IsNewestFirst(collection), slice);
}

Json OctopusSite::Record(const std::string& space, const std::string& collection,
                         std::string_view id) const {
  std::lock_guard lock(mutex_);
  return *FindById(Find(space, collection), id);
}

std::string OctopusSite::NextId(const std::string& collection) {
  return PrefixOf(collection) + std::to_string(++last_ids_[collection]);
}

Json OctopusSite::Create(const std::string& space, const std::string& collection,
                         const Json& record) {
  std::lock_guard lock(mutex_);
  Find(space, collection);
  Json created = {{"Id", NextId(collection)}, {"SpaceId", space}};
  Merge(created, record);
  created["Links"] = {
      {"Self", "/api/" + space + "/" + collection + "/" + created.at("Id").get<std::string>()}};
  collections_[space][collection].push_back(created);
  return created;
}

void OctopusSite::Edit(const std::string& space, const std::string& collection, std::string_view id,
                       const Json& changes) {
  std::lock_guard lock(mutex_);
  FindById(Find(space, collection), id);
  Merge(*FindById(collections_[space][collection], id), changes);
}

void OctopusSite::Delete(const std::string& space, const std::string& collection,
                         std::string_view id) {
  std::lock_guard lock(mutex_);
  FindById(Find(space, collection), id);
  Collection& records = collections_[space][collection];
  records.erase(FindById(records, id));
}

Json OctopusSite::CreateSpace(const Json& record) {
  std::lock_guard lock(mutex_);
  Json created = {{"Id", NextId("spaces")}};
  Merge(created, record);
  spaces_.push_back(created);
  return created;
}

void OctopusSite::EditSpace(std::string_view id, const Json& changes) {
  std::lock_guard lock(mutex_);
  Merge(*FindById(spaces_, id), changes);
}

void OctopusSite::Forbid(const std::string& space) {
  std::lock_guard lock(mutex_);
  forbidden_.insert(space);
}

std::size_t OctopusSite::object_count() const {
  std::lock_guard lock(mutex_);
  std::size_t count = spaces_.size();
  for (const auto& [space, of_space] : collections_) {
    for (const auto& [name, records] : of_space) count += records.size();
  }
  return count;
}

}  // namespace octopus::upstream
