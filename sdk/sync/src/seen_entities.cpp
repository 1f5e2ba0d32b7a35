#include "seen_entities.hpp"

#include <boost/unordered/unordered_flat_set.hpp>
#include <mutex>

#include "ocean/base/hash.hpp"

namespace ocean::sync {

struct SeenEntities::Impl {
  mutable std::mutex mutex;
  boost::unordered_flat_set<Hash128, std::hash<Hash128>> seen;
  /// Referred to, and not seen (yet): what is seen later leaves it, so that it stays small.
  boost::unordered_flat_set<Hash128, std::hash<Hash128>> referenced;
  std::map<std::string, std::int64_t, std::less<>> counts;
};

SeenEntities::SeenEntities() : impl_(std::make_unique<Impl>()) {}
SeenEntities::~SeenEntities() = default;

void SeenEntities::Add(std::string_view blueprint, std::string_view identifier) {
  const Hash128 hash = HashPair(blueprint, identifier);
  std::lock_guard lock(impl_->mutex);
  if (!impl_->seen.insert(hash).second) return;
  impl_->referenced.erase(hash);
  const auto count = impl_->counts.find(blueprint);
  if (count != impl_->counts.end()) {
    ++count->second;
  } else {
    impl_->counts.emplace(blueprint, 1);
  }
}

void SeenEntities::AddReference(std::string_view blueprint, std::string_view identifier) {
  const Hash128 hash = HashPair(blueprint, identifier);
  std::lock_guard lock(impl_->mutex);
  if (!impl_->seen.contains(hash)) impl_->referenced.insert(hash);
}

bool SeenEntities::Has(std::string_view blueprint, std::string_view identifier) const {
  const Hash128 hash = HashPair(blueprint, identifier);
  std::lock_guard lock(impl_->mutex);
  return impl_->seen.contains(hash);
}

bool SeenEntities::IsReferenced(std::string_view blueprint, std::string_view identifier) const {
  const Hash128 hash = HashPair(blueprint, identifier);
  std::lock_guard lock(impl_->mutex);
  return impl_->referenced.contains(hash);
}

std::int64_t SeenEntities::Count(std::string_view blueprint) const {
  std::lock_guard lock(impl_->mutex);
  const auto count = impl_->counts.find(blueprint);
  return count == impl_->counts.end() ? 0 : count->second;
}

std::map<std::string, std::int64_t, std::less<>> SeenEntities::Counts() const {
  std::lock_guard lock(impl_->mutex);
  return impl_->counts;
}

}  // namespace ocean::sync
