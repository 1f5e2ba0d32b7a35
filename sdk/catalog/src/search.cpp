#include "search.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ocean::catalog {

namespace {

/// The values that rules on one meta property leave; empty: all.
using Wanted = std::optional<std::vector<std::string>>;

/// A row whose JSON is read when a rule asks for it.
class Candidate {
 public:
  Candidate(const EntityRow& row, const Names& names) : row_(row), names_(names) {}

  Json Value(const std::string& property) {
    if (property.starts_with('$')) return Meta(property);
    if (!properties_) properties_ = ParseJson(row_.properties, "a stored entity");
    if (const auto found = properties_->find(property); found != properties_->end()) return *found;
    if (!relations_) relations_ = ParseJson(row_.relations, "a stored entity");
    return Get(*relations_, property);
  }

 private:
  Json Meta(const std::string& property) const {
    if (property == "$identifier") return row_.identifier;
    if (property == "$blueprint") return names_.Blueprint(row_.blueprint_id);
    if (property == "$datasource" || property == "$updatedBy")
      return names_.Datasource(row_.datasource_id);
    if (property == "$createdBy") return names_.Datasource(row_.creator_id);
    if (property == "$title") return row_.title ? Json(*row_.title) : Json();
    if (property == "$icon") return row_.icon ? Json(*row_.icon) : Json();
    if (property == "$team") return ParseJson(row_.team, "a stored entity");
    if (property == "$createdAt") return FormatRowTime(row_.created_at);
    if (property == "$updatedAt") return FormatRowTime(row_.updated_at);
    return nullptr;
  }

  const EntityRow& row_;
  const Names& names_;
  std::optional<Json> properties_;
  std::optional<Json> relations_;
};

bool IsMatch(const EntityRow& row, const Names& names, const SearchQuery& query, TimePoint now) {
  Candidate candidate(row, names);
  return Matches(
      query, [&](const std::string& property) { return candidate.Value(property); }, now);
}

std::vector<std::string> Texts(const SearchRule& rule) {
  std::vector<std::string> texts;
  std::set<std::string> seen;
  const Json list = rule.value.is_array() ? rule.value : Json::array({rule.value});
  for (const Json& value : list) {
    if (value.is_string() && seen.insert(value.get<std::string>()).second)
      texts.push_back(value.get<std::string>());
  }
  return texts;
}

/// The first list of values to which rules that must hold restrict `property`.
Wanted ValuesOf(const SearchQuery& query, const std::string& property) {
  if (query.rule) {
    const bool lists = query.rule->operation == "=" || query.rule->operation == "in";
    return lists && query.rule->property == property ? Wanted(Texts(*query.rule)) : std::nullopt;
  }
  if (!query.all) return std::nullopt;
  for (const SearchQuery& part : query.parts) {
    if (Wanted values = ValuesOf(part, property)) return values;
  }
  return std::nullopt;
}

std::vector<BlueprintPtr> WantedBlueprints(const Storage& storage, const SearchQuery& query) {
  std::vector<BlueprintPtr> blueprints = storage.Blueprints();
  if (const Wanted wanted = ValuesOf(query, "$blueprint")) {
    std::erase_if(blueprints, [&](const BlueprintPtr& blueprint) {
      return std::find(wanted->begin(), wanted->end(), blueprint->identifier) == wanted->end();
    });
  }
  return blueprints;
}

}  // namespace

void ForEachMatch(const Storage& storage, state::Database& database, const Names& names,
                  const SearchQuery& query, TimePoint now,
                  const std::function<bool(const EntityRow&)>& visit) {
  const Wanted identifiers = ValuesOf(query, "$identifier");
  for (const BlueprintPtr& blueprint : WantedBlueprints(storage, query)) {
    bool goes_on = true;
    const auto judge = [&](const EntityRow& row) {
      return goes_on = !IsMatch(row, names, query, now) || visit(row);
    };
    if (!identifiers) {
      ForEachEntityOf(database, blueprint->id, "", judge);
    } else {
      for (const std::string& identifier : *identifiers) {
        const std::optional<EntityRow> row = FindEntity(database, blueprint->id, identifier);
        if (row && !judge(*row)) return;
      }
    }
    if (!goes_on) return;
  }
}

void ForEachMatchOf(const Blueprint& blueprint, state::Database& database, const Names& names,
                    const SearchQuery& query, TimePoint now, std::string_view after,
                    const std::function<bool(const EntityRow&)>& visit) {
  ForEachEntityOf(database, blueprint.id, after, [&](const EntityRow& row) {
    return !IsMatch(row, names, query, now) || visit(row);
  });
}

}  // namespace ocean::catalog
