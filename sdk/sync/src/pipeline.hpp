#pragma once
/// @file The three stages: extract, transform, load, with bounded queues between them.

#include <functional>
#include <memory>

#include "loader.hpp"
#include "run.hpp"

namespace ocean::sync {

/// Drives all blocks of a run through the stages.
///
/// Blocks are read in the mapping's order, some at a time; transform workers and loaders serve them all. Memory is bounded by the
/// queues, whatever the size of the source.
class Pipeline {
 public:
  enum class Pass {
    kAll,
    /// Reads again, for entities that were believed to be in the catalog and are not; all others are passed over, and figures and
    /// diagnostics of the blocks stay as they are.
    kMissing,
  };

  /// What becomes of entities; called by several threads at a time. Errors   what it throws ends the run
  using Load = std::function<void(LoadChunk&& chunk)>;
  Pipeline(Run& run, Load load, Pass pass);
  ~Pipeline();

  /// Returns when everything is loaded or the run has failed. What goes wrong in a block is noted there, what ends the run in Run::Fail.
  void Drive();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ocean::sync
