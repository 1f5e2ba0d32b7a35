#include <malloc.h>

#include <csignal>
#include <iostream>

#include "application.hpp"
#include "command_line.hpp"
#include "mapping_schema.hpp"
#include "ocean/base/error.hpp"
#include "ocean/base/version.hpp"
#include "ocean/config/spec.hpp"

namespace ocean {

namespace {

void PrintVersion(const app::Program& program) {
  std::cout << "ocean-" << program.type << " " << program.version << " (SDK " << SdkVersion()
            << ")\n";
}

int Execute(const app::Program& program, const app::Command& command) {
  switch (command.verb) {
    case app::Command::Verb::kSail:
      return app::Sail(program, command.sail);
    case app::Command::Verb::kPlan:
      return app::MakePlan(program, command.sail);
    case app::Command::Verb::kSpecJson:
      std::cout << PrettyJson(config::Spec::Load(command.folder).raw) << "\n";
      return 0;
    case app::Command::Verb::kMappingSchema:
      app::WriteMappingSchema(program, command.schema);
      return 0;
    case app::Command::Verb::kVersion:
      PrintVersion(program);
      return 0;
    case app::Command::Verb::kNothing:
      break;
  }
  return command.exit_code;
}

}  // namespace

int Main(int argc, char** argv, std::string_view type,
         const std::function<void(Integration&)>& setup, std::string_view version) {
  // A reader of our output that goes away, or a peer that hangs up, is told by write() itself.
  std::signal(SIGPIPE, SIG_IGN);
  // Pages are parsed in one thread and freed in another: with an arena for each thread the memory of all of them would add up.
  mallopt(M_ARENA_MAX, 2);
  // A page's text is a large block: with fast bins each would have all that was freed before it joined first.
  mallopt(M_MXFAST, 0);
  const app::Program program{
      .type = std::string(type), .version = std::string(version), .setup = setup};
  try {
    return Execute(program, app::ParseCommandLine(argc, argv, program.type));
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kCancelled) {
      std::cerr << "stopped before the run was over: " << error.what() << "\n";
    } else if (error.kind() == ErrorKind::kBug) {
      std::cerr << "error: " << error.what() << "\nThis is a bug: please file an issue with it.\n";
    } else {
      std::cerr << "error: " << error.what() << "\n";
    }
  } catch (const std::exception& error) {
    std::cerr << "error: " << error.what() << "\nThis is a bug: please file an issue with it.\n";
  }
  return 1;
}

}  // namespace ocean
