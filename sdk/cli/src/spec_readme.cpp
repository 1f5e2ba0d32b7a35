#include "spec_readme.hpp"

#include <algorithm>
#include <iostream>
#include <string_view>
#include <vector>

#include "files.hpp"
#include "ocean/app/default_resources.hpp"
#include "ocean/base/error.hpp"
#include "ocean/base/json.hpp"
#include "ocean/base/text.hpp"
#include "ocean/config/configuration.hpp"
#include "ocean/config/spec.hpp"
#include "ocean/jq/program.hpp"
#include "places.hpp"

namespace ocean::cli {

namespace {

using Cells = std::vector<std::string>;

/// Text that stays in one cell.
std::string Cell(std::string_view text) {
  return ReplaceAll(ReplaceAll(Trim(text), "\n", " "), "|", "\\|");
}

std::string Code(std::string_view text) {
  return "`" + Cell(text) + "`";
}

std::string Row(const Cells& cells) {
  return "| " + Join(cells, " | ") + " |\n";
}

/// A table without the columns that say nothing in any row.
std::string Table(const Cells& titles, const std::vector<Cells>& rows) {
  std::vector<bool> told(titles.size());
  for (const Cells& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) told[i] = told[i] || !row[i].empty();
  }
  const auto shown = [&](const Cells& cells) {
    Cells kept;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (told[i]) kept.push_back(cells[i]);
    }
    return Row(kept);
  };
  std::string text = shown(titles) + shown(Cells(titles.size(), "---"));
  for (const Cells& row : rows) text += shown(row);
  return text;
}

/// The blueprints that the default mapping makes of a kind, where it names them outright.
std::string BlueprintsOf(const Json& mapping, const std::string& kind) {
  Cells blueprints;
  for (const Json& resource : Get(mapping, "resources")) {
    if (GetString(resource, "kind") != kind) continue;
    const Json& mappings = Get(Get(Get(resource, "port"), "entity"), "mappings");
    const auto constant = jq::Program::Compile(GetString(mappings, "blueprint")).Constant();
    if (constant && constant->is_string()) blueprints.push_back(Code(constant->get<std::string>()));
  }
  return Join(blueprints, ", ");
}

std::string DescriptionOf(const config::Spec& spec, const std::string& kind) {
  for (const Json& feature : Get(spec.raw, "features")) {
    for (const Json& resource : Get(feature, "resources")) {
      if (GetString(resource, "kind") == kind) return Cell(GetString(resource, "description"));
    }
  }
  return "";
}

std::string KindsTable(const config::Spec& spec, const std::filesystem::path& folder) {
  const Json mapping =
      app::LoadDefaultResources(folder / ".port" / "resources").mapping.value_or(Json::object());
  std::vector<Cells> rows;
  for (const std::string& kind : spec.kinds)
    rows.push_back({Code(kind), DescriptionOf(spec, kind), BlueprintsOf(mapping, kind)});
  return Table({"Kind", "What it is", "Becomes by default"}, rows);
}

std::string DefaultOf(const config::SpecConfiguration& option) {
  if (option.default_value.is_null()) return "";
  return Code(option.default_value.is_string() ? option.default_value.get<std::string>()
                                               : DumpJson(option.default_value));
}

std::string ConfigurationTable(const config::Spec& spec) {
  std::vector<Cells> rows;
  for (const config::SpecConfiguration& option : spec.configurations) {
    Cells needs;
    if (option.required && option.default_value.is_null()) needs.emplace_back("yes");
    if (option.sensitive) needs.emplace_back("secret");
    rows.push_back({Code(option.name),
                    Code(config::EnvironmentName("integration.config." + option.snake_name)),
                    Join(needs, ", "), DefaultOf(option), Cell(option.description)});
  }
  return Table({"Option", "Variable", "Required", "Default", "Meaning"}, rows);
}

/// Puts `table` below the mark `name` in the page.
void Fill(std::string& page, const std::string& name, const std::string& table,
          const std::filesystem::path& file) {
  const std::string mark = "<!-- " + name + " -->\n";
  const std::size_t begin = page.find(mark);
  const std::size_t end = page.find("<!-- end -->", begin);
  if (begin == std::string::npos || end == std::string::npos) {
    throw Error(ErrorKind::kConfig, Shown(file) + ": the table belongs between the lines <!-- " +
                                        name + " --> and <!-- end -->, which are not there");
  }
  const std::size_t from = begin + mark.size();
  page.replace(from, end - from, "\n" + table + "\n");
}

}  // namespace

int SpecReadme(const std::string& path, bool only_check) {
  const std::filesystem::path folder = RequireIntegration(path);
  const std::filesystem::path file = folder / "README.md";
  const config::Spec spec = config::Spec::Load(folder);
  const std::string before = ReadFile(file);
  std::string after = before;
  Fill(after, "kinds", KindsTable(spec, folder), file);
  Fill(after, "configuration", ConfigurationTable(spec), file);
  if (after == before) return 0;
  if (only_check) {
    std::cerr << Shown(file) << ": its tables are not what " << Shown(spec.file)
              << " says; 'ocean spec readme " << Shown(folder) << "' writes them\n";
    return 1;
  }
  WriteFile(file, after);
  std::cout << Shown(file) << " has the tables of " << Shown(spec.file) << "\n";
  return 0;
}

}  // namespace ocean::cli
