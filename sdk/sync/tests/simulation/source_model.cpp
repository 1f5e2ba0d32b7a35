#include "source_model.hpp"

#include <algorithm>
#include <utility>

#include "ocean/base/text.hpp"
#include "ocean/http/paging.hpp"

namespace ocean::sync::simulation {

namespace {

constexpr std::size_t kGroups = 3;

std::string QueryValue(const http::Request& request, std::string_view name) {
  for (const auto& [key, value] : request.query) {
    if (key == name) return value;
  }
  return {};
}

std::size_t NumberIn(const http::Request& request, std::string_view name) {
  const auto number = ParseInt(QueryValue(request, name));
  return number ? static_cast<std::size_t>(*number) : 0;
}

std::size_t GroupOf(const Item& item) {
  return item.id.back() % kGroups;
}

Json Page(const std::vector<Json>& items, std::size_t first, std::size_t count) {
  Json page = Json::array();
  for (std::size_t i = first; i < std::min(first + count, items.size()); ++i)
    page.push_back(items[i]);
  return {{"items", page}, {"total", items.size()}};
}

/// Where the items behind `after` begin: a cursor by identity does not mind what comes and goes.
std::size_t Behind(const std::vector<Item>& items, const std::string& after) {
  const auto number = [](const std::string& id) { return *ParseInt(id.substr(id.find('-') + 1)); };
  if (after.empty()) return 0;
  return static_cast<std::size_t>(
      std::find_if(items.begin(), items.end(),
                   [&](const Item& item) { return number(item.id) > number(after); }) -
      items.begin());
}

}  // namespace

SourceModel::SourceModel(Dice& dice) {
  create_missing = !dice.OneIn(3);
  delete_dependents = !dice.OneIn(3);
  requires_owner = dice.OneIn(2);
  threshold = dice.Pick(std::vector<double>{0.9, 0.9, 0.5, 1, 0});
  const std::size_t count = 1 + dice.Roll(3);
  for (std::size_t i = 0; i < count; ++i) {
    Collection& collection = collections.emplace_back();
    collection.index = i;
    collection.style = static_cast<Style>(dice.Roll(kStyles));
    collection.page_size = 2 + dice.Roll(8);
    collection.maps_owner = i == 1;
    // What may be of any blueprint has no relations here: their targets would be ambiguous.
    collection.dynamic_blueprint = i == 2 && dice.OneIn(2);
    collection.maps_parent = !collection.dynamic_blueprint && !dice.OneIn(3);
    collection.selects = dice.OneIn(3);
    const std::size_t items = dice.Roll(40);
    for (std::size_t n = 0; n < items; ++n) AddItem(dice, collection);
  }
}

void SourceModel::AddItem(Dice& dice, Collection& collection) {
  Item item;
  item.id = "k" + std::to_string(collection.index) + "-" + std::to_string(collection.next_number++);
  item.json = RollItem(dice, collection, item.id);
  collection.items.push_back(std::move(item));
}

Json SourceModel::RollItem(Dice& dice, const Collection& collection, const std::string& id) {
  const auto other = [&](const std::vector<Item>& items) -> Json {
    if (items.empty()) return nullptr;
    return items[dice.Roll(items.size())].id;
  };
  return {{"id", id},
          {"name", "name " + std::to_string(dice.Roll(1000))},
          {"n", dice.Roll(1000)},
          {"keep", !dice.OneIn(5)},
          {"bp", dice.OneIn(2) ? "b0" : "b2"},
          {"parent", dice.OneIn(2) ? other(collection.items) : Json()},
          {"owner", other(collections.front().items)}};
}

void SourceModel::ChangeItem(Dice& dice, Collection& collection, Item& item) {
  item.before = std::exchange(item.json, RollItem(dice, collection, item.id));
}

void SourceModel::Revert() {
  for (Collection& collection : collections) {
    for (Item& item : collection.items) {
      if (!item.before.is_null()) std::swap(item.json, item.before);
    }
  }
}

void SourceModel::Change(Dice& dice) {
  for (Collection& collection : collections) {
    const std::size_t changes = dice.Roll(6);
    for (std::size_t i = 0; i < changes; ++i) {
      if (dice.OneIn(3) || collection.items.empty()) {
        AddItem(dice, collection);
        continue;
      }
      const std::size_t at = dice.Roll(collection.items.size());
      if (dice.OneIn(2)) {
        collection.items.erase(collection.items.begin() + static_cast<std::ptrdiff_t>(at));
      } else {
        ChangeItem(dice, collection, collection.items[at]);
      }
    }
    if (dice.OneIn(12)) collection.items.resize(collection.items.size() / 8);
  }
}

void SourceModel::ChangeMapping(Dice& dice) {
  ++version_;
  Collection& collection = collections[dice.Roll(collections.size())];
  switch (dice.Roll(3)) {
    case 0:
      collection.selects = !collection.selects;
      break;
    case 1:
      collection.maps_number = !collection.maps_number;
      break;
    default:
      // The first stays: a mapping without resources is none.
      collection.mapped = collection.index == 0 || !collection.mapped;
  }
}

void SourceModel::Spoil(Dice& dice) {
  Collection& collection = collections[dice.Roll(collections.size())];
  if (collection.items.empty()) return;
  Item& item = collection.items[dice.Roll(collection.items.size())];
  if (dice.OneIn(2)) {
    item.json["keep"] = "maybe";
  } else if (collection.style == Style::kLink || collection.style == Style::kFan) {
    item.json["id"] = nullptr;
  }
}

void SourceModel::Heal() {
  for (Collection& collection : collections) {
    for (Item& item : collection.items) {
      item.json["id"] = item.id;
      if (!item.json["keep"].is_boolean()) item.json["keep"] = true;
    }
  }
}

void SourceModel::Shrink(Dice& dice, std::size_t collection) {
  std::vector<Item>& items = collections[collection].items;
  for (std::size_t i = 1 + dice.Roll(3); i > 0 && !items.empty(); --i)
    items.erase(items.begin() + static_cast<std::ptrdiff_t>(dice.Roll(items.size())));
}

void SourceModel::Grow(Dice& dice, std::size_t collection) {
  AddItem(dice, collections[collection]);
}

Json SourceModel::Mapping() const {
  Json resources = Json::array();
  for (const Collection& collection : collections) {
    if (!collection.mapped) continue;
    Json mappings = {
        {"identifier", ".id"},
        {"blueprint", collection.dynamic_blueprint ? ".bp" : "\"" + collection.blueprint() + "\""},
        {"title", ".name"},
        {"properties", Json::object()},
        {"relations", Json::object()}};
    if (collection.maps_number) mappings["properties"]["n"] = ".n";
    if (collection.maps_parent) mappings["relations"]["parent"] = ".parent";
    if (collection.maps_owner) mappings["relations"]["owner"] = ".owner";
    resources.push_back({{"kind", collection.kind()},
                         {"selector", {{"query", collection.selects ? ".keep" : "true"}}},
                         {"port", {{"entity", {{"mappings", mappings}}}}}});
  }
  return {{"createMissingRelatedEntities", create_missing},
          {"deleteDependentEntities", delete_dependents},
          {"entityDeletionThreshold", threshold},
          {"resources", resources}};
}

std::map<std::string, std::map<std::string, Relation>> SourceModel::Blueprints() const {
  std::map<std::string, std::map<std::string, Relation>> blueprints;
  for (const std::string name : {"b0", "b1", "b2"}) blueprints[name] = {{"parent", {name, false}}};
  blueprints["b1"]["owner"] = {"b0", requires_owner};
  return blueprints;
}

std::map<Key, Json> SourceModel::Mapped(bool doubtful_too) const {
  std::map<Key, Json> entities;
  for (const Collection& collection : collections) {
    if (!collection.mapped) continue;
    for (const Item& item : collection.items) {
      const bool doubtful = !item.json["keep"].is_boolean() || item.json["id"].is_null();
      if (doubtful && !doubtful_too) continue;
      if (collection.selects && item.json["keep"] == Json(false)) continue;
      const std::string blueprint = collection.dynamic_blueprint
                                        ? item.json["bp"].get<std::string>()
                                        : collection.blueprint();
      Json entity = {{"identifier", item.id},
                     {"blueprint", blueprint},
                     {"title", item.json["name"]},
                     {"properties", Json::object()},
                     {"relations", Json::object()}};
      if (collection.maps_number) entity["properties"]["n"] = item.json["n"];
      if (collection.maps_parent) entity["relations"]["parent"] = item.json["parent"];
      if (collection.maps_owner) entity["relations"]["owner"] = item.json["owner"];
      entities.emplace(Key{blueprint, item.id}, std::move(entity));
    }
  }
  return entities;
}

std::map<Key, Json> SourceModel::Expected() const {
  return Mapped(false);
}

std::map<Key, Json> SourceModel::Kept() const {
  return Mapped(true);
}

std::size_t SourceModel::CollectionOf(const std::string& url) {
  return static_cast<std::size_t>(url[std::string_view("http://source/").size()] - '0');
}

http::Response SourceModel::Answer(const http::WireRequest& wire) const {
  const http::Request& request = wire.request;
  const Collection& collection = collections[CollectionOf(request.url)];
  std::vector<Json> items;
  for (const Item& item : collection.items) items.push_back(item.json);
  const std::size_t size = collection.page_size;
  switch (collection.style) {
    case Style::kOffset:
      return JsonResponse(200, Page(items, NumberIn(request, "offset"), size));
    case Style::kNumber:
      return JsonResponse(200, Page(items, (NumberIn(request, "page") - 1) * size, size));
    case Style::kFan: {
      std::vector<Json> members;
      const std::size_t group = static_cast<std::size_t>(request.url.back() - '0');
      for (const Item& item : collection.items) {
        if (GroupOf(item) == group) members.push_back(item.json);
      }
      return JsonResponse(200, Page(members, 0, members.size()));
    }
    case Style::kToken:
    case Style::kLink:
      break;
  }
  const std::size_t first = Behind(collection.items, QueryValue(request, "after"));
  Json page = Page(items, first, size);
  const bool more = first + size < items.size();
  const std::string last = more ? collection.items[first + size - 1].id : "";
  page["nextPageToken"] = last;
  page["next"] =
      more ? "http://source/" + std::to_string(collection.index) + "/?after=" + last : "";
  return JsonResponse(200, page);
}

namespace {

void ReadFan(const http::Client& client, const std::string& path, ResyncContext& ctx) {
  std::vector<std::size_t> groups(kGroups);
  for (std::size_t i = 0; i < kGroups; ++i) groups[i] = i;
  ctx.ForEach(
      groups, 2,
      [&](std::size_t group) {
        ctx.EmitAll(http::TokenPages(client,
                                     http::Request::Get(path + "group/" + std::to_string(group)),
                                     {.items_path = "items"}));
      },
      OnError::kSkipItem);
}

PageRange Pages(const http::Client& client, const Collection& collection, const std::string& path) {
  const int size = static_cast<int>(collection.page_size);
  const auto request = http::Request::Get(path);
  switch (collection.style) {
    case Style::kOffset:
      return http::OffsetPages(client, request,
                               {.page_size = size, .items_path = "items", .total_path = "total"});
    case Style::kNumber:
      return http::NumberPages(client, request,
                               {.page_size = size, .items_path = "items", .total_path = "total"});
    case Style::kLink:
      return http::NextLinkPages(client, request, {.next_path = "next", .items_path = "items"});
    default:
      return http::TokenPages(client, request, {.token_parameter = "after", .items_path = "items"});
  }
}

}  // namespace

Kinds SourceModel::MakeKinds(const http::Client& client) const {
  Kinds kinds;
  for (const Collection& collection : collections) {
    const std::string path = "/" + std::to_string(collection.index) + "/";
    kinds.Add(collection.kind(), {[](const Json&, const std::string&, config::Problems&) {},
                                  [client, &collection, path](const Json&, ResyncContext& ctx) {
                                    if (collection.style == Style::kFan) {
                                      ReadFan(client, path, ctx);
                                    } else {
                                      ctx.EmitAll(Pages(client, collection, path));
                                    }
                                  }});
  }
  return kinds;
}

}  // namespace ocean::sync::simulation
