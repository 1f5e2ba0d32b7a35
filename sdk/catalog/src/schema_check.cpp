#include "schema_check.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "api_error.hpp"
#include "identifier.hpp"

namespace ocean::catalog {

namespace {

constexpr std::array<std::string_view, 7> kMembers = {"identifier", "title",     "icon",     "team",
                                                      "properties", "relations", "blueprint"};

constexpr std::string_view kIdentifierRule =
    " must be an identifier: 1 to 1000 letters, digits and @ _ . + : \\ / = -";

using Problems = std::vector<std::string>;

void CheckValue(const ValueRule& rule, const Json& value, const std::string& where,
                Problems& problems) {
  if (TypeName(value) != rule.type) {
    problems.push_back(where + " must be " + rule.type + ", got " + std::string(TypeName(value)));
  } else if (!rule.allowed.empty() &&
             std::find(rule.allowed.begin(), rule.allowed.end(), value) == rule.allowed.end()) {
    problems.push_back(where + " must be one of " + DumpJson(Json(rule.allowed)) + ", got " +
                       DumpJson(value));
  }
}

void CheckProperty(const PropertyRule& rule, const Json& value, const std::string& where,
                   Problems& problems) {
  // A null of a required property is found with what would be stored.
  if (value.is_null()) return;
  if (!rule.items) return CheckValue(rule.value, value, where, problems);
  CheckValue({rule.value.type, {}}, value, where, problems);
  if (!value.is_array()) return;
  for (std::size_t i = 0; i < value.size(); ++i) {
    CheckValue(*rule.items, value[i], where + "[" + std::to_string(i) + "]", problems);
  }
}

void CheckProperties(const Blueprint& blueprint, const Json& properties, Problems& problems) {
  if (!properties.is_object()) {
    problems.emplace_back("properties must be object");
    return;
  }
  for (const auto& [name, value] : properties.items()) {
    const auto rule = blueprint.properties.find(name);
    if (rule == blueprint.properties.end()) {
      problems.push_back("properties." + name + " is not defined in blueprint \"" +
                         blueprint.identifier + "\"");
    } else {
      CheckProperty(rule->second, value, "properties." + name, problems);
    }
  }
}

void CheckTarget(const Json& value, const std::string& where, Problems& problems) {
  if (!value.is_string() || !IsIdentifier(value.get_ref<const std::string&>())) {
    problems.push_back(where + std::string(kIdentifierRule));
  }
}

void CheckRelation(const RelationRule& rule, const Json& value, const std::string& where,
                   Problems& problems) {
  // An object is a search that has been answered before the check, unless it is out of place.
  if (value.is_null()) return;
  if (!rule.many) return CheckTarget(value, where, problems);
  if (!value.is_array()) {
    problems.push_back(where + " must be array, got " + std::string(TypeName(value)));
    return;
  }
  for (std::size_t i = 0; i < value.size(); ++i) {
    CheckTarget(value[i], where + "[" + std::to_string(i) + "]", problems);
  }
}

void CheckRelations(const Blueprint& blueprint, const Json& relations, Problems& problems) {
  if (!relations.is_object()) {
    problems.emplace_back("relations must be object");
    return;
  }
  for (const auto& [name, value] : relations.items()) {
    const auto rule = blueprint.relations.find(name);
    if (rule == blueprint.relations.end()) {
      problems.push_back("relations." + name + " is not defined in blueprint \"" +
                         blueprint.identifier + "\"");
    } else {
      CheckRelation(rule->second, value, "relations." + name, problems);
    }
  }
}

bool IsTeam(const Json& team) {
  const auto is_text = [](const Json& value) { return value.is_string(); };
  return team.is_null() || team.is_string() ||
         (team.is_array() && std::all_of(team.begin(), team.end(), is_text));
}

void CheckMembers(const Blueprint& blueprint, const Json& entity, Problems& problems) {
  for (const auto& [name, value] : entity.items()) {
    if (std::find(kMembers.begin(), kMembers.end(), name) == kMembers.end()) {
      problems.push_back(name + " is no member of an entity");
    }
  }
  const Json& identifier = Get(entity, "identifier");
  if (!identifier.is_string() || !IsIdentifier(identifier.get_ref<const std::string&>())) {
    problems.push_back("identifier" + std::string(kIdentifierRule));
  }
  for (const char* name : {"title", "icon"}) {
    const Json& text = Get(entity, name);
    if (!text.is_null() && !text.is_string()) {
      problems.push_back(std::string(name) + " must be string, got " + std::string(TypeName(text)));
    }
  }
  if (!IsTeam(Get(entity, "team")))
    problems.emplace_back("team must be string, array of strings or null");
  if (GetString(entity, "blueprint", blueprint.identifier) != blueprint.identifier) {
    problems.push_back("blueprint must be \"" + blueprint.identifier + "\", as in the path");
  }
}

}  // namespace

void CheckGiven(const Blueprint& blueprint, const Json& entity) {
  if (!entity.is_object()) throw Invalid("an entity must be object");
  Problems problems;
  CheckMembers(blueprint, entity, problems);
  if (entity.contains("properties")) CheckProperties(blueprint, entity.at("properties"), problems);
  if (entity.contains("relations")) CheckRelations(blueprint, entity.at("relations"), problems);
  RefuseProblems(problems);
}

void CheckRequired(const Blueprint& blueprint, const Json& properties, const Json& relations) {
  Problems problems;
  for (const auto& [name, rule] : blueprint.properties) {
    if (rule.required && Get(properties, name).is_null())
      problems.push_back("properties." + name + " is required");
  }
  for (const auto& [name, rule] : blueprint.relations) {
    if (!rule.required) continue;
    const Json& value = Get(relations, name);
    if (value.is_null() || (value.is_array() && value.empty())) {
      problems.push_back("relations." + name + " is required");
    }
  }
  RefuseProblems(problems);
}

}  // namespace ocean::catalog
