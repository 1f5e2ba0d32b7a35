#include "entity_searches.hpp"

#include <string>

#include "api_error.hpp"
#include "search.hpp"

namespace ocean::catalog {

namespace {

bool IsSearch(const Json& value) {
  return value.is_object();
}

Json Identifiers(const Lookup& lookup, const Blueprint& blueprint, TimePoint now,
                 const Json& query) {
  Json found = Json::array();
  Search(ReadSearchQuery(query), lookup, now, "")
      .ForEachOf(blueprint, "", [&](const EntityRow& row) {
        found.push_back(row.identifier);
        return true;
      });
  return found;
}

Json OnlyOne(const Json& found, const std::string& where) {
  if (found.size() > 1) {
    throw Invalid(
        where + ": the query matches " + std::to_string(found.size()) + " entities, expected one",
        Json{{"matches", found}});
  }
  return found.empty() ? Json() : found[0];
}

}  // namespace

void AnswerSearches(const Storage& storage, state::Database& database, const Blueprint& blueprint,
                    TimePoint now, Json& entity) {
  if (!entity.is_object()) return;
  const auto find = [&](const Blueprint& among, const Json& query) {
    return Identifiers(Lookup(database, storage.blueprints()), among, now, query);
  };
  if (IsSearch(Get(entity, "identifier"))) {
    const Json query = entity.at("identifier");
    const Json found = OnlyOne(find(blueprint, query), "identifier");
    if (found.is_null()) throw EntityNotFound(blueprint.identifier, DumpJson(query));
    entity["identifier"] = found;
  }
  if (IsSearch(Get(entity, "team"))) {
    entity["team"] = find(*storage.GetBlueprint("_team"), entity.at("team"));
  }
  if (!Get(entity, "relations").is_object()) return;
  for (auto& [name, value] : entity["relations"].items()) {
    const auto rule = blueprint.relations.find(name);
    if (!IsSearch(value) || rule == blueprint.relations.end()) continue;
    const Json found = find(*storage.GetBlueprint(rule->second.target), value);
    value = rule->second.many ? found : OnlyOne(found, "relations." + name);
  }
}

}  // namespace ocean::catalog
