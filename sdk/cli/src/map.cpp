#include "map.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <iterator>

#include "files.hpp"
#include "ocean/app/default_resources.hpp"
#include "ocean/app/terminal.hpp"
#include "ocean/base/error.hpp"
#include "ocean/base/text.hpp"
#include "ocean/config/spec.hpp"
#include "ocean/config/yaml.hpp"
#include "ocean/jq/explanation.hpp"
#include "ocean/sync/trial.hpp"
#include "places.hpp"

namespace ocean::cli {

namespace {

using sync::Trial;

std::string ReadAll(std::istream& in) {
  return {std::istreambuf_iterator<char>(in), {}};
}

Json ReadItem(const std::string& file) {
  const bool is_standard_input = file == "-";
  const std::string name = is_standard_input ? "standard input" : file;
  return ParseJson(is_standard_input ? ReadAll(std::cin) : ReadFile(file), name);
}

void CheckRequest(const MapRequest& request) {
  const bool tries_expression = request.expression.has_value();
  if (tries_expression == !request.integration.empty())
    throw Error(ErrorKind::kConfig, "give either --expr EXPRESSION or --integration PATH");
  if (tries_expression && Trim(*request.expression).empty())
    throw Error(ErrorKind::kConfig, "the expression is empty; `.` gives the item itself");
  if (!tries_expression && request.kind.empty())
    throw Error(ErrorKind::kConfig, "--integration needs --kind KIND: what the item is");
  if (tries_expression && !(request.kind.empty() && request.mapping_file.empty()))
    throw Error(ErrorKind::kConfig, "--kind and --mapping go with --integration, not with --expr");
  if (!tries_expression && request.all_outputs)
    throw Error(ErrorKind::kConfig, "--all-outputs goes with --expr: a mapping takes the first");
}

/// Adds the outputs to a list. Returns what went wrong, empty when nothing did.
std::string Collect(const MapRequest& request, const jq::Program& program, const Json& item,
                    jq::Budget& budget, Json& outputs) {
  if (!request.all_outputs) {
    jq::Result result = program.First(item, budget);
    if (result.value) outputs.push_back(std::move(*result.value));
    return result.error;
  }
  try {
    program.ForEach(item, budget, [&](Json&& output) {
      outputs.push_back(std::move(output));
      return true;
    });
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kPermanent) throw;
    return error.what();
  }
  return "";
}

int PrintJson(const MapRequest& request, const jq::Program& program, const Json& item) {
  jq::Budget budget;
  Json shown = {{"outputs", Json::array()}};
  const std::string error = Collect(request, program, item, budget, shown["outputs"]);
  shown["error"] = error;
  if (request.explain) {
    const jq::Explanation explanation = program.Explain(item, budget);
    shown["reason"] = explanation.reason;
    shown["steps"] = ToText(explanation.root);
  }
  std::cout << PrettyJson(shown) << "\n";
  return error.empty() ? 0 : 1;
}

int MapExpression(const MapRequest& request) {
  const auto program = jq::Program::Compile(*request.expression);
  const Json item = ReadItem(request.input);
  if (request.json) return PrintJson(request, program, item);
  jq::Budget budget;
  if (request.explain) {
    const jq::Explanation explanation = program.Explain(item, budget);
    std::cout << ToText(explanation.root) << "\n";
    if (!explanation.reason.empty()) std::cout << "why: " << explanation.reason << "\n\n";
  }
  if (request.all_outputs) {
    program.ForEach(item, budget, [](Json&& output) {
      std::cout << PrettyJson(output) << "\n";
      return true;
    });
    return 0;
  }
  const jq::Result result = program.First(item, budget);
  if (!result.error.empty()) throw Error(ErrorKind::kPermanent, result.error);
  if (result.value) std::cout << PrettyJson(*result.value) << "\n";
  return 0;
}

std::string_view NameOf(Trial::Outcome outcome) {
  switch (outcome) {
    case Trial::Outcome::kMapped:
      return "mapped";
    case Trial::Outcome::kFiltered:
      return "filtered";
    case Trial::Outcome::kNoIdentifier:
      return "no identifier";
    case Trial::Outcome::kFailed:
      break;
  }
  return "failed";
}

Json ToJson(const Trial& trial) {
  Json leaves = Json::array();
  for (const sync::TrialLeaf& leaf : trial.leaves) {
    leaves.push_back({{"path", leaf.path},
                      {"expression", leaf.expression},
                      {"value", leaf.value},
                      {"reason", leaf.reason}});
  }
  return {{"resource", trial.resource},
          {"outcome", NameOf(trial.outcome)},
          {"message", trial.message},
          {"entity", trial.entity},
          {"expressions", std::move(leaves)}};
}

std::string Indented(const std::string& text, const std::string& indent) {
  return indent + ReplaceAll(Trim(text), "\n", "\n" + indent) + "\n";
}

void PrintTrial(const MapRequest& request, const Trial& trial, const app::Terminal& terminal) {
  const bool is_fine = trial.outcome == Trial::Outcome::kMapped;
  std::cout << app::Paint("resources[" + std::to_string(trial.resource) +
                              "]: " + std::string(NameOf(trial.outcome)),
                          is_fine ? app::Style::kGreen : app::Style::kYellow, terminal.colors)
            << (trial.message.empty() ? "" : ": " + app::Printable(trial.message)) << "\n";
  std::size_t width = 0;
  for (const sync::TrialLeaf& leaf : trial.leaves)
    width = std::max(width, app::DisplayWidth(leaf.path));
  for (const sync::TrialLeaf& leaf : trial.leaves) {
    std::cout << "  " << leaf.path << std::string(width + 2 - app::DisplayWidth(leaf.path), ' ')
              << app::Printable(DumpJson(leaf.value));
    if (!leaf.reason.empty()) {
      std::cout << "  "
                << app::Paint(app::Printable(leaf.reason), app::Style::kDim, terminal.colors);
    }
    std::cout << "\n";
    if (request.explain) std::cout << Indented(leaf.steps, "      ");
  }
}

Json MappingOf(const MapRequest& request, const std::filesystem::path& folder) {
  if (!request.mapping_file.empty())
    return config::ParseYaml(ReadFile(request.mapping_file), request.mapping_file);
  auto resources = app::LoadDefaultResources(folder / ".port" / "resources");
  if (!resources.mapping) {
    throw Error(ErrorKind::kConfig, Shown(folder) +
                                        "/.port/resources has no port-app-config.yaml; name "
                                        "another with --mapping FILE");
  }
  return std::move(*resources.mapping);
}

int MapItem(const MapRequest& request) {
  const auto folder = RequireIntegration(request.integration);
  const config::Spec spec = config::Spec::Load(folder);
  const auto trials = sync::TryMapping(
      MappingOf(request, folder), spec.allow_custom_kinds ? std::vector<std::string>() : spec.kinds,
      request.kind, ReadItem(request.input));
  const app::Terminal terminal = app::Terminal::Of(STDOUT_FILENO);
  bool is_fine = true;
  Json list = Json::array();
  for (const Trial& trial : trials) {
    is_fine = is_fine && (trial.outcome == Trial::Outcome::kMapped ||
                          trial.outcome == Trial::Outcome::kFiltered);
    if (request.json) {
      list.push_back(ToJson(trial));
    } else {
      PrintTrial(request, trial, terminal);
    }
  }
  if (request.json) {
    std::cout << PrettyJson(list) << "\n";
  } else if (trials.empty()) {
    std::cout << "itemsToParse takes nothing from this item\n";
  }
  return is_fine ? 0 : 1;
}

}  // namespace

int Map(const MapRequest& request) {
  CheckRequest(request);
  return request.expression ? MapExpression(request) : MapItem(request);
}

}  // namespace ocean::cli
