#include "loader.hpp"

#include <algorithm>
#include <unordered_map>

#include "change_detection.hpp"
#include "ocean/base/error.hpp"

namespace ocean::sync {

namespace {

/// Identifiers per search, as Port's own exporter asks.
constexpr std::size_t kCompareBatch = 50;

}  // namespace

void Loader::Load(LoadChunk chunk) {
  NoteReferences(chunk);
  std::vector<port::Entity> changed = TakeChanged(chunk);
  const LiveWrites::Claim claim(run_.parts.live_writes, changed);
  chunk.block->Add(
      {.unchanged = static_cast<std::int64_t>(chunk.entities.size() + claim.left_alone())});
  if (!changed.empty()) Upsert(*chunk.block, changed);
}

/// Moves what has to be sent out of the chunk; what stays is unchanged.
std::vector<port::Entity> Loader::TakeChanged(LoadChunk& chunk) {
  if (run_.owns_nothing) return std::exchange(chunk.entities, {});
  std::vector<port::Entity> changed;
  std::vector<port::Entity> unchanged;
  for (std::size_t first = 0; first < chunk.entities.size(); first += kCompareBatch) {
    const auto group = std::span(chunk.entities)
                           .subspan(first, std::min(kCompareBatch, chunk.entities.size() - first));
    std::vector<std::string> identifiers;
    for (const port::Entity& entity : group) {
      if (!UsesSearch(entity.body)) identifiers.push_back(entity.identifier);
    }
    std::unordered_map<std::string, Json> stored;
    if (!identifiers.empty()) {
      try {
        for (Json& entity : run_.parts.port.FindOwned(chunk.blueprint, identifiers,
                                                      chunk.block->fields_to_compare(),
                                                      run_.stop_source.Token())) {
          stored.emplace(GetString(entity, "identifier"), std::move(entity));
        }
      } catch (const Error& error) {
        if (EndsTheRun(error)) throw;
        chunk.block->logger().Warning(
            "entities could not be compared with the catalog's and are all sent: " +
            std::string(error.what()));
      }
    }
    for (port::Entity& entity : group) {
      const auto found = UsesSearch(entity.body) ? stored.end() : stored.find(entity.identifier);
      const bool same = found != stored.end() && IsUnchanged(entity.body, found->second);
      (same ? unchanged : changed).push_back(std::move(entity));
    }
  }
  chunk.entities = std::move(unchanged);
  return changed;
}

void Loader::Upsert(Block& block, std::span<const port::Entity> entities) {
  const auto results =
      run_.parts.port.Upsert(entities, run_.UpsertOptions(), run_.stop_source.Token());
  Figures figures;
  for (std::size_t i = 0; i < entities.size(); ++i) Settle(block, entities[i], results[i], figures);
  block.Add(figures);
}

void Loader::Settle(Block& block, const port::Entity& entity, const port::UpsertResult& result,
                    Figures& figures) {
  if (result.outcome == port::UpsertOutcome::kFailed) {
    // It counts as rejected until the second try says otherwise.
    ++figures.rejected;
    second_try_.Keep(block, entity, result);
    // Which entity a query would have found is unknown: it must not be taken for gone.
    if (entity.identifier.empty()) {
      block.MarkIncomplete("an entity addressed by a query could not be upserted: " +
                           result.message);
    }
    return;
  }
  ++(result.outcome == port::UpsertOutcome::kCreated ? figures.created : figures.updated);
  if (entity.identifier.empty() && !result.identifier.empty()) {
    run_.seen.Add(entity.blueprint, result.identifier);
  }
}

/// What is named here must not be deleted while it would be made anew, or while what names it would go along.
void Loader::NoteReferences(const LoadChunk& chunk) {
  const MappingFlags& flags = run_.mapping.flags;
  if (!flags.create_missing_related_entities && !flags.delete_dependent_entities) return;
  const Relations& relations = run_.relations.Of(chunk.blueprint);
  for (const port::Entity& entity : chunk.entities) {
    ForEachTarget(entity.body, relations,
                  [&](const Relation& relation, const std::string& identifier) {
                    if (flags.create_missing_related_entities || relation.required)
                      run_.seen.AddReference(relation.target, identifier);
                  });
  }
}

}  // namespace ocean::sync
