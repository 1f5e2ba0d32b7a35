#include "seen_entities.hpp"

#include <algorithm>
#include <array>
#include <boost/unordered/unordered_flat_set.hpp>
#include <limits>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "ocean/base/error.hpp"
#include "ocean/base/hash.hpp"
#include "ocean/state/key_file.hpp"

namespace ocean::sync {

namespace {

/// A set in many parts: when one grows, only that part is there twice for a moment, and not the whole.
class HashSet {
 public:
  bool Insert(const Hash128& hash) { return PartOf(hash).insert(hash).second; }
  bool Erase(const Hash128& hash) { return PartOf(hash).erase(hash) > 0; }
  bool Has(const Hash128& hash) const { return parts_[hash.high % kParts].contains(hash); }
  template <class Visit>
  void ForEach(Visit visit) const {
    for (const Part& part : parts_) {
      for (const Hash128& hash : part) visit(hash);
    }
  }
  void Clear() {
    for (Part& part : parts_) part.clear();
  }

 private:
  using Part = boost::unordered_flat_set<Hash128, std::hash<Hash128>>;
  static constexpr std::size_t kParts = 64;

  Part& PartOf(const Hash128& hash) { return parts_[hash.high % kParts]; }

  std::array<Part, kParts> parts_;
};

/// Those that are seen: in two sets, until they are too many and go to the file.
class SeenHashes {
 public:
  SeenHashes() = default;
  SeenHashes(std::filesystem::path folder, Logger logger, std::size_t most_in_memory)
      : folder_(std::move(folder)), logger_(std::move(logger)), most_in_memory_(most_in_memory) {}

  bool Has(const Hash128& hash) const {
    return sent_.Has(hash) || unsent_.Has(hash) || NumberOf(hash).has_value();
  }
  bool IsUnsent(const Hash128& hash) const {
    if (unsent_.Has(hash)) return true;
    const auto number = NumberOf(hash);
    return number && unsent_in_file_[*number];
  }
  /// False when it was there.
  bool Insert(const Hash128& hash);
  enum class Mark { kUnknown, kAlready, kDone };
  Mark SetUnsent(const Hash128& hash, bool unsent);

 private:
  std::optional<std::size_t> NumberOf(const Hash128& hash) const {
    return file_ ? file_->Find(hash) : std::nullopt;
  }
  void WriteOut();

  std::filesystem::path folder_;
  Logger logger_ = Logger::Null();
  std::size_t most_in_memory_ = std::numeric_limits<std::size_t>::max();
  /// Each hash in memory is in one of the two, so that both take no more of it than one.
  HashSet sent_;
  HashSet unsent_;
  std::size_t in_memory_ = 0;
  std::optional<state::KeyFile> file_;
  std::vector<bool> unsent_in_file_;
};

bool SeenHashes::Insert(const Hash128& hash) {
  if (unsent_.Has(hash) || NumberOf(hash) || !sent_.Insert(hash)) return false;
  if (++in_memory_ >= most_in_memory_) WriteOut();
  return true;
}

SeenHashes::Mark SeenHashes::SetUnsent(const Hash128& hash, bool unsent) {
  HashSet& from = unsent ? sent_ : unsent_;
  HashSet& to = unsent ? unsent_ : sent_;
  if (from.Erase(hash)) {
    to.Insert(hash);
    return Mark::kDone;
  }
  if (to.Has(hash)) return Mark::kAlready;
  const auto number = NumberOf(hash);
  if (!number) return Mark::kUnknown;
  if (unsent_in_file_[*number] == unsent) return Mark::kAlready;
  unsent_in_file_[*number] = unsent;
  return Mark::kDone;
}

void SeenHashes::WriteOut() {
  std::vector<Hash128> hashes;
  hashes.reserve(in_memory_);
  for (const HashSet* set : {&sent_, &unsent_})
    set->ForEach([&](const Hash128& hash) { hashes.push_back(hash); });
  std::sort(hashes.begin(), hashes.end());
  try {
    if (!file_) file_.emplace(folder_);
    file_->Add(hashes);
  } catch (const Error& error) {
    logger_.Warning("what the source has is kept in memory: " + std::string(error.what()));
    most_in_memory_ = std::numeric_limits<std::size_t>::max();
    return;
  }
  for (const Hash128& hash : hashes) unsent_in_file_.push_back(unsent_.Has(hash));
  sent_.Clear();
  unsent_.Clear();
  in_memory_ = 0;
}

}  // namespace

struct SeenEntities::Impl {
  Impl() = default;
  Impl(std::filesystem::path folder, const Logger& logger, std::size_t most_in_memory)
      : seen(std::move(folder), logger, most_in_memory) {}

  mutable std::mutex mutex;
  SeenHashes seen;
  /// Referred to, and not seen (yet): what is seen later leaves it, so that it stays small.
  HashSet referenced;
  HashSet named;
  std::map<std::string, std::int64_t, std::less<>> counts;
  std::map<std::string, std::int64_t, std::less<>> unsent_counts;

  bool Add(std::string_view blueprint, const Hash128& hash);
  void MarkUnsent(std::string_view blueprint, const Hash128& hash);
  void AddReference(const Hash128& hash, bool protects) {
    if (!seen.Has(hash)) (protects ? referenced : named).Insert(hash);
  }
};

SeenEntities::SeenEntities() : impl_(std::make_unique<Impl>()) {}
SeenEntities::SeenEntities(std::filesystem::path folder, const Logger& logger,
                           std::size_t most_in_memory)
    : impl_(std::make_unique<Impl>(std::move(folder), logger, most_in_memory)) {}
SeenEntities::~SeenEntities() = default;

bool SeenEntities::Impl::Add(std::string_view blueprint, const Hash128& hash) {
  if (!seen.Insert(hash)) return false;
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
  if (seen.SetUnsent(hash, true) != SeenHashes::Mark::kDone) return;
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
  return impl_->seen.IsUnsent(hash);
}

bool SeenEntities::Confirm(std::string_view blueprint, std::string_view identifier) {
  const Hash128 hash = HashPair(blueprint, identifier);
  std::lock_guard lock(impl_->mutex);
  const SeenHashes::Mark mark = impl_->seen.SetUnsent(hash, false);
  if (mark != SeenHashes::Mark::kDone) return mark == SeenHashes::Mark::kAlready;
  const auto count = impl_->unsent_counts.find(blueprint);
  if (--count->second == 0) impl_->unsent_counts.erase(count);
  return true;
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
