#include "upsert.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "entity_searches.hpp"
#include "schema_check.hpp"

namespace ocean::catalog {

/// An entity that passed all checks but that of its relations' targets.
struct Upserter::Item {
  std::size_t index = 0;
  EntityRow row;
  /// As it was stored.
  EntityRow before;
  bool created = false;
  bool owner_changed = false;
  std::set<Target> added;
  std::set<Target> removed;
};

namespace {

/// Properties or relations as they will be stored.
struct Part {
  Json value;
  std::string text;
};

Part Combine(const std::string& stored, Json given, bool keep) {
  if (!given.is_object()) given = Json::object();
  std::string text = DumpJson(given);
  // What says the same, or all there is to say, need not be read.
  if (!keep || stored == "{}" || text == stored) return {std::move(given), std::move(text)};
  Json combined = ParseJson(stored, "a stored entity");
  for (auto& [name, value] : given.items()) combined[name] = std::move(value);
  text = DumpJson(combined);
  return {std::move(combined), std::move(text)};
}

/// Takes a member out of an entity that is not used afterwards; null when it lacks it.
Json Take(Json& entity, const char* name) {
  const auto found = entity.find(name);
  return found != entity.end() ? std::move(*found) : Json();
}

std::string TeamText(const Json& team) {
  if (team.is_null()) return "[]";
  return DumpJson(team.is_array() ? team : Json::array({team}));
}

std::optional<std::string> TextOrNull(const Json& value) {
  return value.is_string() ? std::optional(value.get<std::string>()) : std::nullopt;
}

std::set<Target> Difference(const std::set<Target>& from, const std::set<Target>& taken) {
  std::set<Target> rest;
  std::set_difference(from.begin(), from.end(), taken.begin(), taken.end(),
                      std::inserter(rest, rest.end()));
  return rest;
}

}  // namespace

Upserter::Upserter(const Storage& storage, state::Database& database, const Blueprint& blueprint,
                   const UpsertOptions& options)
    : storage_(storage),
      database_(database),
      blueprint_(blueprint),
      options_(options),
      datasource_id_(InternDatasource(database, options.origin.user_agent)),
      now_(options.origin.at.time_since_epoch().count()),
      changes_(database, storage.changes_kept(), options.origin) {}

std::vector<UpsertResult> Upserter::Upsert(Json& entities) {
  std::vector<UpsertResult> results(entities.size());
  std::set<std::string> names;
  Group group;
  for (std::size_t i = 0; i < entities.size(); ++i) {
    Json& entity = entities[i];
    results[i].identifier = GetString(entity, "identifier", "unknown");
    try {
      AnswerSearches(storage_, database_, blueprint_, options_.origin.at, entity);
      CheckGiven(blueprint_, entity);
      results[i].identifier = GetString(entity, "identifier");
      if (!names.insert(results[i].identifier).second) Flush(group, results);
      group.push_back(Prepare(i, entity));
    } catch (const ApiError& error) {
      results[i].error = error;
    }
  }
  Flush(group, results);
  changes_.Trim();
  return results;
}

Upserter::Item Upserter::Prepare(std::size_t index, Json& entity) {
  const std::string identifier = GetString(entity, "identifier");
  std::optional<EntityRow> stored = FindEntity(database_, blueprint_.id, identifier);
  if (stored && !options_.upsert) {
    throw ApiError(409, "conflict", "Entity with identifier \"" + identifier + "\" exists already");
  }
  Item item;
  item.index = index;
  item.created = !stored;
  if (stored) {
    if (storage_.changes_kept() > 0) item.before = *stored;
    item.row = std::move(*stored);
    item.owner_changed = item.row.datasource_id != datasource_id_;
  } else {
    item.row.blueprint_id = blueprint_.id;
    item.row.identifier = identifier;
    item.row.creator_id = datasource_id_;
    item.row.created_at = now_;
  }
  item.row.datasource_id = datasource_id_;
  item.row.updated_at = now_;
  Fill(item, entity, !item.created && options_.merge);
  return item;
}

void Upserter::Fill(Item& item, Json& entity, bool keep) const {
  EntityRow& row = item.row;
  if (entity.contains("title")) {
    row.title = TextOrNull(entity.at("title"));
  } else if (!keep) {
    row.title = row.identifier;
  }
  if (entity.contains("icon") || !keep) row.icon = TextOrNull(Get(entity, "icon"));
  if (entity.contains("team") || !keep) row.team = TeamText(Get(entity, "team"));

  Part properties = Combine(row.properties, Take(entity, "properties"), keep);
  Part relations = Combine(row.relations, Take(entity, "relations"), keep);
  CheckRequired(blueprint_, properties.value, relations.value);
  row.properties = std::move(properties.text);
  const std::string before = std::exchange(row.relations, std::move(relations.text));
  // Targets of relations that stay exist: only what changes is looked up.
  if (before != row.relations) FindChangedTargets(item, before, relations.value);
}

void Upserter::FindChangedTargets(Item& item, const std::string& before,
                                  const Json& relations) const {
  for (const auto& [name, value] : relations.items()) {
    const auto rule = blueprint_.relations.find(name);
    if (!value.is_null() && rule != blueprint_.relations.end())
      storage_.GetBlueprint(rule->second.target);
  }
  const Json old_relations = ParseJson(before, "a stored entity");
  const std::set<Target> old_targets = TargetsOf(storage_.blueprints(), blueprint_, old_relations);
  const std::set<Target> new_targets = TargetsOf(storage_.blueprints(), blueprint_, relations);
  item.added = Difference(new_targets, old_targets);
  item.removed = Difference(old_targets, new_targets);
}

void Upserter::Flush(Group& group, std::vector<UpsertResult>& results) {
  if (!options_.create_missing) DropUnresolvable(group, results);
  for (Item& item : group) {
    Write(item);
    results[item.index].created = item.created;
  }
  for (const Item& item : group) Link(item);
  group.clear();
}

void Upserter::DropUnresolvable(Group& group, std::vector<UpsertResult>& results) {
  // What is dropped may be what another one names: again until nothing changes.
  for (bool dropped = true; dropped;) {
    std::set<Target> in_group;
    for (const Item& item : group) in_group.insert({blueprint_.id, item.row.identifier});
    const auto is_unresolvable = [&](const Item& item) {
      const Target* missing = FirstMissing(item, in_group);
      if (missing == nullptr) return false;
      const BlueprintPtr blueprint = storage_.blueprints().Find(missing->blueprint_id);
      results[item.index].error = EntityNotFound(blueprint->identifier, missing->identifier);
      return true;
    };
    dropped = std::erase_if(group, is_unresolvable) > 0;
  }
}

const Target* Upserter::FirstMissing(const Item& item, const std::set<Target>& in_group) {
  for (const Target& target : item.added) {
    if (in_group.contains(target)) continue;
    if (FindEntityId(database_, target.blueprint_id, target.identifier) == 0) return &target;
  }
  return nullptr;
}

void Upserter::Write(Item& item) {
  if (item.created) {
    item.row.id = InsertEntity(database_, item.row);
    changes_.Created(item.row);
  } else {
    UpdateEntity(database_, item.row, item.owner_changed);
    changes_.Updated(item.before, item.row);
  }
}

void Upserter::Link(const Item& item) {
  for (const Target& target : item.added) AddLink(database_, FindOrCreate(target), item.row.id);
  for (const Target& target : item.removed) {
    RemoveLink(database_, FindEntityId(database_, target.blueprint_id, target.identifier),
               item.row.id);
  }
}

std::int64_t Upserter::FindOrCreate(const Target& target) {
  std::int64_t& id = targets_[target];
  if (id == 0) id = FindEntityId(database_, target.blueprint_id, target.identifier);
  if (id == 0) {
    EntityRow bare;
    bare.blueprint_id = target.blueprint_id;
    bare.identifier = target.identifier;
    bare.title = target.identifier;
    bare.datasource_id = bare.creator_id = datasource_id_;
    bare.created_at = bare.updated_at = now_;
    bare.id = id = InsertEntity(database_, bare);
    changes_.Created(bare);
  }
  return id;
}

}  // namespace ocean::catalog
