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

/// Visits the members that differ, until `visit` returns false; returns whether it never did.
template <class Same, class Visit>
bool VisitMembers(const std::string& part, const Json& mapped, const Json& stored, Same same,
                  Visit visit) {
  if (!mapped.is_object()) return true;
  const auto& members = mapped.get_ref<const Json::object_t&>();
  return std::all_of(members.begin(), members.end(), [&](const auto& member) {
    const Json& other = Get(stored, member.first);
    return same(member.second, other) || visit(part, member.first, member.second, other);
  });
}

/// The same for a whole entity: `visit` gets the part, the member in it if there is one, and both values.
template <class Visit>
bool VisitDifferences(const Json& mapped, const Json& stored, Visit visit) {
  static const std::string kNoMember;
  for (const auto& [name, value] : mapped.get_ref<const Json::object_t&>()) {
    const Json& other = Get(stored, name);
    bool go_on = true;
    if (name == "title") {
      const bool same = value == other || (value.is_null() && other == Get(mapped, "identifier"));
      go_on = same || visit(name, kNoMember, value, other);
    } else if (name == "icon") {
      go_on = value == other || visit(name, kNoMember, value, other);
    } else if (name == "team") {
      go_on = SameTeam(value, other) || visit(name, kNoMember, value, other);
    } else if (name == "properties") {
      go_on = VisitMembers(name, value, other, std::equal_to<>(), visit);
    } else if (name == "relations") {
      go_on = VisitMembers(name, value, other, SameRelation, visit);
    }
    if (!go_on) return false;
  }
  return true;
}

}  // namespace

bool IsUnchanged(const Json& mapped, const Json& stored) {
  return VisitDifferences(mapped, stored,
                          [](const auto&, const auto&, const Json&, const Json&) { return false; });
}

std::vector<FieldChange> DifferencesOf(const Json& mapped, const Json& stored) {
  std::vector<FieldChange> differences;
  VisitDifferences(
      mapped, stored,
      [&](const auto& part, const auto& member, const Json& after, const Json& before) {
        differences.push_back({member.empty() ? part : part + "." + member, before, after});
        return true;
      });
  return differences;
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
