#include "program.hpp"

#include <iostream>
#include <optional>
#include <vector>

#include "ocean/base/error.hpp"
#include "places.hpp"

namespace ocean::cli {

namespace fs = std::filesystem;

namespace {

/// The build folder to build in: one that was configured before, the release build first.
std::optional<fs::path> ConfiguredBuild(const fs::path& repository) {
  for (const auto* preset : {"release", "dev"}) {
    fs::path folder = repository / "build" / preset;
    if (fs::exists(folder / "CMakeCache.txt")) return folder;
  }
  return std::nullopt;
}

void RunBuildStep(std::vector<std::string> arguments, const fs::path& repository,
                  const std::string& type, const HeldSignals& held) {
  const int code = RunChild({.program = "cmake",
                             .arguments = std::move(arguments),
                             .environment = {},
                             .folder = repository},
                            held);
  if (code != 0) {
    throw Error(ErrorKind::kConfig, "ocean-" + type + " could not be built in " +
                                        repository.string() + ": cmake ended with exit code " +
                                        std::to_string(code));
  }
}

fs::path Build(const fs::path& repository, const std::string& type, const HeldSignals& held) {
  std::cerr << "Building ocean-" << type << " first …\n";
  std::optional<fs::path> folder = ConfiguredBuild(repository);
  if (!folder) {
    RunBuildStep({"--preset", "release"}, repository, type, held);
    folder = repository / "build" / "release";
  }
  RunBuildStep({"--build", folder->string(), "--target", "ocean-" + type}, repository, type, held);
  return *folder / "bin" / ("ocean-" + type);
}

}  // namespace

fs::path FindOrBuildProgram(const fs::path& folder, const std::string& type,
                            const HeldSignals& held) {
  if (const auto program = FindProgram(folder, type)) return *program;
  if (const auto repository = RepositoryOf(folder)) return Build(*repository, type, held);
  throw Error(ErrorKind::kConfig,
              "there is no program ocean-" + type + " next to ocean, and " + Shown(folder) +
                  " is in no checkout of the repository that it could be built in");
}

}  // namespace ocean::cli
