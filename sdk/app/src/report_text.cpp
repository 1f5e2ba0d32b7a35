#include "report_text.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "monitor.hpp"
#include "ocean/base/text.hpp"

namespace ocean::app {

namespace {

using Cell = TextTable::Cell;
using enum TextTable::Align;

Cell Number(std::int64_t count, Style style = Style::kPlain) {
  return {GroupDigits(count), count == 0 ? Style::kDim : style};
}

Style StyleOf(sync::Outcome outcome) {
  switch (outcome) {
    case sync::Outcome::kComplete:
      return Style::kGreen;
    case sync::Outcome::kIncomplete:
      return Style::kYellow;
    case sync::Outcome::kFailed:
      return Style::kRed;
  }
  return Style::kPlain;
}

Style StyleOf(sync::BlockState state) {
  switch (state) {
    case sync::BlockState::kPending:
      return Style::kDim;
    case sync::BlockState::kRunning:
      return Style::kBold;
    case sync::BlockState::kComplete:
      return Style::kGreen;
    case sync::BlockState::kIncomplete:
      return Style::kYellow;
  }
  return Style::kPlain;
}

std::int64_t Entities(const sync::RunReport& report) {
  std::int64_t sum = 0;
  for (const sync::BlockReport& block : report.blocks) sum += block.mapped;
  return sum;
}

std::string PerSecond(double rate) {
  return GroupDigits(std::llround(rate)) + "/s";
}

sync::BlockReport Total(const std::vector<sync::BlockReport>& blocks) {
  sync::BlockReport total;
  total.kind = "all";
  for (const sync::BlockReport& block : blocks) {
    total.pages += block.pages;
    total.extracted += block.extracted;
    total.mapped += block.mapped;
    total.filtered += block.filtered;
    total.failed += block.failed;
    total.created += block.created;
    total.updated += block.updated;
    total.unchanged += block.unchanged;
    total.rejected += block.rejected;
  }
  return total;
}

std::vector<Cell> Figures(const sync::BlockReport& block) {
  return {Number(block.pages),
          Number(block.extracted),
          Number(block.mapped),
          Number(block.filtered),
          Number(block.failed, Style::kRed),
          Number(block.created),
          Number(block.updated),
          Number(block.unchanged),
          Number(block.rejected, Style::kRed)};
}

void AddRow(TextTable& table, Cell name, Cell outcome, const sync::BlockReport& block) {
  std::vector<Cell> row = {std::move(name), std::move(outcome)};
  for (Cell& cell : Figures(block)) row.push_back(std::move(cell));
  table.Add(std::move(row));
}

void Append(std::vector<std::string>& lines, std::vector<std::string> more) {
  for (std::string& line : more) lines.push_back(std::move(line));
}

std::vector<std::string> BlockTable(const sync::RunReport& report, const Terminal& terminal) {
  TextTable table({{"kind", kLeft, 9},
                   {"outcome", kLeft, 8},
                   {"pages", kRight, 1},
                   {"extracted", kRight, 6},
                   {"mapped", kRight, 5},
                   {"filtered", kRight, 2},
                   {"failed", kRight, 7},
                   {"created", kRight, 7},
                   {"updated", kRight, 7},
                   {"unchanged", kRight, 4},
                   {"rejected", kRight, 7}});
  for (std::size_t i = 0; i < report.blocks.size(); ++i) {
    const sync::BlockReport& block = report.blocks[i];
    AddRow(table, {BlockName(report.blocks, i)},
           {std::string(ToString(block.outcome)), StyleOf(block.outcome)}, block);
  }
  if (report.blocks.size() > 1) AddRow(table, {"all"}, {}, Total(report.blocks));
  return table.Lines(terminal);
}

std::vector<std::string> BlueprintTable(const sync::RunReport& report, const Terminal& terminal) {
  TextTable table({{"blueprint", kLeft, 9},
                   {"seen", kRight, 5},
                   {"stale", kRight, 6},
                   {"deleted", kRight, 8},
                   {"held back", kRight, 8}});
  for (const sync::BlueprintReport& blueprint : report.blueprints) {
    table.Add({{blueprint.blueprint},
               Number(blueprint.seen),
               Number(blueprint.stale),
               Number(blueprint.deleted),
               Number(blueprint.held_back, Style::kYellow)});
  }
  return table.Lines(terminal);
}

/// What the tables cannot hold: why something is not complete.
std::vector<std::string> Reasons(const sync::RunReport& report, const Terminal& terminal) {
  std::vector<std::string> lines;
  const auto add = [&](const std::string& about, const std::string& reason, Style style) {
    lines.push_back("  " + Paint("! " + about, style, terminal.colors) + ": " + Printable(reason));
  };
  if (!report.error.empty()) add("the run failed", report.error, Style::kRed);
  if (!report.hook_error.empty()) add("a hook failed", report.hook_error, Style::kYellow);
  for (std::size_t i = 0; i < report.blocks.size(); ++i) {
    const sync::BlockReport& block = report.blocks[i];
    if (block.reason.empty()) continue;
    add(BlockName(report.blocks, i), block.reason, StyleOf(block.outcome));
  }
  for (const sync::BlueprintReport& blueprint : report.blueprints) {
    if (blueprint.reason.empty()) continue;
    add(blueprint.blueprint, GroupDigits(blueprint.held_back) + " not deleted: " + blueprint.reason,
        Style::kYellow);
  }
  for (const sync::RefusedChange& refused : report.refused) {
    add("not carried out: " + refused.action + " " + refused.blueprint + " \"" +
            Printable(refused.identifier) + "\"",
        refused.why, Style::kYellow);
  }
  return lines;
}

std::string Costs(const sync::RunReport& report) {
  std::string line = "  " + GroupDigits(static_cast<std::int64_t>(report.source_requests)) +
                     " requests to the source, " +
                     GroupDigits(static_cast<std::int64_t>(report.catalog_requests)) +
                     " to the catalog";
  const std::int64_t entities = Entities(report);
  line += " · " + GroupDigits(entities) + " entities";
  if (entities > 0 && report.duration_ms > 0) {
    line += ", " + PerSecond(static_cast<double>(entities) * 1000.0 /
                             static_cast<double>(report.duration_ms));
  }
  if (report.peak_rss_bytes > 0) line += " · peak memory " + HumanBytes(report.peak_rss_bytes);
  return line;
}

std::int64_t Upserted(const sync::BlockReport& block) {
  return block.created + block.updated;
}

std::int64_t Bad(const sync::BlockReport& block) {
  return block.failed + block.rejected;
}

std::string StateText(const sync::BlockSnapshot& block) {
  return std::string(ToString(block.state));
}

/// The blocks that are shown when there are more than fit: first the running ones, then those that
/// went wrong.
std::vector<std::size_t> ShownBlocks(const std::vector<sync::BlockSnapshot>& blocks,
                                     std::size_t limit) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < blocks.size(); ++i) order.push_back(i);
  if (blocks.size() <= limit) return order;
  const auto rank = [&](std::size_t i) {
    switch (blocks[i].state) {
      case sync::BlockState::kRunning:
        return 0;
      case sync::BlockState::kIncomplete:
        return 1;
      case sync::BlockState::kPending:
        return 2;
      case sync::BlockState::kComplete:
        return 3;
    }
    return 3;
  };
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::pair(rank(a), a) < std::pair(rank(b), b);
  });
  order.resize(limit);
  std::sort(order.begin(), order.end());
  return order;
}

TextTable ProgressTable() {
  return TextTable({{"kind", kLeft, 9},
                    {"state", kLeft, 8},
                    {"pages", kRight, 1},
                    {"extracted", kRight, 7},
                    {"mapped", kRight, 4},
                    {"upserted", kRight, 6},
                    {"unchanged", kRight, 3},
                    {"failed", kRight, 5},
                    {"rate", kRight, 2}});
}

void AddProgressRow(TextTable& table, const std::string& name, const sync::BlockSnapshot& block,
                    double rate) {
  if (block.state == sync::BlockState::kPending) {
    table.Add({{name, Style::kDim}, {StateText(block), Style::kDim}});
    return;
  }
  const sync::BlockReport& figures = block.figures;
  table.Add({{name},
             {StateText(block), StyleOf(block.state)},
             Number(figures.pages),
             Number(figures.extracted),
             Number(figures.mapped),
             Number(Upserted(figures)),
             Number(figures.unchanged),
             Number(Bad(figures), Style::kRed),
             {rate > 0 ? PerSecond(rate) : "", Style::kDim}});
}

std::string PhaseLine(const sync::ProgressSnapshot& progress, std::size_t hidden_blocks) {
  std::string line = "  " + progress.phase + " · " + HumanDuration(progress.elapsed_ms);
  if (progress.phase == "reconciling" || progress.stale > 0) {
    line +=
        " · stale " + GroupDigits(progress.stale) + ", deleted " + GroupDigits(progress.deleted);
  }
  if (hidden_blocks > 0) line += " · and " + std::to_string(hidden_blocks) + " more kinds";
  return line;
}

}  // namespace

std::vector<std::string> ReportLines(const sync::RunReport& report, const Terminal& terminal) {
  std::vector<std::string> lines;
  lines.push_back(Paint("Resync " + std::string(ToString(report.outcome)), StyleOf(report.outcome),
                        terminal.colors) +
                  " in " + HumanDuration(report.duration_ms));
  if (!report.blocks.empty()) {
    lines.emplace_back();
    Append(lines, BlockTable(report, terminal));
  }
  if (!report.blueprints.empty()) {
    lines.emplace_back();
    Append(lines, BlueprintTable(report, terminal));
  }
  lines.emplace_back();
  Append(lines, Reasons(report, terminal));
  lines.push_back(Costs(report));
  return lines;
}

std::pair<std::string, LogFields> ReportRecord(const sync::RunReport& report) {
  const sync::BlockReport total = Total(report.blocks);
  std::int64_t deleted = 0;
  std::int64_t held_back = 0;
  for (const sync::BlueprintReport& blueprint : report.blueprints) {
    deleted += blueprint.deleted;
    held_back += blueprint.held_back;
  }
  LogFields fields = {{"run_id", report.run_id},
                      {"duration_ms", std::to_string(report.duration_ms)},
                      {"extracted", std::to_string(total.extracted)},
                      {"created", std::to_string(total.created)},
                      {"updated", std::to_string(total.updated)},
                      {"unchanged", std::to_string(total.unchanged)},
                      {"failed", std::to_string(Bad(total))},
                      {"deleted", std::to_string(deleted)},
                      {"held_back", std::to_string(held_back)}};
  if (!report.error.empty()) fields.emplace_back("error", report.error);
  return {"resync " + std::string(ToString(report.outcome)), std::move(fields)};
}

std::vector<std::string> ProgressLines(const sync::ProgressSnapshot& progress,
                                       const std::vector<double>& rates, const Terminal& terminal) {
  if (progress.phase.empty()) return {};
  std::vector<sync::BlockReport> figures;
  for (const sync::BlockSnapshot& block : progress.blocks) figures.push_back(block.figures);
  // The heading, the line of the phase, and one line that stays free.
  const auto limit = static_cast<std::size_t>(std::max(terminal.height - 3, 1));
  const std::vector<std::size_t> shown = ShownBlocks(progress.blocks, limit);
  TextTable table = ProgressTable();
  for (const std::size_t i : shown) {
    AddProgressRow(table, BlockName(figures, i), progress.blocks[i],
                   i < rates.size() ? rates[i] : 0);
  }
  std::vector<std::string> lines;
  if (table.rows() > 0) lines = table.Lines(terminal);
  lines.push_back(Shorten(PhaseLine(progress, progress.blocks.size() - shown.size()),
                          static_cast<std::size_t>(terminal.width)));
  return lines;
}

std::string BlockSummary(const sync::BlockReport& block) {
  std::string text = GroupDigits(block.extracted) + " extracted, " + GroupDigits(block.mapped) +
                     " mapped, " + GroupDigits(block.created) + " created, " +
                     GroupDigits(block.updated) + " updated, " + GroupDigits(block.unchanged) +
                     " unchanged";
  if (block.filtered > 0) text += ", " + GroupDigits(block.filtered) + " filtered";
  if (Bad(block) > 0) text += ", " + GroupDigits(Bad(block)) + " failed";
  return text;
}

}  // namespace ocean::app
