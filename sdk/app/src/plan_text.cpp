#include "plan_text.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "ocean/base/json.hpp"
#include "ocean/base/text.hpp"

namespace ocean::app {

namespace {

using sync::PlannedAction;
using sync::PlannedChange;

/// Of one blueprint and action, so many are shown.
constexpr std::size_t kShown = 50;

constexpr std::array kActions = {PlannedAction::kCreate, PlannedAction::kUpdate,
                                 PlannedAction::kDelete};

using ByAction = std::map<PlannedAction, std::vector<const PlannedChange*>>;
using ByBlueprint = std::map<std::string, ByAction>;

std::pair<std::string_view, Style> MarkOf(PlannedAction action) {
  switch (action) {
    case PlannedAction::kCreate:
      return {"+", Style::kGreen};
    case PlannedAction::kUpdate:
      return {"~", Style::kYellow};
    case PlannedAction::kDelete:
      return {"-", Style::kRed};
  }
  return {"-", Style::kRed};
}

std::string NameOf(const PlannedChange& change) {
  return change.identifier.empty() ? "(found by a query)" : Printable(change.identifier);
}

void AddChange(const PlannedChange& change, const Terminal& terminal,
               std::vector<std::string>& lines) {
  const auto [mark, style] = MarkOf(change.action);
  lines.push_back("  " + Paint(std::string(mark) + " " + NameOf(change), style, terminal.colors) +
                  "  " + Paint(change.why, Style::kDim, terminal.colors));
  for (const sync::FieldChange& field : change.fields) {
    lines.push_back("      " + Printable(field.field + ": " + DumpJson(field.before) + " → " +
                                         DumpJson(field.after)));
  }
}

void AddBlueprint(const std::string& blueprint, const ByAction& actions, const Terminal& terminal,
                  std::vector<std::string>& lines) {
  lines.emplace_back();
  lines.push_back(Paint(Printable(blueprint), Style::kBold, terminal.colors));
  for (const auto& [action, changes] : actions) {
    for (std::size_t i = 0; i < std::min(changes.size(), kShown); ++i)
      AddChange(*changes[i], terminal, lines);
    if (changes.size() > kShown) {
      lines.push_back("    and " + GroupDigits(static_cast<std::int64_t>(changes.size() - kShown)) +
                      " more to " + std::string(ToString(action)) + "; --json prints all");
    }
  }
}

std::string Sums(const sync::Plan& plan) {
  std::map<PlannedAction, std::int64_t> counts;
  for (const PlannedChange& change : plan.changes) ++counts[change.action];
  std::int64_t held_back = 0;
  for (const sync::BlueprintReport& blueprint : plan.report.blueprints)
    held_back += blueprint.held_back;
  std::string sums;
  for (const PlannedAction action : kActions)
    sums += GroupDigits(counts[action]) + " to " + std::string(ToString(action)) + ", ";
  return sums + GroupDigits(held_back) + " held back";
}

/// What keeps the plan from saying everything.
void AddReasons(const sync::Plan& plan, const Terminal& terminal, std::vector<std::string>& lines) {
  std::vector<std::string> reasons;
  const auto add = [&](const std::string& about, const std::string& reason) {
    if (!reason.empty()) {
      reasons.push_back(Paint("! " + about, Style::kYellow, terminal.colors) + ": " +
                        Printable(reason));
    }
  };
  add("the plan failed", plan.report.error);
  for (const sync::BlockReport& block : plan.report.blocks) add(block.kind, block.reason);
  for (const sync::BlueprintReport& blueprint : plan.report.blueprints) {
    add(blueprint.blueprint + ", " + GroupDigits(blueprint.held_back) + " held back",
        blueprint.reason);
  }
  if (reasons.empty()) return;
  lines.emplace_back();
  for (std::string& reason : reasons) lines.push_back(std::move(reason));
}

}  // namespace

std::vector<std::string> PlanLines(const sync::Plan& plan, const Terminal& terminal) {
  std::vector<std::string> lines = {"Plan: " + Sums(plan)};
  ByBlueprint changes;
  for (const PlannedChange& change : plan.changes)
    changes[change.blueprint][change.action].push_back(&change);
  for (const auto& [blueprint, actions] : changes)
    AddBlueprint(blueprint, actions, terminal, lines);
  AddReasons(plan, terminal, lines);
  return lines;
}

}  // namespace ocean::app
