#include "relations.hpp"

#include <algorithm>

namespace ocean::catalog {

namespace {

bool IsEmpty(const Json& value) {
  return value.is_null() || (value.is_array() && value.empty());
}

}  // namespace

std::set<Target> TargetsOf(const BlueprintIndex& blueprints, const Blueprint& blueprint,
                           const Json& relations) {
  std::set<Target> targets;
  for (const auto& [name, value] : relations.items()) {
    const auto rule = blueprint.relations.find(name);
    if (rule == blueprint.relations.end() || IsEmpty(value)) continue;
    const BlueprintPtr target = blueprints.Find(rule->second.target);
    if (!target) continue;
    if (value.is_string()) targets.insert({target->id, value.get<std::string>()});
    if (!value.is_array()) continue;
    for (const Json& element : value) targets.insert({target->id, element.get<std::string>()});
  }
  return targets;
}

Json WithoutTargets(const BlueprintIndex& blueprints, const Blueprint& blueprint, Json relations,
                    const std::function<bool(const Target&)>& is_gone) {
  for (const auto& [name, rule] : blueprint.relations) {
    const BlueprintPtr target = blueprints.Find(rule.target);
    if (!target || !relations.contains(name)) continue;
    const auto names_gone = [&](const Json& value) {
      return value.is_string() && is_gone({target->id, value.get<std::string>()});
    };
    Json& value = relations[name];
    if (names_gone(value)) value = nullptr;
    if (value.is_array())
      value.erase(std::remove_if(value.begin(), value.end(), names_gone), value.end());
  }
  return relations;
}

bool BreaksRequired(const Blueprint& blueprint, const Json& before, const Json& after) {
  return std::any_of(blueprint.relations.begin(), blueprint.relations.end(),
                     [&](const auto& relation) {
                       return relation.second.required && !IsEmpty(Get(before, relation.first)) &&
                              IsEmpty(Get(after, relation.first));
                     });
}

}  // namespace ocean::catalog
