#pragma once
/// @file Which entities the source still has, in 16 bytes each.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "ocean/state/checkpoint.hpp"

namespace ocean::sync {

/// Remembers what a run produced, and what its entities refer to.
///
/// Threads   all operations may overlap
class SeenEntities {
 public:
  SeenEntities();
  ~SeenEntities();

  /// What an interrupted run noted; of a role after what was noted of those before it.
  void Restore(const state::Checkpoint::Keys& keys);
  /// The entity exists at the source. False when it was seen before.
  bool Add(std::string_view blueprint, std::string_view identifier);
  /// It was seen and not sent: the catalog is believed to have it, which is to be confirmed.
  void MarkUnsent(std::string_view blueprint, std::string_view identifier);
  bool IsUnsent(std::string_view blueprint, std::string_view identifier) const;
  /// The catalog has it, or it was sent now.
  void Confirm(std::string_view blueprint, std::string_view identifier);
  /// Entities that were not sent and are not confirmed, by blueprint.
  std::map<std::string, std::int64_t, std::less<>> Unsent() const;
  /// An entity that exists at the source refers to this one, which `protects` it from deletion or does not.
  void AddReference(std::string_view blueprint, std::string_view identifier, bool protects);

  bool Has(std::string_view blueprint, std::string_view identifier) const;
  /// True for an entity that was not seen itself but is referred to, protected or not.
  bool IsNamed(std::string_view blueprint, std::string_view identifier) const;
  /// True for one that is protected so.
  bool IsReferenced(std::string_view blueprint, std::string_view identifier) const;
  /// Distinct entities of a blueprint.
  std::int64_t Count(std::string_view blueprint) const;
  /// All blueprints with their counts.
  std::map<std::string, std::int64_t, std::less<>> Counts() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ocean::sync
