#include "relations.hpp"

#include <algorithm>

#include "mapping.hpp"

namespace ocean::sync {

bool ProtectsTarget(const MappingFlags& flags, const Relation& relation) {
  return flags.create_missing_related_entities ||
         (flags.delete_dependent_entities && relation.required);
}

const Relations& BlueprintRelations::Of(const std::string& blueprint) {
  std::lock_guard lock(mutex_);
  const auto known = known_.find(blueprint);
  if (known != known_.end()) return known->second;
  Relations relations;
  const auto definition = port_.GetBlueprint(blueprint, stop_);
  if (!definition) {
    logger_.Warning("the mapping produces entities of blueprint \"" + blueprint +
                    "\", which does not exist in the catalog");
  } else if (const Json& defined = Get(*definition, "relations"); defined.is_object()) {
    for (const auto& [name, relation] : defined.items()) {
      relations.emplace(
          name, Relation{GetString(relation, "target"), Get(relation, "required") == Json(true)});
    }
  }
  return known_.emplace(blueprint, std::move(relations)).first->second;
}

void ForEachTarget(
    const Json& body, const Relations& relations,
    const std::function<void(const Relation& relation, const std::string& identifier)>& visit) {
  const Json& named = Get(body, "relations");
  for (const auto& [name, relation] : relations) {
    const Json& value = Get(named, name);
    if (value.is_string()) visit(relation, value.get_ref<const std::string&>());
    if (!value.is_array()) continue;
    for (const Json& one : value) {
      if (one.is_string()) visit(relation, one.get_ref<const std::string&>());
    }
  }
}

void DropTargets(Json& body, const Relations& relations,
                 const std::function<bool(const Relation& relation, const std::string& identifier)>&
                     is_unwanted) {
  if (!Get(body, "relations").is_object()) return;
  for (auto& [name, value] : body["relations"].get_ref<Json::object_t&>()) {
    const auto relation = relations.find(name);
    if (relation == relations.end()) continue;
    const auto unwanted = [&target = relation->second, &is_unwanted](const Json& one) {
      return one.is_string() && is_unwanted(target, one.get_ref<const std::string&>());
    };
    if (unwanted(value)) value = nullptr;
    if (value.is_array()) std::erase_if(value.get_ref<Json::array_t&>(), unwanted);
  }
}

}  // namespace ocean::sync
