#include "planner.hpp"

#include <algorithm>

#include "change_detection.hpp"
#include "masked.hpp"
#include "ocean/base/hash.hpp"

namespace ocean::sync {

namespace {

/// Identifiers per question.
constexpr std::size_t kBatch = 100;

/// All that a person could have changed in an entity before it is deleted.
const std::vector<std::string> kDeletedFields = {"blueprint", "identifier", "title",    "icon",
                                                 "team",      "properties", "relations"};

/// Members sorted by name: catalogs may give them in any order.
Json Sorted(const Json& value) {
  if (!value.is_structured()) return value;
  if (value.is_array()) {
    Json array = Json::array();
    for (const Json& element : value) array.push_back(Sorted(element));
    return array;
  }
  std::map<std::string, Json> members;
  for (const auto& [name, member] : value.items()) members.emplace(name, Sorted(member));
  Json object = Json::object();
  for (auto& [name, member] : members) object[name] = std::move(member);
  return object;
}

std::string HashOf(const Json& value) {
  return HashBytes(DumpJson(Sorted(value))).Hex();
}

/// Only these fields: a catalog may give more than was asked for.
Json Project(const Json& stored, const std::vector<std::string>& fields) {
  Json projected = Json::object();
  for (const std::string& field : fields) {
    const std::size_t dot = field.find('.');
    projected[field] = dot == std::string::npos
                           ? Get(stored, field)
                           : Get(Get(stored, field.substr(0, dot)), field.substr(dot + 1));
  }
  return projected;
}

template <class Visit>
void ForEachBatch(const std::vector<std::string>& all, Visit visit) {
  for (std::size_t first = 0; first < all.size(); first += kBatch) {
    const auto from = all.begin() + static_cast<std::ptrdiff_t>(first);
    const auto count = static_cast<std::ptrdiff_t>(std::min(kBatch, all.size() - first));
    visit(std::vector<std::string>(from, from + count));
  }
}

}  // namespace

void Planner::Compare(LoadChunk chunk) {
  NoteReferences(run_, chunk);
  Block& block = chunk.account->block();
  const auto stored = FindStored(run_, block, chunk.blueprint, chunk.entities);
  std::vector<std::string> others;
  for (const port::Entity& entity : chunk.entities) {
    if (!entity.identifier.empty() && !stored.contains(entity.identifier))
      others.push_back(entity.identifier);
  }
  const std::set<std::string> not_ours = Existing(chunk.blueprint, others);
  Figures figures;
  for (port::Entity& entity : chunk.entities) {
    const auto found = stored.find(entity.identifier);
    const Json* current = found == stored.end() ? nullptr : &found->second;
    if (current != nullptr && !UsesSearch(entity.body) && IsUnchanged(entity.body, *current)) {
      ++figures.unchanged;
      continue;
    }
    if (entity.identifier.empty())
      block.MarkIncomplete("which entities its queries find is known only when they are sent");
    PlannedChange change = ChangeOf(block, entity, current,
                                    current != nullptr || not_ours.contains(entity.identifier));
    const std::lock_guard lock(mutex_);
    NoteTargets(entity);
    take_(block, std::move(entity), std::move(change));
  }
  block.Add(figures);
}

PlannedChange Planner::ChangeOf(const Block& block, const port::Entity& entity, const Json* stored,
                                bool exists) const {
  PlannedChange change{.action = PlannedAction::kUpdate,
                       .blueprint = entity.blueprint,
                       .identifier = entity.identifier,
                       .mapped_hash = HashOf(entity.body)};
  if (stored != nullptr) change.stored_hash = HashOf(Project(*stored, block.fields_to_compare()));
  if (UsesSearch(entity.body)) {
    change.why = "a query in it is answered when it is sent: it cannot be compared";
    if (!exists && !entity.identifier.empty()) change.action = PlannedAction::kCreate;
  } else if (stored != nullptr) {
    change.why = "the source has it otherwise";
    change.fields = DifferencesOf(entity.body, *stored);
    for (FieldChange& field : change.fields) {
      field.before = Masked(field.before, block.logger().Masker());
      field.after = Masked(field.after, block.logger().Masker());
    }
  } else if (exists) {
    change.why = "the catalog has it from elsewhere; it becomes this integration's too";
  } else {
    change.action = PlannedAction::kCreate;
    change.why = "the source has it, the catalog does not";
  }
  return change;
}

void Planner::NoteTargets(const port::Entity& entity) {
  if (!run_.mapping.flags.create_missing_related_entities) return;
  ForEachTarget(entity.body, run_.relations.Of(entity.blueprint),
                [&](const Relation& relation, const std::string& identifier) {
                  targets_[relation.target].insert(identifier);
                });
}

std::set<std::string> Planner::Existing(const std::string& blueprint,
                                        const std::vector<std::string>& identifiers) {
  std::set<std::string> existing;
  ForEachBatch(identifiers, [&](const std::vector<std::string>& batch) {
    for (std::string& identifier :
         run_.parts.port.FindExisting(blueprint, batch, run_.stop_source.Token()))
      existing.insert(std::move(identifier));
  });
  return existing;
}

std::vector<PlannedChange> Planner::MissingTargets() {
  std::vector<PlannedChange> missing;
  for (const auto& [blueprint, identifiers] : targets_) {
    std::vector<std::string> unseen;
    for (const std::string& identifier : identifiers) {
      if (!run_.seen.Has(blueprint, identifier)) unseen.push_back(identifier);
    }
    const std::set<std::string> existing = Existing(blueprint, unseen);
    for (const std::string& identifier : unseen) {
      if (existing.contains(identifier)) continue;
      missing.push_back({.blueprint = blueprint,
                         .identifier = identifier,
                         .why = "others relate to it, and createMissingRelatedEntities is on"});
    }
  }
  return missing;
}

void Planner::LookAtStale(const Reconciler::Stale& stale) {
  for (const auto& [blueprint, identifiers] : stale) {
    ForEachBatch(identifiers, [&, &name = blueprint](const std::vector<std::string>& batch) {
      for (const Json& entity :
           run_.parts.port.FindOwned(name, batch, kDeletedFields, run_.stop_source.Token())) {
        stale_hashes_[HashPair(name, GetString(entity, "identifier"))] =
            HashOf(Project(entity, kDeletedFields));
      }
    });
  }
}

PlannedChange Planner::DeletionOf(const std::string& blueprint,
                                  const std::string& identifier) const {
  const auto hash = stale_hashes_.find(HashPair(blueprint, identifier));
  return {.action = PlannedAction::kDelete,
          .blueprint = blueprint,
          .identifier = identifier,
          .why = "the source no longer has it",
          .stored_hash = hash == stale_hashes_.end() ? "" : hash->second};
}

}  // namespace ocean::sync
