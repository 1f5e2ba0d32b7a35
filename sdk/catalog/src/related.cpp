#include "related.hpp"

#include <optional>
#include <vector>

#include "entity_view.hpp"
#include "relations.hpp"

namespace ocean::catalog {

namespace {

using Ids = std::unordered_set<std::int64_t>;

/// The relations of an entity that the rule walks over.
Json Walked(EntityView& view, const std::optional<bool>& required) {
  Json relations = view.relations();
  if (!required || !view.blueprint()) return relations;
  for (const auto& [name, rule] : view.blueprint()->relations) {
    if (rule.required != *required) relations.erase(name);
  }
  return relations;
}

/// The entities that one names.
std::set<Target> TargetsFrom(std::int64_t id, const RelatedRule& rule, const Lookup& lookup) {
  const std::optional<EntityRow> row = FindEntityById(lookup.database, id);
  if (!row) return {};
  EntityView view(*row, lookup);
  if (!view.blueprint()) return {};
  return TargetsOf(lookup.blueprints, *view.blueprint(), Walked(view, rule.required));
}

std::vector<std::int64_t> Upstream(std::int64_t id, const RelatedRule& rule, const Lookup& lookup) {
  std::vector<std::int64_t> ids;
  for (const Target& target : TargetsFrom(id, rule, lookup))
    ids.push_back(FindEntityId(lookup.database, target.blueprint_id, target.identifier));
  return ids;
}

std::vector<std::int64_t> Downstream(std::int64_t id, const RelatedRule& rule,
                                     const Lookup& lookup) {
  std::vector<std::int64_t> ids = LinkSources(lookup.database, id);
  if (!rule.required) return ids;
  const std::optional<EntityRow> row = FindEntityById(lookup.database, id);
  std::erase_if(ids, [&](std::int64_t source) {
    return !row ||
           !TargetsFrom(source, rule, lookup).contains({row->blueprint_id, row->identifier});
  });
  return ids;
}

template <class Step>
void Walk(const Ids& starts, const RelatedRule& rule, const Lookup& lookup, Step step, Ids& found) {
  Ids seen = starts;
  std::vector<std::int64_t> to_look_at(starts.begin(), starts.end());
  while (!to_look_at.empty()) {
    const std::int64_t id = to_look_at.back();
    to_look_at.pop_back();
    for (const std::int64_t next : step(id, rule, lookup)) {
      if (next == 0 || !seen.insert(next).second) continue;
      found.insert(next);
      to_look_at.push_back(next);
    }
  }
}

}  // namespace

std::unordered_set<std::int64_t> FindRelated(const RelatedRule& rule, const Lookup& lookup) {
  Ids starts;
  Ids found;
  const BlueprintPtr blueprint = lookup.blueprints.Find(rule.blueprint);
  if (!blueprint) return found;
  for (const std::string& identifier : rule.identifiers) {
    const std::int64_t id = FindEntityId(lookup.database, blueprint->id, identifier);
    if (id != 0) starts.insert(id);
  }
  using Direction = RelatedRule::Direction;
  if (rule.direction != Direction::kDownstream) Walk(starts, rule, lookup, Upstream, found);
  if (rule.direction != Direction::kUpstream) Walk(starts, rule, lookup, Downstream, found);
  return found;
}

}  // namespace ocean::catalog
