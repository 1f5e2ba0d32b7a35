#include "second_try.hpp"

#include <algorithm>
#include <deque>

#include "ocean/base/error.hpp"

namespace ocean::sync {

namespace {

/// Rejections are much alike: more of them say nothing new.
constexpr std::size_t kLoggedRejections = 10;
constexpr std::string_view kDependency = "dependency";

std::string_view ClassName(port::FailureClass failure) {
  switch (failure) {
    case port::FailureClass::kDependency:
      return kDependency;
    case port::FailureClass::kTransient:
      return "transient";
    case port::FailureClass::kPermanent:
      return "permanent";
  }
  return "permanent";
}

}  // namespace

void SecondTry::Keep(const Account& account, const port::Entity& entity,
                     const port::UpsertResult& result) {
  run_.parts.store.SpillEntity(run_.id, std::string(ClassName(result.failure)),
                               {{"block", account.block().resource().index},
                                {"why", result.message},
                                {"entity", entity.body}},
                               account.portion());
}

SecondTry::Kept SecondTry::Load(const Json& spilled) const {
  const Json& body = Get(spilled, "entity");
  const Json& identifier = Get(body, "identifier");
  return {&BlockOf(run_, Get(spilled, "block").get<std::size_t>()),
          {GetString(body, "blueprint"),
           identifier.is_string() ? identifier.get<std::string>() : "", body}};
}

SecondTry::Node SecondTry::NodeOf(std::int64_t sequence, const port::Entity& entity) {
  // One that names itself is the smallest circle.
  Node node{sequence, HashPair(entity.blueprint, entity.identifier), {}};
  ForEachTarget(entity.body, run_.relations.Of(entity.blueprint),
                [&](const Relation& relation, const std::string& identifier) {
                  node.targets.push_back(HashPair(relation.target, identifier));
                });
  return node;
}

void SecondTry::TryAgain() {
  const std::size_t failed = run_.parts.store.SpilledCount(run_.id);
  if (failed == 0) return;
  run_.progress.Update([](ProgressSnapshot& snapshot) { snapshot.phase = "retrying"; });
  run_.logger.Info(
      "trying " + std::to_string(failed) + " entities again that the catalog did not take",
      {{kPhaseField, "load"}});
  std::vector<Node> nodes;
  run_.parts.store.VisitSpilled(
      run_.id, [&](std::int64_t sequence, const std::string& reason, const Json& spilled) {
        const Kept kept = Load(spilled);
        if (reason == kDependency) {
          nodes.push_back(NodeOf(sequence, kept.entity));
        } else {
          Try(kept, false);
        }
      });
  TryInOrder(std::move(nodes));
}

void SecondTry::TryInOrder(std::vector<Node> nodes) {
  for (const Node& node : nodes) waiting_.insert(node.key);
  // Who waits for whom, so that a turn frees exactly those behind it.
  std::unordered_map<Hash128, std::vector<std::size_t>> behind;
  std::vector<std::size_t> open(nodes.size());
  std::deque<std::size_t> ready;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    for (const Hash128& target : nodes[i].targets) {
      if (!waiting_.contains(target)) continue;
      behind[target].push_back(i);
      ++open[i];
    }
    if (open[i] == 0) ready.push_back(i);
  }
  std::vector<bool> done(nodes.size());
  struct Unfinished {
    std::size_t node;
    bool created;
  };
  std::vector<Unfinished> unfinished;
  std::size_t next = 0;
  for (std::size_t left = nodes.size(); left > 0; --left) {
    while (ready.empty() && done[next]) ++next;
    const bool closes_circle = ready.empty();
    const std::size_t turn = closes_circle ? next : ready.front();
    if (!closes_circle) ready.pop_front();
    done[turn] = true;
    if (closes_circle) {
      unfinished.push_back({turn, TryWithoutCircle(nodes[turn])});
    } else {
      Try(Load(run_.parts.store.SpilledEntity(nodes[turn].sequence)), false);
    }
    waiting_.erase(nodes[turn].key);
    for (const std::size_t freed : behind[nodes[turn].key]) {
      if (--open[freed] == 0 && !done[freed]) ready.push_back(freed);
    }
  }
  for (const Unfinished& again : unfinished)
    Try(Load(run_.parts.store.SpilledEntity(nodes[again.node].sequence)), again.created);
}

/// Makes the entity so far as it can be, for those that wait for it. Returns whether it is new.
bool SecondTry::TryWithoutCircle(const Node& node) {
  Kept kept = Load(run_.parts.store.SpilledEntity(node.sequence));
  DropTargets(kept.entity.body, run_.relations.Of(kept.entity.blueprint),
              [&](const Relation& relation, const std::string& identifier) {
                return waiting_.contains(HashPair(relation.target, identifier));
              });
  std::vector<port::Entity> entities = {std::move(kept.entity)};
  const LiveWrites::Claim claim(run_.parts.live_writes, entities);
  return !entities.empty() &&
         run_.parts.port.Upsert(entities, run_.UpsertOptions(), run_.stop_source.Token())
                 .front()
                 .outcome == port::UpsertOutcome::kCreated;
}

void SecondTry::Try(const Kept& kept, bool created_before) {
  std::vector<port::Entity> entities = {kept.entity};
  const LiveWrites::Claim claim(run_.parts.live_writes, entities);
  if (entities.empty()) {
    kept.block->Add({.unchanged = 1, .rejected = -1});
    return;
  }
  const auto result =
      run_.parts.port.Upsert(entities, run_.UpsertOptions(), run_.stop_source.Token()).front();
  if (result.outcome == port::UpsertOutcome::kFailed) {
    Reject(kept, result.message);
    return;
  }
  const bool created = created_before || result.outcome == port::UpsertOutcome::kCreated;
  kept.block->Add({.created = created ? 1 : 0, .updated = created ? 0 : 1, .rejected = -1});
  if (!UsesSearch(kept.entity.body)) run_.known.Note(std::span(&kept.entity, 1));
  if (kept.entity.identifier.empty()) run_.seen.Add(kept.entity.blueprint, result.identifier);
}

void SecondTry::Reject(const Kept& kept, const std::string& message) {
  run_.rejected_blueprints.insert(kept.entity.blueprint);
  if (++rejected_ > kLoggedRejections) return;
  kept.block->logger().Warning("the catalog rejected " + kept.entity.blueprint + " \"" +
                                   kept.entity.identifier + "\": " + message,
                               {{kPhaseField, "load"}});
}

}  // namespace ocean::sync
