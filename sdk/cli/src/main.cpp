#include <CLI/CLI.hpp>
#include <csignal>
#include <iostream>

#include "catalog_commands.hpp"
#include "defaults.hpp"
#include "events.hpp"
#include "integration_commands.hpp"
#include "map.hpp"
#include "new.hpp"
#include "ocean/base/error.hpp"
#include "ocean/base/json.hpp"
#include "ocean/base/version.hpp"
#include "sail.hpp"
#include "settings_text.hpp"
#include "spec_readme.hpp"

namespace ocean::cli {

namespace {

struct VersionRequest {
  bool brief = false;
  bool json = false;
};

/// What all commands may be given; the one that was named fills its part.
struct Requests {
  SailRequest sail;
  SailRequest plan{.command = "plan", .known_flags = app::kPlanFlags};
  CatalogListRequest list;
  CatalogGetRequest get;
  CatalogExportRequest exported;
  CatalogServeRequest serve;
  DefaultsCleanRequest defaults_clean;
  DefaultsDockRequest defaults_dock;
  EventsListRequest events_list;
  EventsShowRequest events_show;
  EventsChangeRequest events_change;
  MapRequest map;
  NewRequest fresh;
  PullRequest pull;
  app::MappingSchemaRequest schema;
  VersionRequest version;
  std::string spec_path = ".";
  bool spec_check = false;
  bool list_json = false;
  bool print_version = false;
};

int PrintVersion(const VersionRequest& request) {
  if (request.json) {
    std::cout << DumpJson({{"version", SdkVersion()}}) << "\n";
  } else {
    std::cout << (request.brief ? "" : "ocean ") << SdkVersion() << "\n";
  }
  return 0;
}

void AddSail(CLI::App& app, SailRequest& request, const char* help, const char* local_help,
             int& code) {
  CLI::App* command = app.add_subcommand(request.command, help);
  command->add_option("PATH,--path", request.path, "The integration's folder (.)")->type_name("");
  command->add_flag("--local", request.local, local_help);
  app::AddSailFlags(*command, request.known_flags, request.flags);
  command->final_callback([&] { code = Sail(request); });
}

void AddPlace(CLI::App& command, CatalogPlace& place) {
  command.add_option("--data", place.data, "The catalog's file")->type_name("FILE");
  command.add_option("--path", place.path, "The integration whose local catalog is meant")
      ->type_name("FOLDER");
}

void AddCatalogReading(CLI::App& catalog, Requests& requests, int& code) {
  CLI::App* list = catalog.add_subcommand("list", "List blueprints, or the entities of one");
  list->add_option("BLUEPRINT", requests.list.blueprint, "Lists its entities")->type_name("");
  list->add_option("--limit", requests.list.limit, "Entities to show (50)")->type_name("N");
  list->add_flag("--json", requests.list.json, "Print JSON");
  AddPlace(*list, requests.list.place);
  list->final_callback([&] { code = CatalogList(requests.list); });

  CLI::App* get = catalog.add_subcommand("get", "Show one entity");
  get->add_option("BLUEPRINT", requests.get.blueprint)->required()->type_name("");
  get->add_option("ID", requests.get.identifier, "Its identifier")->required()->type_name("");
  get->add_flag("--json", requests.get.json, "Print JSON");
  AddPlace(*get, requests.get.place);
  get->final_callback([&] { code = CatalogGet(requests.get); });

  CLI::App* exported = catalog.add_subcommand("export", "Print entities as JSON, one per line");
  exported->add_option("BLUEPRINT", requests.exported.blueprint, "Only its entities")
      ->type_name("");
  exported->add_option("--out", requests.exported.out, "Write to a file")->type_name("FILE");
  AddPlace(*exported, requests.exported.place);
  exported->final_callback([&] { code = CatalogExport(requests.exported); });
}

void AddCatalog(CLI::App& app, Requests& requests, int& code) {
  CLI::App* catalog = app.add_subcommand("catalog", "Look into the embedded catalog, or serve it");
  catalog->require_subcommand(1);
  AddCatalogReading(*catalog, requests, code);
  CLI::App* serve = catalog->add_subcommand("serve", "Serve it with Port's REST API");
  serve->add_option("-p,--port", requests.serve.port, "Port (any free one)")->type_name("PORT");
  serve->add_option("--address", requests.serve.address, "Address to listen on (127.0.0.1)")
      ->type_name("ADDRESS");
  serve->add_option("--client-id", requests.serve.client_id, "What clients must present")
      ->type_name("ID");
  serve->add_option("--client-secret", requests.serve.client_secret, "What clients must present")
      ->type_name("SECRET");
  AddPlace(*serve, requests.serve.place);
  serve->final_callback([&] { code = CatalogServe(requests.serve); });
}

void AddDefaults(CLI::App& app, Requests& requests, int& code) {
  CLI::App* defaults =
      app.add_subcommand("defaults", "The default resources of an integration in Port");
  defaults->require_subcommand(1);
  CLI::App* dock = defaults->add_subcommand(
      "dock", "Make blueprints and mapping in Port those that the integration ships");
  DefaultsDockRequest& docked = requests.defaults_dock;
  dock->add_option("PATH", docked.path, "The integration's folder (.)")->type_name("");
  dock->add_flag("--dry-run", docked.dry_run, "Say what would be done, and do nothing");
  dock->final_callback([&] { code = DefaultsDock(docked); });
  CLI::App* clean = defaults->add_subcommand("clean", "Delete its blueprints from Port");
  DefaultsCleanRequest& cleaned = requests.defaults_clean;
  clean->add_option("PATH", cleaned.path, "The integration's folder (.)")->type_name("");
  clean->add_flag("-f,--force", cleaned.force, "With all their entities");
  clean->add_flag("-w,--wait", cleaned.wait, "Wait until the entities are deleted");
  clean->add_flag("-d,--destroy", cleaned.destroy, "Delete the integration, too");
  clean->final_callback([&] { code = DefaultsClean(cleaned); });
}

void AddPlace(CLI::App& command, EventsPlace& place) {
  command.add_option("--path", place.path, "The integration's folder (.)")->type_name("FOLDER");
  command.add_option("--data", place.data, "The journal's file (events.db in state.path)")
      ->type_name("FILE");
}

void AddEventsChange(CLI::App& events, const char* name, const char* help,
                     EventsChangeRequest& request, int& code,
                     int (*run)(const EventsChangeRequest&)) {
  CLI::App* command = events.add_subcommand(name, help);
  command->add_option("EVENT", request.events, "Numbers, as list shows them")->type_name("");
  command->add_flag("--dead", request.dead, "All that were given up");
  AddPlace(*command, request.place);
  command->final_callback([&code, &request, run] { code = run(request); });
}

void AddEvents(CLI::App& app, Requests& requests, int& code) {
  CLI::App* events = app.add_subcommand("events", "Live events that wait or were given up");
  events->require_subcommand(1);
  CLI::App* list = events->add_subcommand("list", "List them, the oldest first");
  list->add_option("--webhook", requests.events_list.webhook, "Only those of one webhook path")
      ->type_name("PATH");
  list->add_option("--kind", requests.events_list.kind, "Only those that may change a kind")
      ->type_name("KIND");
  list->add_option("--older-than", requests.events_list.older_than_seconds, "Only older ones")
      ->type_name("SECONDS");
  list->add_flag("--dead", requests.events_list.dead, "Only those that were given up");
  list->add_flag("--json", requests.events_list.json, "Print JSON");
  AddPlace(*list, requests.events_list.place);
  list->final_callback([&] { code = EventsList(requests.events_list); });
  CLI::App* show = events->add_subcommand("show", "Show one, with its headers and body");
  show->add_option("EVENT", requests.events_show.event, "Its number")->required()->type_name("");
  AddPlace(*show, requests.events_show.place);
  show->final_callback([&] { code = EventsShow(requests.events_show); });
  AddEventsChange(*events, "replay", "Handle events once more", requests.events_change, code,
                  EventsReplay);
  AddEventsChange(*events, "drop", "Forget events", requests.events_change, code, EventsDrop);
}

void AddMap(CLI::App& app, MapRequest& request, int& code) {
  CLI::App* map =
      app.add_subcommand("map", "Try a JQ expression, or an integration's mapping, on one item");
  map->add_option("--expr", request.expression, "The expression")->type_name("JQ");
  map->add_option("--integration", request.integration, "The folder of an integration")
      ->type_name("PATH");
  map->add_option("--kind", request.kind, "What the item is")->type_name("KIND");
  map->add_option("--mapping", request.mapping_file,
                  "A mapping other than the integration's own (.port/resources)")
      ->type_name("FILE");
  map->add_option("--input", request.input, "The item as JSON; - is standard input")
      ->required()
      ->type_name("FILE");
  map->add_flag("--explain", request.explain, "Show what each part of an expression gives");
  map->add_flag("--all-outputs", request.all_outputs, "All outputs of --expr, not only the first");
  map->add_flag("--json", request.json, "Print JSON");
  map->final_callback([&] { code = Map(request); });
}

void AddNew(CLI::App& app, NewRequest& request, int& code) {
  CLI::App* fresh = app.add_subcommand("new", "Make a new integration; asks what is not said here");
  fresh->add_option("PATH", request.path, "The folder to make it in")->type_name("");
  CLI::Option* is_public =
      fresh->add_flag("--public", request.is_public, "For the repository around it");
  fresh->add_flag("--private", request.is_private, "A project of its own, with the installed SDK")
      ->excludes(is_public);
  fresh->add_option("--name", request.name, "Name of the third party")->type_name("NAME");
  fresh->add_option("--type", request.type, "Folder and program (the name in kebab-case)")
      ->type_name("TYPE");
  fresh->add_option("--description", request.description, "What it syncs")->type_name("TEXT");
  fresh->add_option("--author", request.author, "Who maintains it")->type_name("NAME");
  fresh->add_option("--client-id", request.client_id, "Port's; the secret is asked for")
      ->type_name("ID");
  fresh->add_option("--base-url", request.base_url, "Port's address")->type_name("URL");
  fresh->add_option("--answers", request.answers, "YAML with what is not said here: name, type, …")
      ->type_name("FILE");
  fresh->add_flag("-y,--yes", request.yes, "Ask nothing: defaults for what is not said");
  fresh->final_callback([&] { code = New(request); });
}

void AddPull(CLI::App& app, PullRequest& request, int& code) {
  CLI::App* pull =
      app.add_subcommand("pull", "Copy an integration out of a repository, to stand alone");
  pull->add_option("NAME", request.name, "The integration")->required()->type_name("");
  pull->add_option("--from", request.from, "A git URL, or the folder of a checkout")
      ->required()
      ->type_name("SOURCE");
  pull->add_option("--ref", request.ref, "Branch or tag of a git URL")->type_name("REF");
  pull->add_option("-p,--path", request.path, "The folder to copy it to (.)")->type_name("PATH");
  pull->final_callback([&] { code = Pull(request); });
}

void AddSpec(CLI::App& app, Requests& requests, int& code) {
  CLI::App* spec = app.add_subcommand("spec", "What an integration's .port/spec.yaml says");
  spec->require_subcommand(1);
  const auto add = [&](const char* name, const char* help, int (*run)(const std::string&)) {
    CLI::App* command = spec->add_subcommand(name, help);
    command->add_option("PATH", requests.spec_path, "The integration's folder (.)")->type_name("");
    command->final_callback([&code, &requests, run] { code = run(requests.spec_path); });
  };
  add("check", "Say whether it is valid", SpecCheck);
  add("json", "Print it as JSON", SpecJson);
  add("yaml", "Print an example config.yaml",
      [](const std::string& path) { return SpecExample(path, false); });
  add("env", "Print an example .env",
      [](const std::string& path) { return SpecExample(path, true); });
  CLI::App* readme =
      spec->add_subcommand("readme", "Write its kinds and options into the tables of README.md");
  readme->add_option("PATH", requests.spec_path, "The integration's folder (.)")->type_name("");
  readme->add_flag("--check", requests.spec_check, "Only say whether they are so");
  readme->final_callback([&] { code = SpecReadme(requests.spec_path, requests.spec_check); });
}

void AddMappingSchema(CLI::App& app, app::MappingSchemaRequest& request, int& code) {
  CLI::App* config =
      app.add_subcommand("port-app-config", "The mappings that an integration takes");
  config->require_subcommand(1);
  CLI::App* schema = config->add_subcommand("schema", "Print the schema of its mapping");
  app::AddMappingSchemaFlags(*schema, request);
  schema->final_callback([&] { code = MappingSchema(request); });
}

void AddSmallCommands(CLI::App& app, Requests& requests, int& code) {
  CLI::App* list = app.add_subcommand("list", "List the integrations of this checkout");
  list->add_flag("--json", requests.list_json, "Print JSON");
  list->final_callback([&] { code = ListIntegrations(requests.list_json); });
  CLI::App* config = app.add_subcommand("config", "What an operator may set");
  config->require_subcommand(1);
  config->add_subcommand("env", "Print every setting as a variable, with its meaning and default")
      ->final_callback([&] { code = PrintSettings(); });
  CLI::App* version = app.add_subcommand("version", "Print the version");
  version->add_flag("-s,--short", requests.version.brief, "Only the number");
  version->add_flag("--json", requests.version.json, "Print JSON");
  version->final_callback([&] { code = PrintVersion(requests.version); });
  app.add_flag("--version", requests.print_version, "Print the version");
}

int Execute(int argc, char** argv) {
  CLI::App app("Ocean keeps a software catalog in step with third-party systems.", "ocean");
  app.failure_message([](const CLI::App*, const CLI::Error& error) {
    return "error: " + std::string(error.what()) + "\nRun with --help for more.\n";
  });
  Requests requests;
  int code = 0;
  AddSail(app, requests.sail, "Run an integration: keep the catalog in step with its source",
          "Sync into the embedded catalog, which needs no account: its data is in .ocean", code);
  AddSail(app, requests.plan,
          "Say what a resync would change and why, and change nothing: 0 nothing, 3 changes, 1 "
          "failed, 2 nothing but something incomplete or held back",
          "Compare with the embedded catalog", code);
  AddCatalog(app, requests, code);
  AddEvents(app, requests, code);
  AddMap(app, requests.map, code);
  AddDefaults(app, requests, code);
  AddNew(app, requests.fresh, code);
  AddPull(app, requests.pull, code);
  AddSpec(app, requests, code);
  AddMappingSchema(app, requests.schema, code);
  AddSmallCommands(app, requests, code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 1;
  }
  if (requests.print_version) return PrintVersion(requests.version);
  if (app.get_subcommands().empty()) std::cout << app.help();
  return code;
}

}  // namespace

}  // namespace ocean::cli

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return ocean::cli::Execute(argc, argv);
  } catch (const ocean::Error& error) {
    std::cerr << "error: " << error.what() << "\n";
  } catch (const std::exception& error) {
    std::cerr << "error: " << error.what() << "\nThis is a bug: please file an issue with it.\n";
  }
  return 1;
}
