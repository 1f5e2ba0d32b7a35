#include "integration_commands.hpp"

#include <unistd.h>

#include <filesystem>
#include <iostream>

#include "ocean/app/terminal.hpp"
#include "ocean/base/error.hpp"
#include "ocean/base/text.hpp"
#include "ocean/config/spec.hpp"
#include "places.hpp"
#include "program.hpp"

namespace ocean::cli {

namespace {

using config::Spec;

void PrintTable(const std::vector<Spec>& specs) {
  using app::Printable;
  const app::Terminal terminal = app::Terminal::Of(STDOUT_FILENO);
  app::TextTable table({{.title = "type", .importance = 4},
                        {.title = "version", .importance = 3},
                        {.title = "title", .importance = 1},
                        {.title = "kinds", .importance = 2}});
  for (const Spec& spec : specs) {
    table.Add({{Printable(spec.type)},
               {Printable(spec.version)},
               {Printable(spec.title)},
               {Printable(Join(spec.kinds, ", "))}});
  }
  for (const std::string& line : table.Lines(terminal)) std::cout << line << "\n";
}

}  // namespace

int ListIntegrations(bool json) {
  std::vector<Spec> specs;
  Json list = Json::array();
  for (const std::filesystem::path& folder : NearbyIntegrations(std::filesystem::current_path())) {
    Spec spec = Spec::Load(folder);
    list.push_back({{"type", spec.type},
                    {"version", spec.version},
                    {"title", spec.title},
                    {"kinds", spec.kinds},
                    {"path", Shown(folder)}});
    specs.push_back(std::move(spec));
  }
  if (json) {
    std::cout << PrettyJson(list) << "\n";
    return 0;
  }
  if (specs.empty()) {
    throw Error(ErrorKind::kNotFound,
                "there is no folder integrations here or above: run it in a checkout of Ocean");
  }
  PrintTable(specs);
  return 0;
}

int SpecCheck(const std::string& path) {
  const Spec spec = Spec::Load(RequireIntegration(path));
  std::cout << Shown(spec.file) << " is valid: " << spec.type << " " << spec.version << ", kinds "
            << Join(spec.kinds, ", ") << "\n";
  return 0;
}

int SpecJson(const std::string& path) {
  std::cout << PrettyJson(Spec::Load(RequireIntegration(path)).raw) << "\n";
  return 0;
}

int SpecExample(const std::string& path, bool as_variables) {
  const Spec spec = Spec::Load(RequireIntegration(path));
  std::cout << (as_variables ? config::ExampleEnv(spec) : config::ExampleConfigYaml(spec));
  return 0;
}

int MappingSchema(const app::MappingSchemaRequest& request) {
  const std::filesystem::path folder = RequireIntegration(request.folder);
  const HeldSignals held;
  ChildCommand command;
  command.program = FindOrBuildProgram(folder, Spec::Load(folder).type, held).string();
  command.arguments = {"port-app-config", "schema", "--format=" + request.format};
  command.folder = folder;
  if (request.compact) command.arguments.emplace_back("--compact");
  if (!request.output.empty())
    command.arguments.push_back("--output=" + std::filesystem::absolute(request.output).string());
  return RunChild(command, held);
}

}  // namespace ocean::cli
