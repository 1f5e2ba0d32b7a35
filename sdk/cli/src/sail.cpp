#include "sail.hpp"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <optional>

#include "catalog_data.hpp"
#include "child.hpp"
#include "ocean/app/sail_flags.hpp"
#include "ocean/base/clock.hpp"
#include "ocean/base/error.hpp"
#include "ocean/base/hash.hpp"
#include "ocean/catalog/catalog.hpp"
#include "ocean/config/spec.hpp"
#include "places.hpp"
#include "program.hpp"

namespace ocean::cli {

namespace {

namespace fs = std::filesystem;

/// The flags as the child reads them; it runs in another folder, so paths become absolute.
std::vector<std::string> ChildArguments(const SailRequest& request) {
  std::vector<std::string> arguments = {request.command};
  for (const auto& [name, value] : request.flags) {
    const auto declared =
        std::find_if(request.known_flags.begin(), request.known_flags.end(),
                     [&wanted = name](const app::SailFlag& flag) { return flag.name() == wanted; });
    if (declared != request.known_flags.end() && declared->value.empty()) {
      arguments.push_back("--" + name);
    } else {
      const bool is_path = declared != request.known_flags.end() && declared->value == "FILE";
      arguments.push_back("--" + name + "=" + (is_path ? fs::absolute(value).string() : value));
    }
  }
  return arguments;
}

/// The embedded catalog of one integration, and how the integration reaches it.
class LocalCatalog {
 public:
  explicit LocalCatalog(const fs::path& folder)
      : file_(CatalogFileOf(folder)),
        secret_(RandomUuid()),
        server_({.file = file_, .client_id = "local", .client_secret = Secret(secret_)},
                Clock::System(), Logger::ToStderr(LogLevel::kWarning, LogFormat::kText)) {
    server_.Start();
    std::cerr << "Embedded catalog at " << server_.url() << " (data in " << Shown(file_) << ")\n";
  }

  std::map<std::string, std::string> Environment() const {
    return {{"OCEAN__PORT__BASE_URL", server_.url()},
            {"OCEAN__PORT__CLIENT_ID", "local"},
            {"OCEAN__PORT__CLIENT_SECRET", secret_}};
  }

 private:
  fs::path file_;
  std::string secret_;
  catalog::CatalogServer server_;
};

}  // namespace

int Sail(const SailRequest& request) {
  const fs::path folder = RequireIntegration(request.path);
  const config::Spec spec = config::Spec::Load(folder);
  const HeldSignals held;
  ChildCommand command;
  command.program = FindOrBuildProgram(folder, spec.type, held).string();
  command.arguments = ChildArguments(request);
  command.folder = folder;
  std::optional<LocalCatalog> catalog;
  if (request.local) {
    catalog.emplace(folder);
    command.environment = catalog->Environment();
  }
  return RunChild(command, held);
}

}  // namespace ocean::cli
