#include "ocean/sync/live_writes.hpp"

namespace ocean::sync {

LiveWrites::Resync::Resync(LiveWrites* writes) : writes_(writes) {
  if (writes_ == nullptr) return;
  std::lock_guard lock(writes_->mutex_);
  ++writes_->resyncs_;
}

LiveWrites::Resync::~Resync() {
  if (writes_ == nullptr) return;
  std::lock_guard lock(writes_->mutex_);
  if (--writes_->resyncs_ == 0) writes_->written_.clear();
}

LiveWrites::Claim::Claim(LiveWrites* writes, std::vector<port::Entity>& entities)
    : writes_(writes) {
  if (writes_ == nullptr) return;
  std::lock_guard lock(writes_->mutex_);
  left_alone_ = std::erase_if(entities, [&](const port::Entity& entity) {
    // One that is found by a query is known only when it is written.
    return !entity.identifier.empty() && !Take(entity.blueprint, entity.identifier);
  });
}

LiveWrites::Claim::Claim(LiveWrites* writes, std::string_view blueprint,
                         std::vector<std::string>& identifiers)
    : writes_(writes) {
  if (writes_ == nullptr) return;
  std::lock_guard lock(writes_->mutex_);
  left_alone_ = std::erase_if(
      identifiers, [&](const std::string& identifier) { return !Take(blueprint, identifier); });
}

bool LiveWrites::Claim::Take(std::string_view blueprint, std::string_view identifier) {
  const Hash128 key = HashPair(blueprint, identifier);
  if (writes_->written_.contains(key)) return false;
  ++writes_->claimed_[key];
  keys_.push_back(key);
  return true;
}

LiveWrites::Claim::~Claim() {
  if (writes_ == nullptr) return;
  {
    std::lock_guard lock(writes_->mutex_);
    for (const Hash128& key : keys_) {
      const auto held = writes_->claimed_.find(key);
      if (--held->second == 0) writes_->claimed_.erase(held);
    }
  }
  writes_->released_.notify_all();
}

void LiveWrites::Announce(std::string_view blueprint, std::string_view identifier) {
  const Hash128 key = HashPair(blueprint, identifier);
  std::unique_lock lock(mutex_);
  // First remembered, so that no new claim comes in between.
  if (resyncs_ > 0) written_.insert(key);
  released_.wait(lock, [&] { return !claimed_.contains(key); });
}

void LiveWrites::Remember(std::string_view blueprint, std::string_view identifier) {
  std::lock_guard lock(mutex_);
  written_.insert(HashPair(blueprint, identifier));
}

bool LiveWrites::Has(std::string_view blueprint, std::string_view identifier) const {
  std::lock_guard lock(mutex_);
  return written_.contains(HashPair(blueprint, identifier));
}

}  // namespace ocean::sync
