#pragma once
/// @file What all stages of one run share.

#include <algorithm>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "block.hpp"
#include "known_contents.hpp"
#include "mapping.hpp"
#include "ocean/base/error.hpp"
#include "ocean/base/stop.hpp"
#include "ocean/port/client.hpp"
#include "ocean/sync/engine.hpp"
#include "ocean/sync/shared_pages.hpp"
#include "relations.hpp"
#include "run_checkpoint.hpp"
#include "seen_entities.hpp"

namespace ocean::sync {

/// Whether nothing more can be done after it.
inline bool EndsTheRun(const Error& error) {
  return error.kind() == ErrorKind::kCancelled || error.kind() == ErrorKind::kAuth;
}

/// One resync under way.
struct Run {
  Run(const Engine::Parts& the_parts, const EngineOptions& the_options, Progress& the_progress,
      const std::stop_token& parent)
      : parts(the_parts),
        options(the_options),
        progress(the_progress),
        stop_source(parent),
        logger(the_parts.logger),
        seen(the_parts.store.folder(), logger, the_options.seen_in_memory),
        shared(the_options.memory_limit_bytes / kSharedShare),
        relations(the_parts.port, the_parts.logger, stop_source.Token()),
        known(the_parts.store.index()),
        checkpoint(the_parts.store.checkpoint(), logger) {}

  const Engine::Parts& parts;
  const EngineOptions& options;
  Progress& progress;
  LinkedStopSource stop_source;

  std::string id;
  /// Its records carry the id.
  Logger logger;
  /// It goes on with another.
  bool resumed = false;
  Mapping mapping;
  std::deque<Block> blocks;
  SeenEntities seen;
  SharedPages shared;
  BlueprintRelations relations;
  KnownContents known;
  RunCheckpoint checkpoint;
  /// Blueprints of which the catalog refused an entity for good; written in the second try, read after it.
  std::set<std::string, std::less<>> rejected_blueprints;
  /// The start by Port's own clock, when Port told it.
  std::optional<TimePoint> started_by_port;
  /// What the first hook that failed says; empty when none did. One of the start: nothing is deleted.
  std::string hook_error;
  /// Only looks: neither the catalog nor what is kept here is changed.
  bool changes_nothing = false;
  /// Does what a plan has and nothing else.
  bool carries_out_plan = false;
  /// Nothing of ours is in the catalog yet: there is nothing to compare with.
  bool owns_nothing = false;

  /// Entities go to the catalog as they come.
  bool SendsUncompared() const {
    const bool compares =
        !owns_nothing && options.change_detection != config::ChangeDetectionMode::kOff;
    return !compares && !changes_nothing && !carries_out_plan;
  }

  port::EventInfo Event() const { return {"resync", id}; }
  port::UpsertOptions UpsertOptions() const {
    return {mapping.flags.enable_merge_entity, mapping.flags.create_missing_related_entities,
            Event()};
  }

  /// Ends the run: the first message is the report's.
  void Fail(const std::string& error) {
    {
      std::lock_guard lock(error_mutex_);
      if (error_.empty()) error_ = error;
    }
    stop_source.RequestStop();
  }
  std::string error() const {
    std::lock_guard lock(error_mutex_);
    return error_;
  }

 private:
  /// Of the memory, as text: parsed it is about three times as much.
  static constexpr std::size_t kSharedShare = 12;

  mutable std::mutex error_mutex_;
  std::string error_;
};

/// The block of the resource with this index.
inline Block& BlockOf(Run& run, std::size_t index) {
  return *std::find_if(run.blocks.begin(), run.blocks.end(),
                       [&](const Block& block) { return block.resource().index == index; });
}

}  // namespace ocean::sync
