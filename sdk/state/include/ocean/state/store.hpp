#pragma once
/// @file What a running integration remembers between runs.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ocean/base/json_fwd.hpp"
#include "ocean/state/checkpoint.hpp"
#include "ocean/state/content_index.hpp"

namespace ocean::state {

/// The local store of one installation: run reports, and entities whose upsert failed and is tried
/// again.
///
/// The file is `state.db` in the state folder; its schema carries a version and is migrated on
/// opening. Errors    as Database Threads   all operations may overlap
class Store {
 public:
  explicit Store(const std::filesystem::path& folder);
  ~Store();

  /// Where its files are.
  const std::filesystem::path& folder() const;

  /// Keeps the report of a run; the newest kKeptReports stay.
  void SaveReport(const std::string& run_id, const Json& report);
  /// The newest reports first.
  std::vector<Json> RecentReports(std::size_t count) const;
  static constexpr std::size_t kKeptReports = 50;

  /// Keeps a small text under a name, in place of the one before; it is on disk on return.
  void SetNote(const std::string& name, const std::string& text);
  std::optional<std::string> Note(const std::string& name) const;
  /// Forgets a note, unless it says something else by now.
  void DropNote(const std::string& name, const std::string& text);

  /// Entities of `run_id` that wait for their second try, kept on disk so that memory stays
  /// bounded. `portion` is the one of the checkpoint that they belong to.
  void SpillEntity(const std::string& run_id, const std::string& reason, const Json& entity,
                   std::int64_t portion = 0);
  /// Gives each to `visit`, in the order in which they came; none is forgotten. What `visit` throws passes through.
  void VisitSpilled(const std::string& run_id,
                    const std::function<void(std::int64_t sequence, const std::string& reason,
                                             const Json& entity)>& visit) const;
  /// The one that VisitSpilled gave with this number. Error{kBug} when there is none.
  Json SpilledEntity(std::int64_t sequence) const;
  void ForgetSpilled(const std::string& run_id);
  std::size_t SpilledCount(const std::string& run_id) const;

  /// The right to write what one run keeps for the next, of all processes; it is given back with the result.
  ///
  /// Errors    Error{kTransient} while another run has it; Error{kConfig} when the folder cannot be written
  std::shared_ptr<const void> TakeTurn() const;

  /// What the catalog is known to hold.
  ContentIndex& index();
  /// How far the resync came that is under way, or that was interrupted.
  Checkpoint& checkpoint();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ocean::state
