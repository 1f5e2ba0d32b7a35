#pragma once
/// @file A running resync's figures, for whoever shows them.

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "ocean/sync/report.hpp"

namespace ocean::sync {

enum class BlockState { kPending, kRunning, kComplete, kIncomplete };

struct BlockSnapshot {
  BlockState state = BlockState::kPending;
  BlockReport figures;
};

struct ProgressSnapshot {
  /// "extracting", "retrying", "reconciling", "done"; empty before the first run.
  std::string phase;
  /// Empty until the run knows its blocks.
  std::string run_id;
  std::vector<BlockSnapshot> blocks;
  std::int64_t stale = 0;
  std::int64_t deleted = 0;
  std::int64_t elapsed_ms = 0;
};

/// Written by the engine, read by the progress table and by /status.
///
/// Threads   all operations may overlap
class Progress {
 public:
  ProgressSnapshot Snapshot() const;
  void Replace(ProgressSnapshot snapshot);
  template <class Fn>
  void Update(Fn&& change) {
    std::lock_guard lock(mutex_);
    change(snapshot_);
  }

 private:
  mutable std::mutex mutex_;
  ProgressSnapshot snapshot_;
};

}  // namespace ocean::sync
