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
  void Erase(const Hash128& hash) { PartOf(hash).erase(hash); }
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
  /// Referred to, and not seen (yet): what is seen later leaves it, so that it stays small.
  HashSet referenced;
  std::map<std::string, std::int64_t, std::less<>> counts;
};

SeenEntities::SeenEntities() : impl_(std::make_unique<Impl>()) {}
SeenEntities::~SeenEntities() = default;

void SeenEntities::Add(std::string_view blueprint, std::string_view identifier) {
  const Hash128 hash = HashPair(blueprint, identifier);
  std::lock_guard lock(impl_->mutex);
  if (!impl_->seen.Insert(hash)) return;
  impl_->referenced.Erase(hash);
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
  if (!impl_->seen.Has(hash)) impl_->referenced.Insert(hash);
}

bool SeenEntities::Has(std::string_view blueprint, std::string_view identifier) const {
  const Hash128 hash = HashPair(blueprint, identifier);
  std::lock_guard lock(impl_->mutex);
  return impl_->seen.Has(hash);
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
