#include "loader.hpp"

#include <algorithm>
#include <iterator>
#include <unordered_map>

#include "change_detection.hpp"
#include "ocean/base/error.hpp"

namespace ocean::sync {

namespace {

/// Identifiers per search.
constexpr std::size_t kCompareBatch = 100;

}  // namespace

void NoteReferences(Run& run, const LoadChunk& chunk) {
  const Relations& relations = run.relations.Of(chunk.blueprint);
  for (const port::Entity& entity : chunk.entities) {
    ForEachTarget(
        entity.body, relations, [&](const Relation& relation, const std::string& identifier) {
          const bool protects = ProtectsTarget(run.mapping.flags, relation);
          run.seen.AddReference(relation.target, identifier, protects);
          chunk.account->Note(protects ? Account::Role::kReferenced : Account::Role::kNamed,
                              relation.target, identifier);
        });
  }
}

std::unordered_map<std::string, Json> FindStored(Run& run, const Block& block,
                                                 const std::string& blueprint,
                                                 std::span<const port::Entity> entities) {
  std::vector<std::string> identifiers;
  for (const port::Entity& entity : entities) {
    if (!entity.identifier.empty()) identifiers.push_back(entity.identifier);
  }
  std::unordered_map<std::string, Json> stored;
  if (identifiers.empty()) return stored;
  for (Json& entity : run.parts.port.FindOwned(blueprint, identifiers, block.fields_to_compare(),
                                               run.stop_source.Token()))
    stored.emplace(GetString(entity, "identifier"), std::move(entity));
  return stored;
}

void Loader::Load(LoadChunk chunk) {
  NoteReferences(run_, chunk);
  Account& account = *chunk.account;
  const std::string blueprint = chunk.blueprint;
  Sorted sorted = Sort(std::move(chunk));
  PassOver(account, sorted.known);
  PassOver(account, sorted.sample);
  if (!sorted.sample.empty()) AddSample(account.block(), blueprint, std::move(sorted.sample));
  if (!sorted.to_compare.empty()) Compare(account, blueprint, std::move(sorted.to_compare));
  if (!sorted.to_send.empty()) Send(account, std::move(sorted.to_send));
}

void Loader::PassOver(Account& account, std::span<const port::Entity> entities) {
  account.Add({.unchanged = static_cast<std::int64_t>(entities.size())});
  for (const port::Entity& entity : entities) {
    run_.seen.MarkUnsent(entity.blueprint, entity.identifier);
    account.Note(Account::Role::kUnsent, entity.blueprint, entity.identifier);
  }
}

Loader::Sorted Loader::Sort(LoadChunk chunk) {
  Sorted sorted;
  if (run_.SendsUncompared()) {
    sorted.to_send = std::move(chunk.entities);
    return sorted;
  }
  const auto verdicts = run_.known.Judge(chunk.entities);
  for (std::size_t i = 0; i < chunk.entities.size(); ++i) {
    port::Entity& entity = chunk.entities[i];
    const bool same = verdicts[i] == KnownContents::Verdict::kSame;
    if (UsesSearch(entity.body) || verdicts[i] == KnownContents::Verdict::kOther) {
      sorted.to_send.push_back(std::move(entity));
    } else if (!same) {
      sorted.to_compare.push_back(std::move(entity));
    } else {
      (IsSample(entity) ? sorted.sample : sorted.known).push_back(std::move(entity));
    }
  }
  return sorted;
}

void Loader::SendAll(LoadChunk chunk) {
  Send(*chunk.account, std::move(chunk.entities));
}

void Loader::LoadMissing(LoadChunk chunk) {
  std::erase_if(chunk.entities, [&](const port::Entity& entity) {
    return !run_.seen.IsUnsent(entity.blueprint, entity.identifier);
  });
  for (const port::Entity& entity : chunk.entities)
    run_.seen.Confirm(entity.blueprint, entity.identifier);
  if (chunk.entities.empty()) return;
  NoteReferences(run_, chunk);
  chunk.account->Add({.unchanged = -static_cast<std::int64_t>(chunk.entities.size())});
  Send(*chunk.account, std::move(chunk.entities));
}

/// One in a hundred, others in every run.
bool Loader::IsSample(const port::Entity& entity) const {
  return HashPair(run_.id, entity.identifier).low % 100 == 0;
}

void Loader::AddSample(Block& block, const std::string& blueprint,
                       std::vector<port::Entity> sample) {
  std::vector<port::Entity> full;
  {
    const std::lock_guard lock(mutex_);
    std::vector<port::Entity>& waiting = samples_[{&block, blueprint}];
    std::move(sample.begin(), sample.end(), std::back_inserter(waiting));
    if (waiting.size() >= kCompareBatch) full = std::exchange(waiting, {});
  }
  if (!full.empty()) CompareSample(block, blueprint, std::move(full));
}

/// Its portions may be settled by now: what comes of it is not in them. Lost with the process, the sample was known all the same.
void Loader::CompareSample(Block& block, const std::string& blueprint,
                           std::vector<port::Entity> sample) {
  for (const port::Entity& entity : sample) run_.seen.Confirm(entity.blueprint, entity.identifier);
  Account account(block);
  account.Add({.unchanged = -static_cast<std::int64_t>(sample.size())});
  Compare(account, blueprint, std::move(sample));
}

void Loader::Finish() {
  for (auto& [key, sample] : std::exchange(samples_, {})) {
    if (!sample.empty()) CompareSample(*key.first, key.second, std::move(sample));
  }
}

void Loader::Compare(Account& account, const std::string& blueprint,
                     std::vector<port::Entity> entities) {
  // Also while reading: what a live event writes meanwhile must not be noted as it was before.
  const LiveWrites::Claim claim(run_.parts.live_writes, entities);
  const std::vector<port::Entity> changed = TakeChanged(account.block(), blueprint, entities);
  account.Add({.unchanged = static_cast<std::int64_t>(entities.size() + claim.left_alone())});
  run_.known.Note(entities);
  if (!changed.empty()) Upsert(account, changed);
}

void Loader::Send(Account& account, std::vector<port::Entity> entities) {
  const LiveWrites::Claim claim(run_.parts.live_writes, entities);
  account.Add({.unchanged = static_cast<std::int64_t>(claim.left_alone())});
  if (!entities.empty()) Upsert(account, entities);
}

std::vector<port::Entity> Loader::TakeChanged(Block& block, const std::string& blueprint,
                                              std::vector<port::Entity>& entities) {
  std::vector<port::Entity> changed;
  std::vector<port::Entity> unchanged;
  for (std::size_t first = 0; first < entities.size(); first += kCompareBatch) {
    const auto group =
        std::span(entities).subspan(first, std::min(kCompareBatch, entities.size() - first));
    std::unordered_map<std::string, Json> stored;
    try {
      stored = FindStored(run_, block, blueprint, group);
    } catch (const Error& error) {
      if (EndsTheRun(error)) throw;
      block.logger().Warning(
          "entities could not be compared with the catalog's and are all sent: " +
              std::string(error.what()),
          {{kPhaseField, "load"}});
    }
    for (port::Entity& entity : group) {
      const auto found = stored.find(entity.identifier);
      const bool same = found != stored.end() && IsUnchanged(entity.body, found->second);
      (same ? unchanged : changed).push_back(std::move(entity));
    }
  }
  entities = std::move(unchanged);
  return changed;
}

void Loader::Upsert(Account& account, std::span<const port::Entity> entities) {
  run_.known.Forget(entities);
  const auto results =
      run_.parts.port.Upsert(entities, run_.UpsertOptions(), run_.stop_source.Token());
  Figures figures;
  for (std::size_t i = 0; i < entities.size(); ++i)
    Settle(account, entities[i], results[i], figures);
  account.Add(figures);
}

void Loader::Settle(Account& account, const port::Entity& entity, const port::UpsertResult& result,
                    Figures& figures) {
  if (result.outcome == port::UpsertOutcome::kFailed) {
    // It counts as rejected until the second try says otherwise.
    ++figures.rejected;
    second_try_.Keep(account, entity, result);
    // Which entity a query would have found is unknown: it must not be taken for gone.
    if (entity.identifier.empty()) {
      account.block().MarkIncomplete("an entity addressed by a query could not be upserted: " +
                                     result.message);
    }
    return;
  }
  if (!UsesSearch(entity.body)) run_.known.Note(std::span(&entity, 1));
  ++(result.outcome == port::UpsertOutcome::kCreated ? figures.created : figures.updated);
  if (entity.identifier.empty() && !result.identifier.empty()) {
    run_.seen.Add(entity.blueprint, result.identifier);
    account.Note(Account::Role::kSeen, entity.blueprint, result.identifier);
  }
}

}  // namespace ocean::sync
