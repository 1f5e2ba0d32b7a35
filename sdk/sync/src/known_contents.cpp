#include "known_contents.hpp"

#include <optional>
#include <utility>

#include "ocean/base/json.hpp"

namespace ocean::sync {

namespace {

Hash128 KeyOf(const port::Entity& entity) {
  return HashPair(entity.blueprint, entity.identifier);
}

Hash128 ContentOf(const port::Entity& entity) {
  return HashBytes(DumpJson(entity.body));
}

}  // namespace

void KnownContents::Open(const std::string& context, TimePoint oldest, TimePoint now) {
  enabled_ = true;
  const std::optional<TimePoint> verified = index_.VerifiedAt(context);
  // A time to come means that the clock was set back: then nothing is known about the age.
  begun_ = !verified || *verified < oldest || *verified > now;
  if (begun_) index_.Begin(context);
}

void KnownContents::Disable() {
  index_.MarkUnverified();
}

std::vector<KnownContents::Verdict> KnownContents::Judge(
    std::span<const port::Entity> entities) const {
  std::vector<Verdict> verdicts(entities.size(), Verdict::kUnknown);
  if (!enabled_ || begun_) return verdicts;
  std::vector<Hash128> keys;
  keys.reserve(entities.size());
  for (const port::Entity& entity : entities) keys.push_back(KeyOf(entity));
  const auto contents = index_.Find(keys);
  for (std::size_t i = 0; i < entities.size(); ++i) {
    if (contents[i])
      verdicts[i] = *contents[i] == ContentOf(entities[i]) ? Verdict::kSame : Verdict::kOther;
  }
  return verdicts;
}

void KnownContents::Forget(std::span<const port::Entity> entities) {
  // A new index has nothing of an entity before it was sent.
  if (!enabled_ || begun_) return;
  std::vector<Hash128> keys;
  for (const port::Entity& entity : entities) keys.push_back(KeyOf(entity));
  index_.Drop(keys);
}

void KnownContents::Forget(const std::string& blueprint, std::span<const std::string> identifiers) {
  if (!enabled_) return;
  std::vector<Hash128> keys;
  for (const std::string& identifier : identifiers) keys.push_back(HashPair(blueprint, identifier));
  index_.Drop(keys);
}

void KnownContents::Note(std::span<const port::Entity> entities) {
  if (!enabled_) return;
  std::vector<std::pair<Hash128, Hash128>> contents;
  contents.reserve(entities.size());
  for (const port::Entity& entity : entities) {
    // Found by a query, it may be another one next time.
    if (!entity.identifier.empty()) contents.emplace_back(KeyOf(entity), ContentOf(entity));
  }
  const std::lock_guard lock(mutex_);
  std::erase_if(contents, [&](const auto& one) { return distrusted_.contains(one.first); });
  index_.Put(contents);
}

void KnownContents::DoubtAll() {
  if (enabled_) index_.MarkUnverified();
}

void KnownContents::Distrust(const port::Entity& entity) {
  if (!enabled_) return;
  const Hash128 key = KeyOf(entity);
  const std::lock_guard lock(mutex_);
  if (distrusted_.insert(key).second) index_.Drop(std::span(&key, 1));
}

void KnownContents::Close(bool failed, TimePoint started_at) {
  if (!enabled_) return;
  index_.Flush();
  if (begun_ && !failed) index_.MarkVerified(started_at);
}

}  // namespace ocean::sync
