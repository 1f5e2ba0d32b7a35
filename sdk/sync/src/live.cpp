#include "ocean/sync/live.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <utility>

#include "fetch_mapping.hpp"
#include "items_to_parse.hpp"
#include "mapper.hpp"
#include "ocean/base/error.hpp"
#include "ocean/base/hash.hpp"
#include "relations.hpp"

namespace ocean::sync {

namespace {

constexpr auto kEventType = "http_request";
constexpr auto kNoIdentifier = "an object came out without identifier or blueprint";

/// What an event comes to, by blueprint.
struct LivePlan {
  std::map<std::string, std::vector<port::Entity>> upserts;
  std::map<std::string, std::set<std::string>> removals;
  /// What was there, by blueprint and identifier.
  std::map<std::pair<std::string, std::string>, std::vector<Json>> before;
  std::vector<std::string> rejections;

  void Reject(const ResourceMapping& resource, const std::string& why) {
    rejections.push_back("resource " + std::to_string(resource.index) + " (" + resource.kind +
                         "): " + why);
  }

  void WasThere(port::Entity entity) {
    Remove(entity);
    before[{entity.blueprint, entity.identifier}].push_back(std::move(entity.body));
  }

  /// An entity that is found by a query cannot be told from others once it is gone.
  void Remove(const port::Entity& entity) {
    if (!entity.identifier.empty()) removals[entity.blueprint].insert(entity.identifier);
  }

  /// What one resource takes stays, whatever others say of it.
  void KeepUpserted() {
    for (const auto& [blueprint, entities] : upserts) {
      for (const port::Entity& entity : entities) removals[blueprint].erase(entity.identifier);
    }
  }

  /// What is there now may relate to what is to go, and protect it.
  void KeepReferenced(const MappingFlags& flags, BlueprintRelations& relations) {
    const bool removes = std::any_of(removals.begin(), removals.end(),
                                     [](const auto& removal) { return !removal.second.empty(); });
    if (!removes) return;
    for (const auto& [blueprint, entities] : upserts) {
      for (const port::Entity& entity : entities) {
        ForEachTarget(entity.body, relations.Of(blueprint),
                      [&](const Relation& relation, const std::string& identifier) {
                        if (ProtectsTarget(flags, relation))
                          removals[relation.target].erase(identifier);
                      });
      }
    }
  }

  /// What all resources give as they did before need not be sent.
  void DropUnchanged() {
    std::map<std::pair<std::string, std::string>, std::vector<Json>> after;
    for (const auto& [blueprint, entities] : upserts) {
      for (const port::Entity& entity : entities)
        after[{blueprint, entity.identifier}].push_back(entity.body);
    }
    for (auto& [blueprint, entities] : upserts) {
      std::erase_if(entities, [&, &name = blueprint](const port::Entity& entity) {
        const auto earlier = before.find({name, entity.identifier});
        return earlier != before.end() && earlier->second == after[{name, entity.identifier}];
      });
    }
  }
};

/// Maps the objects of an event.
class LiveMapper {
 public:
  LiveMapper(const ResourceMapping& resource, const jq::Limits& limits, LivePlan& plan,
             const std::stop_token& stop)
      : resource_(resource), limits_(limits), mapper_(resource, limits), plan_(plan), stop_(stop) {}

  void Updated(const Json& object) {
    ForEach(object, [&](const Json& item) { UpdatedItem(item); });
  }
  void Deleted(const Json& object) {
    ForEach(object, [&](const Json& item) {
      if (auto entity = Accepted(Map(item))) plan_.WasThere(std::move(*entity));
    });
  }

 private:
  template <class Visit>
  void ForEach(const Json& object, Visit visit) {
    if (!resource_.items_to_parse) return visit(object);
    jq::Budget budget(limits_, stop_);
    const std::string error = ForEachElement(*resource_.items_to_parse, object, budget,
                                             [&](const Json& element) { visit(element); });
    if (!error.empty()) plan_.Reject(resource_, error);
  }

  MapResult Map(const Json& item) const {
    return mapper_.Map(item, stop_, [](std::size_t, const jq::Result&) {});
  }

  void UpdatedItem(const Json& item) {
    MapResult result = Map(item);
    if (result.outcome != MapOutcome::kFiltered) {
      if (auto entity = Accepted(std::move(result))) {
        plan_.upserts[entity->blueprint].push_back(std::move(*entity));
      }
      return;
    }
    const MapResult refused = mapper_.MapRefused(item, stop_);
    if (refused.outcome == MapOutcome::kMapped) plan_.Remove(refused.entity);
  }

  std::optional<port::Entity> Accepted(MapResult result) {
    if (result.outcome == MapOutcome::kMapped) return std::move(result.entity);
    if (result.outcome == MapOutcome::kFailed) plan_.Reject(resource_, result.error);
    if (result.outcome == MapOutcome::kNoIdentifier) plan_.Reject(resource_, kNoIdentifier);
    return std::nullopt;
  }

  const ResourceMapping& resource_;
  const jq::Limits& limits_;
  const Mapper mapper_;
  LivePlan& plan_;
  const std::stop_token& stop_;
};

std::string Refusal(const port::Entity& entity, const port::UpsertResult& result) {
  return "the catalog refused " + entity.blueprint + " \"" + entity.identifier +
         "\": " + result.message;
}

/// An entity that was handed over as it is. Nothing for what is none, which is rejected.
std::optional<port::Entity> EntityOf(const Json& body, LivePlan& plan) {
  const std::string blueprint = GetString(body, "blueprint");
  const Json& identifier = Get(body, "identifier");
  const bool is_search = identifier.is_object() && !identifier.empty();
  const std::string name = GetString(body, "identifier");
  if (!blueprint.empty() && (is_search || !name.empty()))
    return port::Entity{blueprint, name, body};
  plan.rejections.emplace_back("an entity without identifier or blueprint was handed over");
  return std::nullopt;
}

void NoteFailure(const port::Entity& entity, const port::UpsertResult& result, LiveResult& live) {
  const std::string what = Refusal(entity, result);
  switch (result.failure) {
    case port::FailureClass::kTransient:
      throw Error(ErrorKind::kTransient, what);
    case port::FailureClass::kDependency:
      live.waits_for = what;
      break;
    case port::FailureClass::kPermanent:
      live.rejection = what;
      break;
  }
}

}  // namespace

std::vector<LiveResource> LiveMapping::ResourcesOf(const std::string& kind) const {
  std::vector<LiveResource> resources;
  for (const ResourceMapping& resource : mapping_->resources) {
    if (resource.kind == kind) resources.push_back({resource.index, kind, resource.selector});
  }
  return resources;
}

struct LiveSync::Impl {
  Impl(Engine::Parts the_parts, LiveOptions the_options)
      : parts(std::move(the_parts)), options(the_options) {}

  /// A resync's older pages must not undo what is written from here on, and no resync may take it for what was sent before.
  void Announce(const std::string& blueprint, const std::string& identifier) const {
    if (identifier.empty()) return;
    if (parts.live_writes != nullptr) parts.live_writes->Announce(blueprint, identifier);
    parts.store.checkpoint().NoteLive(blueprint, identifier);
    const Hash128 key = HashPair(blueprint, identifier);
    parts.store.index().Drop(std::span(&key, 1));
  }
  LivePlan Plan(const Mapping& mapping, const std::vector<LiveChange>& changes,
                const std::stop_token& stop) const;
  using OnFailure =
      std::function<void(const port::Entity& entity, const port::UpsertResult& result)>;
  /// Returns how many were upserted.
  std::int64_t Upsert(const MappingFlags& flags, std::span<const port::Entity> entities,
                      const OnFailure& on_failure, const std::stop_token& stop) const;
  /// Those that miss another come once more behind it. Returns what failed; adds to `upserted`.
  std::vector<std::string> UpsertAll(const MappingFlags& flags, const LivePlan& plan,
                                     std::int64_t& upserted, const std::stop_token& stop) const;
  struct Removed {
    std::int64_t count = 0;
    /// Why some are still there; empty when none is.
    std::string left = {};
  };
  Removed Remove(const MappingFlags& flags, const std::string& blueprint,
                 const std::set<std::string>& identifiers, const std::stop_token& stop) const;

  const Engine::Parts parts;
  const LiveOptions options;
  std::mutex mutex;
  std::optional<LiveMapping> current;
  Duration current_expires{};
};

LiveSync::LiveSync(Engine::Parts parts, LiveOptions options)
    : impl_(std::make_unique<Impl>(std::move(parts), options)) {}

LiveSync::~LiveSync() = default;

LiveMapping LiveSync::CurrentMapping() {
  // Held while fetching: who comes meanwhile wants the same answer.
  std::lock_guard lock(impl_->mutex);
  const Duration now = impl_->parts.clock.Elapsed();
  if (!impl_->current || now >= impl_->current_expires) {
    impl_->current.emplace(std::make_shared<const Mapping>(
        ReadMapping(impl_->parts, FetchIntegration(impl_->parts.port),
                    impl_->options.allow_environment_in_jq)));
    impl_->current_expires = now + impl_->options.mapping_ttl;
  }
  return *impl_->current;
}

LivePlan LiveSync::Impl::Plan(const Mapping& mapping, const std::vector<LiveChange>& changes,
                              const std::stop_token& stop) const {
  jq::Limits limits;
  limits.time = options.item_time_limit;
  LivePlan plan;
  for (const LiveChange& change : changes) {
    LiveMapper mapper(mapping.resources.at(change.resource), limits, plan, stop);
    for (const Json& object : change.updated) mapper.Updated(object);
    for (const Json& object : change.deleted) mapper.Deleted(object);
  }
  plan.KeepUpserted();
  return plan;
}

std::int64_t LiveSync::Impl::Upsert(const MappingFlags& flags,
                                    std::span<const port::Entity> entities,
                                    const OnFailure& on_failure,
                                    const std::stop_token& stop) const {
  for (const port::Entity& entity : entities) Announce(entity.blueprint, entity.identifier);
  const auto results = parts.port.Upsert(
      entities,
      {flags.enable_merge_entity, flags.create_missing_related_entities, {kEventType, {}}}, stop);
  std::int64_t upserted = 0;
  for (std::size_t i = 0; i < entities.size(); ++i) {
    if (results[i].outcome == port::UpsertOutcome::kFailed) {
      on_failure(entities[i], results[i]);
    } else {
      ++upserted;
      // Which one the query found is known only now.
      if (entities[i].identifier.empty()) Announce(entities[i].blueprint, results[i].identifier);
    }
  }
  return upserted;
}

std::vector<std::string> LiveSync::Impl::UpsertAll(const MappingFlags& flags, const LivePlan& plan,
                                                   std::int64_t& upserted,
                                                   const std::stop_token& stop) const {
  std::vector<std::string> failures;
  std::vector<std::pair<port::Entity, std::string>> waiting;
  const auto note = [&](const port::Entity& entity, const port::UpsertResult& failed) {
    if (failed.failure == port::FailureClass::kDependency) {
      waiting.emplace_back(entity, Refusal(entity, failed));
    } else {
      failures.push_back(Refusal(entity, failed));
    }
  };
  for (const auto& [blueprint, entities] : plan.upserts) {
    if (!entities.empty()) upserted += Upsert(flags, entities, note, stop);
  }
  // As long as one of them arrives, the others may.
  for (std::size_t before = waiting.size() + 1; !waiting.empty() && waiting.size() < before;) {
    before = waiting.size();
    for (const auto& [entity, refusal] : std::exchange(waiting, {}))
      upserted += Upsert(flags, std::span(&entity, 1), note, stop);
  }
  for (auto& [entity, refusal] : waiting) failures.push_back(std::move(refusal));
  return failures;
}

LiveSync::Impl::Removed LiveSync::Impl::Remove(const MappingFlags& flags,
                                               const std::string& blueprint,
                                               const std::set<std::string>& identifiers,
                                               const std::stop_token& stop) const {
  for (const std::string& identifier : identifiers) Announce(blueprint, identifier);
  std::vector<std::string> ours;
  for (const Json& entity :
       parts.port.FindOwned(blueprint, {identifiers.begin(), identifiers.end()},
                            {"blueprint", "identifier"}, stop)) {
    ours.push_back(GetString(entity, "identifier"));
  }
  if (ours.empty()) return {};
  // The catalog takes what goes out of the relations of what stays, and which that is is not known here.
  parts.store.index().MarkUnverified();
  const auto deleted =
      parts.port.Delete(blueprint, ours, flags.delete_dependent_entities, {kEventType, {}}, stop);
  Removed removed{.count = static_cast<std::int64_t>(deleted.size())};
  if (deleted.size() < ours.size()) {
    removed.left = "the catalog deleted " + std::to_string(deleted.size()) + " of " +
                   std::to_string(ours.size()) + " entities of " + blueprint +
                   ": others require them";
  }
  return removed;
}

LiveResult LiveSync::Apply(const LiveMapping& mapping, const std::vector<LiveChange>& changes,
                           const std::stop_token& stop) {
  const LivePlan plan = impl_->Plan(mapping.mapping(), changes, stop);
  const MappingFlags& flags = mapping.mapping().flags;
  LiveResult result;
  if (!plan.rejections.empty()) result.rejection = plan.rejections.front();
  const auto note = [&](const port::Entity& entity, const port::UpsertResult& failed) {
    NoteFailure(entity, failed, result);
  };
  for (const auto& [blueprint, entities] : plan.upserts)
    result.upserted += impl_->Upsert(flags, entities, note, stop);
  for (const auto& [blueprint, identifiers] : plan.removals) {
    if (identifiers.empty()) continue;
    Impl::Removed removed = impl_->Remove(flags, blueprint, identifiers, stop);
    result.deleted += removed.count;
    if (!removed.left.empty()) result.waits_for = std::move(removed.left);
  }
  return result;
}

DirectResult LiveSync::Replace(const LiveMapping& mapping, const std::vector<LiveChange>& changes,
                               const EntityChange& entities, const std::stop_token& stop) {
  LivePlan plan = impl_->Plan(mapping.mapping(), changes, stop);
  for (const Json& body : entities.after) {
    if (auto entity = EntityOf(body, plan))
      plan.upserts[entity->blueprint].push_back(std::move(*entity));
  }
  for (const Json& body : entities.before) {
    if (auto entity = EntityOf(body, plan)) plan.WasThere(std::move(*entity));
  }
  plan.KeepUpserted();
  const MappingFlags& flags = mapping.mapping().flags;
  BlueprintRelations relations(impl_->parts.port, impl_->parts.logger, stop);
  plan.KeepReferenced(flags, relations);
  plan.DropUnchanged();
  DirectResult result{.failures = std::move(plan.rejections)};
  for (const std::string& failure : impl_->UpsertAll(flags, plan, result.upserted, stop))
    result.failures.push_back(failure);
  // What could not be read or written may be what would be removed, or what keeps it.
  if (!result.failures.empty()) return result;
  for (const auto& [blueprint, identifiers] : plan.removals) {
    if (identifiers.empty()) continue;
    Impl::Removed removed = impl_->Remove(flags, blueprint, identifiers, stop);
    result.deleted += removed.count;
    if (!removed.left.empty()) result.failures.push_back(std::move(removed.left));
  }
  return result;
}

}  // namespace ocean::sync
