#include "loader.hpp"

#include <algorithm>
#include <unordered_map>

#include "change_detection.hpp"
#include "ocean/base/error.hpp"

namespace ocean::sync {

namespace {

/// Identifiers per search, as Port's own exporter asks.
constexpr std::size_t kCompareBatch = 50;

/// Rejections are much alike: more of them say nothing new.
constexpr std::size_t kLoggedRejections = 10;

std::string_view ClassName(port::FailureClass failure) {
  switch (failure) {
    case port::FailureClass::kDependency:
      return "dependency";
    case port::FailureClass::kTransient:
      return "transient";
    case port::FailureClass::kPermanent:
      return "permanent";
  }
  return "permanent";
}

bool EndsTheRun(const Error& error) {
  return error.kind() == ErrorKind::kCancelled || error.kind() == ErrorKind::kAuth;
}

}  // namespace

void Loader::Load(LoadChunk chunk) {
  if (run_.mapping.flags.create_missing_related_entities) NoteReferences(chunk);
  const std::vector<port::Entity> changed = TakeChanged(chunk);
  chunk.block->Add({.unchanged = static_cast<std::int64_t>(chunk.entities.size())});
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
    run_.parts.store.SpillEntity(
        run_.id, std::string(ClassName(result.failure)),
        {{"block", block.resource().index}, {"why", result.message}, {"entity", entity.body}});
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

void Loader::NoteReferences(const LoadChunk& chunk) {
  const RelationTargets& targets = TargetsOf(chunk.blueprint);
  for (const port::Entity& entity : chunk.entities) {
    const Json& relations = Get(entity.body, "relations");
    if (!relations.is_object()) continue;
    for (const auto& [name, value] : relations.get_ref<const Json::object_t&>()) {
      const auto target = targets.find(name);
      if (target == targets.end()) continue;
      if (value.is_string())
        run_.seen.AddReference(target->second, value.get_ref<const std::string&>());
      if (!value.is_array()) continue;
      for (const Json& one : value) {
        if (one.is_string())
          run_.seen.AddReference(target->second, one.get_ref<const std::string&>());
      }
    }
  }
}

const Loader::RelationTargets& Loader::TargetsOf(const std::string& blueprint) {
  std::lock_guard lock(mutex_);
  const auto known = targets_.find(blueprint);
  if (known != targets_.end()) return known->second;
  RelationTargets targets;
  const auto definition = run_.parts.port.GetBlueprint(blueprint);
  if (!definition) {
    run_.parts.logger.Warning("the mapping produces entities of blueprint \"" + blueprint +
                              "\", which does not exist in the catalog");
  } else if (const Json& relations = Get(*definition, "relations"); relations.is_object()) {
    for (const auto& [name, relation] : relations.items())
      targets.emplace(name, GetString(relation, "target"));
  }
  return targets_.emplace(blueprint, std::move(targets)).first->second;
}

void Loader::RetryFailed() {
  const std::size_t failed = run_.parts.store.SpilledCount(run_.id);
  if (failed == 0) return;
  run_.progress.Update([](ProgressSnapshot& snapshot) { snapshot.phase = "retrying"; });
  run_.parts.logger.Info("trying " + std::to_string(failed) +
                         " entities again that the catalog did not take");

  struct Waiting {
    Block* block;
    port::FailureClass failure;
    std::size_t position;
    port::Entity entity;
  };
  std::vector<Waiting> waiting;
  run_.parts.store.DrainEntities(run_.id, [&](const std::string& reason, Json spilled) {
    Json& body = spilled["entity"];
    const Json& identifier = Get(body, "identifier");
    port::Entity entity{GetString(body, "blueprint"),
                        identifier.is_string() ? identifier.get<std::string>() : "",
                        {}};
    entity.body = std::move(body);
    waiting.push_back({&run_.blocks[spilled["block"].get<std::size_t>()],
                       reason == ClassName(port::FailureClass::kDependency)
                           ? port::FailureClass::kDependency
                           : port::FailureClass::kTransient,
                       waiting.size(), std::move(entity)});
  });
  // What waits for another entity comes last, each group in the order in which it failed.
  const auto rank = [](const Waiting& one) {
    return std::pair(one.failure == port::FailureClass::kDependency, one.position);
  };
  std::sort(waiting.begin(), waiting.end(),
            [&](const Waiting& a, const Waiting& b) { return rank(a) < rank(b); });
  std::size_t rejected = 0;
  for (const Waiting& one : waiting) {
    const auto result =
        run_.parts.port
            .Upsert(std::span(&one.entity, 1), run_.UpsertOptions(), run_.stop_source.Token())
            .front();
    if (result.outcome == port::UpsertOutcome::kFailed) {
      if (++rejected > kLoggedRejections) continue;
      one.block->logger().Warning("the catalog rejected " + one.entity.blueprint + " \"" +
                                  one.entity.identifier + "\": " + result.message);
      continue;
    }
    const bool created = result.outcome == port::UpsertOutcome::kCreated;
    one.block->Add({.created = created ? 1 : 0, .updated = created ? 0 : 1, .rejected = -1});
    if (one.entity.identifier.empty()) run_.seen.Add(one.entity.blueprint, result.identifier);
  }
}

}  // namespace ocean::sync
