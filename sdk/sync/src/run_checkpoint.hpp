#pragma once
/// @file What a resync keeps of itself, so that the next one can go on with it.

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "account.hpp"
#include "ocean/base/batch.hpp"
#include "ocean/base/clock.hpp"
#include "ocean/base/log.hpp"
#include "ocean/state/checkpoint.hpp"

namespace ocean::sync {

/// How long an interrupted resync is gone on with.
inline constexpr std::chrono::hours kCheckpointAge{24};

/// One run's view of the checkpoint.
///
/// It keeps nothing until it is begun, nor after a write has failed: what was kept until then is right, and is gone on with.
/// Threads   Find, Begin, GoOn and Close alone; all others may overlap
class RunCheckpoint {
 public:
  RunCheckpoint(state::Checkpoint& store, const Logger& logger) : store_(store), logger_(logger) {}

  /// What an interrupted resync left for `context`, unless it is too old, or from a time to come: then the clock was set.
  std::optional<state::Checkpoint::Head> Find(const std::string& context, TimePoint now) const;
  /// True when entities of it are said to be in the catalog.
  bool ReliesOnCatalog() const;
  void Begin(const state::Checkpoint::Head& head);
  void GoOn();
  /// The run ended by itself: there is nothing to go on with.
  void Close();

  bool is_kept() const { return kept_; }
  std::optional<state::Checkpoint::Place> FindPlace(std::size_t block) const;
  /// Returns the page's number; 0 when it is not kept.
  std::int64_t SavePage(const state::Checkpoint::Place& place, const Batch& page);
  void SavePlace(const state::Checkpoint::Place& place);
  /// Nothing of the block is kept, from now on either.
  void Forget(std::size_t block);
  void MarkIncomplete(std::size_t block, std::string_view reason);

  struct Page {
    std::int64_t number = 0;
    Batch batch;
  };
  /// The block's first page behind the one with this number that is not done with.
  std::optional<Page> NextPage(std::size_t block, std::int64_t number) const;
  std::int64_t NewPortion() { return ++portion_; }
  void Settle(const Account& account);

 private:
  /// Does nothing for a block that is forgotten. A run does without a checkpoint that cannot be written.
  void Write(std::size_t block, const std::function<void()>& write);

  state::Checkpoint& store_;
  const Logger& logger_;
  std::atomic<bool> kept_{false};
  bool begun_ = false;
  std::mutex mutex_;
  std::set<std::size_t> forgotten_;
  std::atomic<std::int64_t> portion_{0};
};

}  // namespace ocean::sync
