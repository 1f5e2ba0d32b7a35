#pragma once
/// @file One resource of the mapping while a run works on it.

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "mapper.hpp"
#include "mapping.hpp"
#include "ocean/base/log.hpp"
#include "ocean/sync/progress.hpp"
#include "ocean/sync/report.hpp"

namespace ocean::sync {

/// The field of log records that says at what a run was: "extract", "transform", "load", "reconciliation".
constexpr auto kPhaseField = "etl_phase";

/// What a block's figures are raised by.
struct Figures {
  std::int64_t pages = 0;
  std::int64_t extracted = 0;
  std::int64_t mapped = 0;
  std::int64_t filtered = 0;
  std::int64_t failed = 0;
  std::int64_t created = 0;
  std::int64_t updated = 0;
  std::int64_t unchanged = 0;
  std::int64_t rejected = 0;
  /// Of those that failed.
  std::int64_t no_identifier = 0;

  Figures& operator+=(const Figures& other);
};

/// For the state store.
Json ToJson(const Figures& figures);
Figures FiguresOf(const Json& json);

/// Figures, completeness and diagnostics of one block.
///
/// Threads   all operations may overlap
class Block {
 public:
  Block(const ResourceMapping& resource, const jq::Limits& limits, Progress& progress,
        const Logger& logger);

  const ResourceMapping& resource() const { return resource_; }
  const Mapper& mapper() const { return mapper_; }
  const std::vector<std::string>& fields_to_compare() const { return fields_to_compare_; }
  const Logger& logger() const { return logger_; }

  void Add(const Figures& figures);
  void AddTimes(const BlockTimes& times);
  /// Nothing may be deleted because of this block. The first reason is the report's.
  void MarkIncomplete(std::string_view reason);
  /// An item gave no entity: counted by the caller, logged here (the first few).
  void NoteItemError(const std::string& error);
  void NoteNull(std::size_t leaf, const std::string& error);

  /// It became so in the run that is gone on with.
  void RestoreIncomplete(std::string reason);
  /// Has `note` told when the block becomes incomplete, as long as it is read. Before it is.
  void OnIncomplete(std::function<void(std::string_view reason)> note);

  void Start();
  /// The run ended before the block did: it is incomplete, and what was mapped and did not reach the catalog counts as rejected.
  void Abandon();
  /// Draws the conclusions once all items are mapped and loaded, and logs them.
  void Finish(double null_identifier_share);

  /// Whether what the block did not produce may be taken for gone.
  bool complete() const;
  BlockReport Report() const;

 private:
  /// True when it was complete until now.
  bool BecomeIncomplete(std::string_view reason);
  void LogNulls(std::int64_t mapped) const;
  BlockReport Concluded() const;
  void Publish() const;

  const ResourceMapping& resource_;
  const Mapper mapper_;
  const std::vector<std::string> fields_to_compare_;
  Progress& progress_;
  Logger logger_;
  /// Of what concerns the mapping.
  Logger transform_logger_;
  std::function<void(std::string_view reason)> on_incomplete_ = [](std::string_view) {};

  struct LeafNulls {
    std::int64_t count = 0;
    std::string first_error;
  };
  mutable std::mutex mutex_;
  BlockReport report_;
  bool finished_ = false;
  /// Why nothing may be deleted; the report's reason may also be a rejection, which deletes do not mind.
  std::string incomplete_;
  std::int64_t no_identifier_ = 0;
  std::int64_t item_errors_ = 0;
  std::vector<LeafNulls> nulls_;
};

/// Nothing was read and something went wrong: that is no sync with gaps, it is none.
bool NothingWasRead(const std::deque<Block>& blocks);

}  // namespace ocean::sync
