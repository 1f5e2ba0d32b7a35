#include "command_line.hpp"

#include <CLI/CLI.hpp>
#include <iostream>

#include "ocean/base/error.hpp"

namespace ocean::app {

namespace {

struct Parsed {
  SailFlagValues sail_flags;
  SailFlagValues plan_flags;
  std::string positional;
  std::string path;
  std::string spec_folder = ".";
  MappingSchemaRequest schema;
  bool version = false;
  bool local = false;
};

CLI::App* AddRun(CLI::App& app, Parsed& parsed, const char* name, const char* help,
                 std::span<const SailFlag> flags, SailFlagValues& values) {
  CLI::App* command = app.add_subcommand(name, help);
  command->add_option("PATH", parsed.positional, "The integration's folder (.)")->type_name("");
  command->add_option("--path", parsed.path, "The same")->type_name("PATH");
  AddSailFlags(*command, flags, values);
  // Known, so that the message can name the program that understands it.
  command->add_flag("--local", parsed.local)->group("");
  return command;
}

CLI::App* AddMappingSchema(CLI::App& app, MappingSchemaRequest& request) {
  CLI::App* config =
      app.add_subcommand("port-app-config", "The mappings that the integration takes");
  config->require_subcommand(1);
  CLI::App* schema = config->add_subcommand("schema", "Print the schema of a mapping");
  AddMappingSchemaFlags(*schema, request);
  return schema;
}

std::filesystem::path SailFolder(const Parsed& parsed) {
  if (!parsed.path.empty() && !parsed.positional.empty() && parsed.path != parsed.positional) {
    throw Error(ErrorKind::kConfig,
                "PATH is given twice: " + parsed.positional + " and --path " + parsed.path);
  }
  if (!parsed.path.empty()) return parsed.path;
  return parsed.positional.empty() ? "." : parsed.positional;
}

}  // namespace

Command ParseCommandLine(int argc, char** argv, const std::string& type) {
  CLI::App app(
      "The " + type + " integration of Ocean: keeps a software catalog in step with " + type + ".",
      "ocean-" + type);
  app.failure_message([](const CLI::App*, const CLI::Error& error) {
    return "error: " + std::string(error.what()) + "\nRun with --help for more.\n";
  });
  Parsed parsed;
  app.add_flag("--version", parsed.version, "Print the versions of the integration and the SDK");
  CLI::App* sail = AddRun(app, parsed, "sail", "Keep the catalog in step with the source",
                          kSailFlags, parsed.sail_flags);
  CLI::App* plan = AddRun(app, parsed, "plan", "Say what a resync would change, and change nothing",
                          kPlanFlags, parsed.plan_flags);
  CLI::App* spec = app.add_subcommand("spec", "What the integration's .port/spec.yaml says");
  CLI::App* spec_json = spec->add_subcommand("json", "Print it as JSON");
  spec_json->add_option("PATH", parsed.spec_folder, "The integration's folder (.)")->type_name("");
  spec->require_subcommand(1);
  CLI::App* schema = AddMappingSchema(app, parsed.schema);
  CLI::App* version = app.add_subcommand("version", "Print the versions");

  Command command;
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    command.exit_code = app.exit(error) == 0 ? 0 : 1;
    return command;
  }
  if (parsed.version || version->parsed()) {
    command.verb = Command::Verb::kVersion;
  } else if (spec->parsed()) {
    command.verb = Command::Verb::kSpecJson;
    command.folder = parsed.spec_folder;
  } else if (schema->parsed()) {
    command.verb = Command::Verb::kMappingSchema;
    command.schema = parsed.schema;
  } else if (sail->parsed() || plan->parsed()) {
    if (parsed.local) {
      throw Error(ErrorKind::kConfig,
                  "--local belongs to the ocean program: run `ocean " +
                      std::string(sail->parsed() ? "sail" : "plan") +
                      " PATH --local`, which starts the embedded catalog and then this program");
    }
    command.verb = sail->parsed() ? Command::Verb::kSail : Command::Verb::kPlan;
    command.sail =
        ReadSailFlags(SailFolder(parsed), sail->parsed() ? parsed.sail_flags : parsed.plan_flags);
  } else {
    std::cout << app.help();
  }
  return command;
}

}  // namespace ocean::app
