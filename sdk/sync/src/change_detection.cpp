#include "change_detection.hpp"

#include <algorithm>

namespace ocean::sync {

namespace {

bool IsEmptyList(const Json& value) {
  return value.is_null() || (value.is_array() && value.empty());
}

bool SameTeam(const Json& mapped, const Json& stored) {
  if (IsEmptyList(mapped) && IsEmptyList(stored)) return true;
  const auto sorted = [](const Json& team) {
    std::vector<std::string> names;
    if (team.is_string()) names.push_back(team.get<std::string>());
    if (team.is_array()) {
      for (const Json& name : team)
        names.push_back(name.is_string() ? name.get<std::string>() : DumpJson(name));
    }
    std::sort(names.begin(), names.end());
    return names;
  };
  return sorted(mapped) == sorted(stored);
}

bool SameRelation(const Json& mapped, const Json& stored) {
  return (IsEmptyList(mapped) && IsEmptyList(stored)) || mapped == stored;
}

template <class Same>
bool SameMembers(const Json& mapped, const Json& stored, Same same) {
  if (!mapped.is_object()) return true;
  const auto& members = mapped.get_ref<const Json::object_t&>();
  return std::all_of(members.begin(), members.end(), [&](const auto& member) {
    return same(member.second, Get(stored, member.first));
  });
}

}  // namespace

bool IsUnchanged(const Json& mapped, const Json& stored) {
  for (const auto& [name, value] : mapped.get_ref<const Json::object_t&>()) {
    const Json& other = Get(stored, name);
    bool same = true;
    if (name == "title") {
      same = value == other || (value.is_null() && other == Get(mapped, "identifier"));
    } else if (name == "icon") {
      same = value == other;
    } else if (name == "team") {
      same = SameTeam(value, other);
    } else if (name == "properties") {
      same = SameMembers(value, other, std::equal_to<>());
    } else if (name == "relations") {
      same = SameMembers(value, other, SameRelation);
    }
    if (!same) return false;
  }
  return true;
}

std::vector<std::string> FieldsToCompare(const EntityTemplate& entity) {
  std::vector<std::string> fields = {"blueprint", "identifier"};
  for (const Leaf& leaf : entity.leaves()) {
    // "relations.owner.rules[0].value" is a search query's leaf: such entities are never compared.
    const bool direct = std::count(leaf.path.begin(), leaf.path.end(), '.') <= 1;
    const bool compared = leaf.path == "title" || leaf.path == "icon" || leaf.path == "team" ||
                          leaf.path.starts_with("properties.") ||
                          leaf.path.starts_with("relations.");
    if (compared && direct) fields.push_back(leaf.path);
  }
  return fields;
}

}  // namespace ocean::sync
