#pragma once
/// @file Shows a running resync: a table that is redrawn in place on a terminal, log lines elsewhere.

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "ocean/app/terminal.hpp"
#include "ocean/base/clock.hpp"
#include "ocean/base/log.hpp"
#include "ocean/sync/progress.hpp"

namespace ocean::app {

/// The items per second of each block, from two looks at it that are some time apart.
class RateMeter {
 public:
  /// The rates at this snapshot; those of blocks that ended are their average.
  std::vector<double> Update(const sync::ProgressSnapshot& progress);

 private:
  struct Span {
    bool seen = false;
    std::int64_t from_ms = 0;
    std::int64_t from_items = 0;
    double rate = 0;
  };
  std::vector<Span> spans_;
};

/// Draws lines at the bottom of a terminal, over those it drew before.
///
/// Threads   one thread at a time
class LiveLines {
 public:
  using Write = std::function<void(std::string_view)>;
  explicit LiveLines(Write write) : write_(std::move(write)) {}

  void Draw(const std::vector<std::string>& lines);
  /// A line of another source, above the drawn ones.
  void PrintAbove(std::string_view line);
  /// Takes the lines away.
  void Clear();

 private:
  std::string Erase();

  Write write_;
  std::vector<std::string> drawn_;
};

/// Tells in the log what changes from look to look: phases, blocks that end, and a sign of life.
class ProgressLog {
 public:
  explicit ProgressLog(Logger logger) : logger_(std::move(logger)) {}
  void Look(const sync::ProgressSnapshot& progress);

 private:
  void TellPhase(const sync::ProgressSnapshot& progress);
  void TellEndedBlocks(const sync::ProgressSnapshot& progress);
  void TellSignOfLife(const sync::ProgressSnapshot& progress);

  Logger logger_;
  std::string phase_;
  std::vector<sync::BlockState> states_;
  std::int64_t told_at_ms_ = 0;
};

/// Follows the progress of one resync, from construction to destruction.
///
/// On a terminal it draws at most five times a second, and while it lives log lines appear above the
/// table. It also keeps the time of the progress.
class ProgressView {
 public:
  struct Parts {
    sync::Progress& progress;
    Logger logger;
    Clock& clock;
    /// Where the table goes: usually standard error.
    int descriptor = 2;
    /// False logs lines even on a terminal.
    bool table_allowed = true;
  };
  explicit ProgressView(Parts parts);
  ~ProgressView();

 private:
  void Follow(const std::stop_token& stop);
  void Look();

  Parts parts_;
  bool table_;
  Duration start_;
  std::mutex mutex_;
  LiveLines lines_;
  RateMeter rates_;
  ProgressLog log_;
  std::jthread thread_;
};

/// Makes the cursor visible again, for a process that ends while a table is drawn. Safe at any time.
void RestoreCursor(int descriptor);

}  // namespace ocean::app
