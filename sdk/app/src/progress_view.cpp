#include "progress_view.hpp"

#include <unistd.h>

#include <cerrno>

#include <string_view>
#include <utility>

#include "monitor.hpp"
#include "ocean/base/text.hpp"
#include "report_text.hpp"

namespace ocean::app {

namespace {

constexpr std::chrono::milliseconds kRedraw{200};
constexpr std::int64_t kRateSpanMs = 2000;
constexpr std::int64_t kSignOfLifeMs = 30'000;

constexpr std::string_view kHideCursor = "\x1b[?25l";
constexpr std::string_view kShowCursor = "\x1b[?25h";

void WriteAll(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    // A terminal that went away is no reason to stop the resync.
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

bool HasEnded(sync::BlockState state) {
  return state == sync::BlockState::kComplete || state == sync::BlockState::kIncomplete;
}

}  // namespace

std::vector<double> RateMeter::Update(const sync::ProgressSnapshot& progress) {
  if (progress.blocks.size() != spans_.size()) spans_.assign(progress.blocks.size(), {});
  std::vector<double> rates;
  for (std::size_t i = 0; i < progress.blocks.size(); ++i) {
    Span& span = spans_[i];
    const sync::BlockSnapshot& block = progress.blocks[i];
    const std::int64_t items = block.figures.extracted;
    const std::int64_t elapsed = progress.elapsed_ms - span.from_ms;
    if (block.state == sync::BlockState::kRunning && !span.seen) {
      span = {.seen = true, .from_ms = progress.elapsed_ms, .from_items = items, .rate = 0};
    } else if (block.state == sync::BlockState::kRunning && elapsed >= kRateSpanMs) {
      span.rate =
          static_cast<double>(items - span.from_items) * 1000.0 / static_cast<double>(elapsed);
      span.from_ms = progress.elapsed_ms;
      span.from_items = items;
    }
    rates.push_back(block.state == sync::BlockState::kRunning ? span.rate : 0);
  }
  return rates;
}

void LiveLines::Draw(const std::vector<std::string>& lines) {
  std::string text = Erase();
  for (const std::string& line : lines) text += line + "\n";
  drawn_ = lines;
  write_(text);
}

void LiveLines::PrintAbove(std::string_view line) {
  std::string text = Erase();
  text += line;
  text += '\n';
  for (const std::string& drawn : drawn_) text += drawn + "\n";
  write_(text);
}

void LiveLines::Clear() {
  write_(Erase());
  drawn_.clear();
}

std::string LiveLines::Erase() {
  if (drawn_.empty()) return "";
  return "\x1b[" + std::to_string(drawn_.size()) + "A\r\x1b[J";
}

void ProgressLog::Look(const sync::ProgressSnapshot& progress) {
  if (progress.phase.empty()) return;
  // A block's end belongs to the phase it ended in, also when both are seen at one look.
  if (progress.phase == "extracting") TellPhase(progress);
  TellEndedBlocks(progress);
  TellPhase(progress);
  TellSignOfLife(progress);
}

void ProgressLog::TellPhase(const sync::ProgressSnapshot& progress) {
  if (progress.phase == phase_) return;
  phase_ = progress.phase;
  told_at_ms_ = progress.elapsed_ms;
  if (phase_ == "extracting") {
    std::vector<std::string> kinds;
    for (const sync::BlockSnapshot& block : progress.blocks) kinds.push_back(block.figures.kind);
    logger_.Info("extracting: " + Join(kinds, ", "));
  } else if (phase_ == "retrying" || phase_ == "reconciling") {
    logger_.Info(phase_);
  }
}

void ProgressLog::TellEndedBlocks(const sync::ProgressSnapshot& progress) {
  std::vector<sync::BlockReport> figures;
  for (const sync::BlockSnapshot& block : progress.blocks) figures.push_back(block.figures);
  states_.resize(progress.blocks.size(), sync::BlockState::kPending);
  for (std::size_t i = 0; i < figures.size(); ++i) {
    const sync::BlockState state = progress.blocks[i].state;
    if (state == states_[i]) continue;
    states_[i] = state;
    if (!HasEnded(state)) continue;
    // Why a block is incomplete was logged when it happened.
    logger_.Info(BlockName(figures, i) + " " + std::string(ToString(state)) + ": " +
                 BlockSummary(figures[i]));
  }
}

void ProgressLog::TellSignOfLife(const sync::ProgressSnapshot& progress) {
  if (progress.elapsed_ms - told_at_ms_ < kSignOfLifeMs) return;
  told_at_ms_ = progress.elapsed_ms;
  std::int64_t extracted = 0;
  std::int64_t mapped = 0;
  for (const sync::BlockSnapshot& block : progress.blocks) {
    extracted += block.figures.extracted;
    mapped += block.figures.mapped;
  }
  logger_.Info(progress.phase + " since " + HumanDuration(progress.elapsed_ms) + ": " +
               GroupDigits(extracted) + " extracted, " + GroupDigits(mapped) + " mapped, " +
               GroupDigits(progress.deleted) + " deleted");
}

ProgressView::ProgressView(Parts parts)
    : parts_(std::move(parts)),
      table_(parts_.table_allowed && Terminal::Of(parts_.descriptor).interactive),
      start_(parts_.clock.Elapsed()),
      lines_(
          [descriptor = parts_.descriptor](std::string_view text) { WriteAll(descriptor, text); }),
      log_(parts_.logger) {
  if (table_) {
    WriteAll(parts_.descriptor, kHideCursor);
    parts_.logger.RedirectStderr([this](std::string_view line) {
      std::lock_guard lock(mutex_);
      lines_.PrintAbove(line);
    });
  }
  thread_ = std::jthread([this](const std::stop_token& stop) { Follow(stop); });
}

ProgressView::~ProgressView() {
  thread_.request_stop();
  thread_.join();
  if (!table_) return;
  parts_.logger.RedirectStderr({});
  lines_.Clear();
  RestoreCursor(parts_.descriptor);
}

void ProgressView::Follow(const std::stop_token& stop) {
  do {
    Look();
  } while (parts_.clock.SleepFor(kRedraw, stop));
  // What changed since the last look, before the report follows.
  if (!table_) Look();
}

void ProgressView::Look() {
  const std::int64_t elapsed_ms = (parts_.clock.Elapsed() - start_).count() / 1000;
  parts_.progress.Update(
      [&](sync::ProgressSnapshot& snapshot) { snapshot.elapsed_ms = elapsed_ms; });
  const sync::ProgressSnapshot progress = parts_.progress.Snapshot();
  if (!table_) {
    log_.Look(progress);
    return;
  }
  const Terminal terminal = Terminal::Of(parts_.descriptor);
  std::lock_guard lock(mutex_);
  lines_.Draw(ProgressLines(progress, rates_.Update(progress), terminal));
}

void RestoreCursor(int descriptor) {
  WriteAll(descriptor, kShowCursor);
}

}  // namespace ocean::app
