#include "deletion.hpp"

#include <optional>
#include <utility>

namespace ocean::catalog {

/// An entity that names a doomed one.
struct Deletion::Source {
  EntityRow row;
  BlueprintPtr blueprint;
  Json relations;
};

bool Deletion::Add(const Blueprint& blueprint, const std::string& identifier) {
  const std::int64_t id = FindEntityId(database_, blueprint.id, identifier);
  if (id != 0) doomed_.emplace(Target{blueprint.id, identifier}, id);
  return id != 0;
}

std::size_t Deletion::AddSome(const Blueprint& blueprint, std::size_t count) {
  std::size_t added = 0;
  if (count == 0) return added;
  ForEachEntityOf(database_, blueprint.id, "", [&](const EntityRow& row) {
    doomed_.emplace(Target{blueprint.id, row.identifier}, row.id);
    return ++added < count;
  });
  return added;
}

bool Deletion::IsDeleted(const Blueprint& blueprint, const std::string& identifier) const {
  return doomed_.contains(Target{blueprint.id, identifier});
}

std::vector<Deletion::Source> Deletion::SourcesOutside(std::int64_t target) const {
  std::vector<Source> sources;
  for (const std::int64_t id : LinkSources(database_, target)) {
    std::optional<EntityRow> row = FindEntityById(database_, id);
    if (!row || doomed_.contains(Target{row->blueprint_id, row->identifier})) continue;
    BlueprintPtr blueprint = storage_.blueprints().Find(row->blueprint_id);
    Json relations = ParseJson(row->relations, "a stored entity");
    sources.push_back({std::move(*row), std::move(blueprint), std::move(relations)});
  }
  return sources;
}

Json Deletion::Remaining(const Source& source) const {
  return WithoutTargets(storage_.blueprints(), *source.blueprint, source.relations,
                        [this](const Target& target) { return doomed_.contains(target); });
}

bool Deletion::IsDependent(const Source& source) const {
  return BreaksRequired(*source.blueprint, source.relations, Remaining(source));
}

void Deletion::MarkDependents() {
  std::vector<std::int64_t> to_look_at;
  for (const auto& [target, id] : doomed_) to_look_at.push_back(id);
  while (!to_look_at.empty()) {
    const std::int64_t id = to_look_at.back();
    to_look_at.pop_back();
    for (const Source& source : SourcesOutside(id)) {
      if (!IsDependent(source)) continue;
      doomed_.emplace(Target{source.row.blueprint_id, source.row.identifier}, source.row.id);
      to_look_at.push_back(source.row.id);
    }
  }
}

void Deletion::SpareRequired() {
  // An entity that is spared may itself require one that was looked at before: again until nothing changes.
  for (bool spared = true; spared;) {
    spared = false;
    for (auto entry = doomed_.begin(); entry != doomed_.end();) {
      bool is_required = false;
      for (const Source& source : SourcesOutside(entry->second))
        is_required = is_required || IsDependent(source);
      entry = is_required ? doomed_.erase(entry) : std::next(entry);
      spared = spared || is_required;
    }
  }
}

void Deletion::Detach(std::int64_t target) {
  for (const Source& source : SourcesOutside(target)) {
    EntityRow detached = source.row;
    detached.relations = DumpJson(Remaining(source));
    UpdateRelations(database_, source.row.id, detached.relations);
    changes_.Updated(source.row, detached);
    RemoveLink(database_, target, source.row.id);
  }
}

void Deletion::RemoveOwnLinks(const EntityRow& row) {
  const BlueprintPtr blueprint = storage_.blueprints().Find(row.blueprint_id);
  for (const Target& target :
       TargetsOf(storage_.blueprints(), *blueprint, ParseJson(row.relations, "a stored entity"))) {
    RemoveLink(database_, FindEntityId(database_, target.blueprint_id, target.identifier), row.id);
  }
}

void Deletion::Run(bool delete_dependents) {
  if (delete_dependents) {
    MarkDependents();
  } else {
    SpareRequired();
  }
  for (const auto& [target, id] : doomed_) Detach(id);
  // Links are found by the names of their ends, so they go while all ends are there.
  for (const auto& [target, id] : doomed_) {
    const EntityRow row = *FindEntityById(database_, id);
    RemoveOwnLinks(row);
    changes_.Deleted(row);
  }
  for (const auto& [target, id] : doomed_) DeleteEntity(database_, id);
  changes_.Trim();
}

}  // namespace ocean::catalog
