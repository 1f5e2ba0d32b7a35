#pragma once
/// @file Which entities the source still has, as hashes.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "ocean/base/log.hpp"
#include "ocean/state/checkpoint.hpp"

namespace ocean::sync {

/// Remembers what a run produced, and what its entities refer to.
///
/// Memory    16 bytes of an entity that was seen; of those beyond `most_in_memory` two, the others are in a file. When that cannot be
///           written, they stay in memory. What is referred to and was not seen (yet) is in memory
/// Errors    Error{kTransient} when the file cannot be read
/// Threads   all operations may overlap
class SeenEntities {
 public:
  /// All in memory.
  SeenEntities();
  SeenEntities(std::filesystem::path folder, const Logger& logger, std::size_t most_in_memory);
  ~SeenEntities();

  /// What an interrupted run noted; of a role after what was noted of those before it.
  void Restore(const state::Checkpoint::Keys& keys);
  /// The entity exists at the source. False when it was seen before.
  bool Add(std::string_view blueprint, std::string_view identifier);
  /// It was seen and not sent: the catalog is believed to have it, which is to be confirmed.
  void MarkUnsent(std::string_view blueprint, std::string_view identifier);
  bool IsUnsent(std::string_view blueprint, std::string_view identifier) const;
  /// The catalog has it, or it was sent now. False when it was not seen.
  bool Confirm(std::string_view blueprint, std::string_view identifier);
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
