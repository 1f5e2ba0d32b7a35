#include "catalog_text.hpp"

#include <algorithm>

#include "ocean/base/text.hpp"

namespace ocean::cli {

namespace {

using app::Paint;
using app::Printable;
using app::Style;
using app::TextTable;
using enum TextTable::Align;

/// A value as its lines: text line by line, short lists side by side, the rest as JSON.
std::vector<std::string> ValueLines(const Json& value) {
  if (value.is_null()) return {"–"};
  if (value.is_string()) {
    std::vector<std::string> lines;
    for (const std::string& line : Split(value.get<std::string>(), '\n')) {
      lines.push_back(Printable(line));
    }
    return lines;
  }
  if (value.is_array() && value.empty()) return {"–"};
  const bool texts = value.is_array() && std::all_of(value.begin(), value.end(),
                                                     [](const Json& v) { return v.is_string(); });
  if (!texts) return {Printable(DumpJson(value))};
  std::vector<std::string> parts;
  for (const Json& part : value) parts.push_back(Printable(part.get<std::string>()));
  return {Join(parts, ", ")};
}

void AddMember(std::vector<std::string>& lines, const std::string& name, std::size_t width,
               const Json& value, const app::Terminal& terminal) {
  const std::string padding(width - std::min(width, app::DisplayWidth(name)), ' ');
  std::string head = "  " + Paint(Printable(name), Style::kDim, terminal.colors) + padding + "  ";
  for (const std::string& line : ValueLines(value)) {
    lines.push_back(head + line);
    head = std::string(width + 4, ' ');
  }
}

void AddMembers(std::vector<std::string>& lines, const std::string& title, const Json& members,
                const app::Terminal& terminal) {
  if (!members.is_object() || members.empty()) return;
  std::size_t width = 0;
  for (const auto& [name, value] : members.items()) {
    width = std::max(width, app::DisplayWidth(name));
  }
  lines.emplace_back();
  lines.push_back(Paint(title, Style::kBold, terminal.colors));
  for (const auto& [name, value] : members.items()) {
    AddMember(lines, name, width, value, terminal);
  }
}

}  // namespace

std::vector<std::string> BlueprintLines(
    const std::vector<catalog::CatalogReader::BlueprintCount>& blueprints,
    const app::Terminal& terminal) {
  if (blueprints.empty()) return {"The catalog has no blueprints."};
  TextTable table({{"blueprint", kLeft, 3}, {"title", kLeft, 1}, {"entities", kRight, 2}});
  for (const auto& blueprint : blueprints) {
    table.Add({{Printable(blueprint.blueprint)},
               {Printable(blueprint.title)},
               {GroupDigits(blueprint.entities)}});
  }
  return table.Lines(terminal);
}

std::vector<std::string> EntityListLines(const std::vector<Json>& entities, std::size_t hidden,
                                         const app::Terminal& terminal) {
  if (entities.empty() && hidden == 0) return {"No entities."};
  TextTable table({{"identifier", kLeft, 2}, {"title", kLeft, 1}});
  // What is too wide for one line is shortened: `get` shows all of it.
  const auto half = static_cast<std::size_t>(std::max(terminal.width / 2, 20));
  for (const Json& entity : entities) {
    const std::string identifier = app::Shorten(Printable(GetString(entity, "identifier")), half);
    const auto used = static_cast<int>(app::DisplayWidth(identifier));
    const auto rest =
        static_cast<std::size_t>(std::max(terminal.width - std::max(used, 30) - 4, 10));
    table.Add({{identifier}, {app::Shorten(Printable(GetString(entity, "title")), rest)}});
  }
  std::vector<std::string> lines = table.Lines(terminal);
  if (hidden > 0) {
    lines.push_back("  … and " + GroupDigits(static_cast<std::int64_t>(hidden)) +
                    " more; --limit N shows more");
  }
  return lines;
}

std::vector<std::string> EntityLines(const Json& entity, const app::Terminal& terminal) {
  const std::string identifier = Printable(GetString(entity, "identifier"));
  const std::string title = Printable(GetString(entity, "title", identifier));
  std::vector<std::string> lines = {Paint(title, Style::kBold, terminal.colors)};
  const std::vector<std::pair<std::string, const char*>> facts = {{"identifier", "identifier"},
                                                                  {"blueprint", "blueprint"},
                                                                  {"icon", "icon"},
                                                                  {"team", "team"},
                                                                  {"created", "createdAt"},
                                                                  {"updated", "updatedAt"},
                                                                  {"updated by", "updatedBy"},
                                                                  {"datasource", "datasource"}};
  for (const auto& [name, member] : facts) {
    const Json& value = Get(entity, member);
    if (value.is_null() || (value.is_array() && value.empty())) continue;
    AddMember(lines, name, 10, value, terminal);
  }
  AddMembers(lines, "properties", Get(entity, "properties"), terminal);
  AddMembers(lines, "relations", Get(entity, "relations"), terminal);
  return lines;
}

}  // namespace ocean::cli
