#include "seen_entities.hpp"

#include <array>
#include <boost/unordered/unordered_flat_set.hpp>
#include <mutex>

#include "ocean/base/hash.hpp"

namespace ocean::sync {

namespace {

/// A set in many parts: when one grows, only that part is there twice for a moment, and not the whole.
class HashSet {
 public:
  bool Insert(const Hash128& hash) { return PartOf(hash).insert(hash).second; }
  bool Erase(const Hash128& hash) { return PartOf(hash).erase(hash) > 0; }
  bool Has(const Hash128& hash) const { return parts_[hash.high % kParts].contains(hash); }

 private:
  using Part = boost::unordered_flat_set<Hash128, std::hash<Hash128>>;
  static constexpr std::size_t kParts = 64;

  Part& PartOf(const Hash128& hash) { return parts_[hash.high % kParts]; }

  std::array<Part, kParts> parts_;
};

}  // namespace

struct SeenEntities::Impl {
  mutable std::mutex mutex;
  HashSet seen;
  /// Seen as well: each hash is in one of the two, so that both take no more memory than one.
  HashSet unsent;
  /// Referred to, and not seen (yet): what is seen later leaves it, so that it stays small.
  HashSet referenced;
  HashSet named;
  std::map<std::string, std::int64_t, std::less<>> counts;
  std::map<std::string, std::int64_t, std::less<>> unsent_counts;

  bool Has(const Hash128& hash) const { return seen.Has(hash) || unsent.Has(hash); }
  bool Add(std::string_view blueprint, const Hash128& hash);
  void MarkUnsent(std::string_view blueprint, const Hash128& hash);
  void AddReference(const Hash128& hash, bool protects) {
    if (!Has(hash)) (protects ? referenced : named).Insert(hash);
  }
};

SeenEntities::SeenEntities() : impl_(std::make_unique<Impl>()) {}
SeenEntities::~SeenEntities() = default;

bool SeenEntities::Impl::Add(std::string_view blueprint, const Hash128& hash) {
  if (unsent.Has(hash) || !seen.Insert(hash)) return false;
  referenced.Erase(hash);
  named.Erase(hash);
  const auto count = counts.find(blueprint);
  if (count != counts.end()) {
    ++count->second;
  } else {
    counts.emplace(blueprint, 1);
  }
  return true;
}

void SeenEntities::Impl::MarkUnsent(std::string_view blueprint, const Hash128& hash) {
  if (!seen.Erase(hash)) return;
  unsent.Insert(hash);
  ++unsent_counts[std::string(blueprint)];
}

bool SeenEntities::Add(std::string_view blueprint, std::string_view identifier) {
  const Hash128 hash = HashPair(blueprint, identifier);
  std::lock_guard lock(impl_->mutex);
  return impl_->Add(blueprint, hash);
}

void SeenEntities::Restore(const state::Checkpoint::Keys& keys) {
  using Role = state::Checkpoint::Role;
  std::lock_guard lock(impl_->mutex);
  for (const Hash128& hash : keys.keys) {
    switch (keys.role) {
      case Role::kSeen:
        impl_->Add(keys.blueprint, hash);
        break;
      case Role::kUnsent:
        impl_->MarkUnsent(keys.blueprint, hash);
        break;
      case Role::kReferenced:
      case Role::kNamed:
        impl_->AddReference(hash, keys.role == Role::kReferenced);
        break;
    }
  }
}

void SeenEntities::MarkUnsent(std::string_view blueprint, std::string_view identifier) {
  const Hash128 hash = HashPair(blueprint, identifier);
  std::lock_guard lock(impl_->mutex);
  impl_->MarkUnsent(blueprint, hash);
}

bool SeenEntities::IsUnsent(std::string_view blueprint, std::string_view identifier) const {
  const Hash128 hash = HashPair(blueprint, identifier);
  std::lock_guard lock(impl_->mutex);
  return impl_->unsent.Has(hash);
}

void SeenEntities::Confirm(std::string_view blueprint, std::string_view identifier) {
  const Hash128 hash = HashPair(blueprint, identifier);
  std::lock_guard lock(impl_->mutex);
  if (!impl_->unsent.Erase(hash)) return;
  impl_->seen.Insert(hash);
  const auto count = impl_->unsent_counts.find(blueprint);
  if (--count->second == 0) impl_->unsent_counts.erase(count);
}

std::map<std::string, std::int64_t, std::less<>> SeenEntities::Unsent() const {
  std::lock_guard lock(impl_->mutex);
  return impl_->unsent_counts;
}

void SeenEntities::AddReference(std::string_view blueprint, std::string_view identifier,
                                bool protects) {
  const Hash128 hash = HashPair(blueprint, identifier);
  std::lock_guard lock(impl_->mutex);
  impl_->AddReference(hash, protects);
}

bool SeenEntities::IsNamed(std::string_view blueprint, std::string_view identifier) const {
  const Hash128 hash = HashPair(blueprint, identifier);
  std::lock_guard lock(impl_->mutex);
  return impl_->named.Has(hash) || impl_->referenced.Has(hash);
}

bool SeenEntities::Has(std::string_view blueprint, std::string_view identifier) const {
  const Hash128 hash = HashPair(blueprint, identifier);
  std::lock_guard lock(impl_->mutex);
  return impl_->Has(hash);
}

bool SeenEntities::IsReferenced(std::string_view blueprint, std::string_view identifier) const {
  const Hash128 hash = HashPair(blueprint, identifier);
  std::lock_guard lock(impl_->mutex);
  return impl_->referenced.Has(hash);
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
