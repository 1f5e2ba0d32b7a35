#include "search.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "entity_view.hpp"
#include "related.hpp"

namespace ocean::catalog {

namespace {

/// The values that rules on one meta property leave; empty: all.
using Wanted = std::optional<std::vector<std::string>>;

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

/// The first rule, of those that must all hold, which `is_wanted`; null when there is none.
template <class IsWanted>
const SearchRule* FindNeeded(const SearchQuery& query, const IsWanted& is_wanted) {
  if (query.rule) return is_wanted(*query.rule) ? &*query.rule : nullptr;
  if (!query.all) return nullptr;
  for (const SearchQuery& part : query.parts) {
    if (const SearchRule* rule = FindNeeded(part, is_wanted)) return rule;
  }
  return nullptr;
}

/// The values to which rules that must hold restrict `property`.
Wanted ValuesOf(const SearchQuery& query, std::string_view property) {
  const SearchRule* rule = FindNeeded(query, [&](const SearchRule& one) {
    return (one.operation == "=" || one.operation == "in") && one.property == property;
  });
  return rule != nullptr ? Wanted(Texts(*rule)) : std::nullopt;
}

/// Entities by number, in the order of their identifiers.
std::vector<EntityRow> RowsOf(const std::unordered_set<std::int64_t>& ids,
                              const Blueprint& blueprint, const Lookup& lookup) {
  std::vector<EntityRow> rows;
  for (const std::int64_t id : ids) {
    std::optional<EntityRow> row = FindEntityById(lookup.database, id);
    if (row && row->blueprint_id == blueprint.id) rows.push_back(std::move(*row));
  }
  std::sort(rows.begin(), rows.end(),
            [](const EntityRow& a, const EntityRow& b) { return a.identifier < b.identifier; });
  return rows;
}

/// The values of a property of the user, or of the user's teams.
std::vector<Json> ContextValues(const ContextProperty& context, std::string_view user,
                                const Lookup& lookup) {
  const auto find = [&](std::string_view blueprint, std::string_view identifier) {
    const BlueprintPtr of = lookup.blueprints.Find(blueprint);
    return of ? FindEntity(lookup.database, of->id, identifier) : std::nullopt;
  };
  const std::optional<EntityRow> row = find("_user", user);
  if (!row) return {};
  EntityView view(*row, lookup);
  if (context.of == ContextProperty::Of::kUser) return {view.Value(context.property)};
  std::vector<Json> values;
  for (const Json& team : view.Value("$team")) {
    if (const auto found = find("_team", team.get<std::string>()))
      values.push_back(EntityView(*found, lookup).Value(context.property));
  }
  return values;
}

/// One list of what may be lists.
Json Flattened(const std::vector<Json>& values) {
  Json all = Json::array();
  for (const Json& value : values) {
    for (const Json& element : value.is_array() ? value : Json::array({value}))
      all.push_back(element);
  }
  return all;
}

/// A value in the place of what stood for it. Operators of one value take the first.
Json InPlaceOf(const std::string& operation, const std::vector<Json>& values) {
  Json all = Flattened(values);
  const bool takes_list = operation == "in" || operation == "notIn" || operation == "containsAny";
  if (takes_list) return all;
  return all.empty() ? Json() : std::move(all.front());
}

}  // namespace

Search::Search(SearchQuery query, const Lookup& lookup, TimePoint now, std::string_view user)
    : query_(std::move(query)), lookup_(lookup), now_(now) {
  Prepare(query_, user);
}

void Search::Prepare(SearchQuery& query, std::string_view user) const {
  for (SearchQuery& part : query.parts) Prepare(part, user);
  if (!query.rule) return;
  SearchRule& rule = *query.rule;
  if (rule.related) {
    rule.related_ids =
        std::make_shared<std::unordered_set<std::int64_t>>(FindRelated(*rule.related, lookup_));
  }
  if (rule.context) rule.context_values = ContextValues(*rule.context, user, lookup_);
  if (rule.value_context)
    rule.value = InPlaceOf(rule.operation, ContextValues(*rule.value_context, user, lookup_));
}

bool Search::Holds(const SearchRule& rule, EntityView& view) const {
  const auto holds_for = [&](const Json& value) { return rule.test(value, rule, now_); };
  if (rule.related) return rule.related_ids->contains(view.row().id);
  if (rule.context)
    return std::any_of(rule.context_values.begin(), rule.context_values.end(), holds_for);
  if (!rule.form) return holds_for(view.Value(rule.property));
  if (!view.blueprint()) return false;
  const auto& properties = view.blueprint()->properties;
  return std::any_of(properties.begin(), properties.end(), [&](const auto& property) {
    return rule.form->Fits(property.second) && holds_for(view.Value(property.first));
  });
}

bool Search::IsMatch(const EntityRow& row) const {
  EntityView view(row, lookup_);
  return Matches(query_, [&](const SearchRule& rule) { return Holds(rule, view); });
}

std::vector<BlueprintPtr> Search::Blueprints() const {
  std::vector<BlueprintPtr> blueprints = lookup_.blueprints.All();
  if (const Wanted wanted = ValuesOf(query_, "$blueprint")) {
    std::erase_if(blueprints, [&](const BlueprintPtr& blueprint) {
      return std::find(wanted->begin(), wanted->end(), blueprint->identifier) == wanted->end();
    });
  }
  return blueprints;
}

void Search::ForEach(const Visit& visit) const {
  const Wanted identifiers = ValuesOf(query_, "$identifier");
  for (const BlueprintPtr& blueprint : Blueprints()) {
    bool goes_on = true;
    const Visit visit_while = [&](const EntityRow& row) { return goes_on = visit(row); };
    if (!identifiers) {
      ForEachOf(*blueprint, "", visit_while);
    } else {
      for (const std::string& identifier : *identifiers) {
        const auto row = FindEntity(lookup_.database, blueprint->id, identifier);
        if (row && IsMatch(*row) && !visit_while(*row)) return;
      }
    }
    if (!goes_on) return;
  }
}

void Search::ForEachOf(const Blueprint& blueprint, std::string_view after,
                       const Visit& visit) const {
  const auto judge = [&](const EntityRow& row) { return !IsMatch(row) || visit(row); };
  const SearchRule* related =
      FindNeeded(query_, [](const SearchRule& rule) { return rule.related.has_value(); });
  if (related == nullptr) return ForEachEntityOf(lookup_.database, blueprint.id, after, judge);
  for (const EntityRow& row : RowsOf(*related->related_ids, blueprint, lookup_)) {
    if (row.identifier > after && !judge(row)) return;
  }
}

}  // namespace ocean::catalog
