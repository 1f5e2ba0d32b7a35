#include "places.hpp"

#include <unistd.h>

#include <algorithm>
#include <system_error>

#include "ocean/base/error.hpp"
#include "ocean/base/text.hpp"

namespace ocean::cli {

namespace fs = std::filesystem;

namespace {

/// The folders of `parent` that are integrations, by name.
std::vector<fs::path> IntegrationsIn(const fs::path& parent) {
  std::vector<fs::path> found;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(parent, error)) {
    if (IsIntegration(entry.path())) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

/// `start` and every folder above it.
std::vector<fs::path> Upwards(const fs::path& start) {
  std::vector<fs::path> folders;
  for (fs::path folder = fs::absolute(start).lexically_normal();; folder = folder.parent_path()) {
    folders.push_back(folder);
    if (folder == folder.parent_path()) return folders;
  }
}

bool IsProgram(const fs::path& file) {
  return fs::is_regular_file(file) && access(file.c_str(), X_OK) == 0;
}

fs::path OwnFolder() {
  std::error_code error;
  return fs::read_symlink("/proc/self/exe", error).parent_path();
}

std::string NoIntegration(const fs::path& path) {
  const std::string shown = path.string();
  return fs::exists(path) ? shown + " is no integration: it has no .port/spec.yaml"
                          : "there is no folder " + shown;
}

}  // namespace

bool IsIntegration(const fs::path& folder) {
  const auto has = [&](const char* name) { return fs::is_regular_file(folder / ".port" / name); };
  return has("spec.yaml") || has("spec.yml") || has("spec.json");
}

std::vector<fs::path> NearbyIntegrations(const fs::path& start) {
  for (const fs::path& folder : Upwards(start)) {
    std::vector<fs::path> found = IntegrationsIn(folder / "integrations");
    if (!found.empty()) return found;
  }
  return {};
}

fs::path RequireIntegration(const fs::path& path) {
  if (IsIntegration(path)) return path;
  std::string message = NoIntegration(path);
  std::vector<std::string> names;
  std::vector<std::string> shown;
  for (const fs::path& integration : NearbyIntegrations(fs::current_path())) {
    names.push_back(integration.filename().string());
    shown.push_back(Shown(integration));
  }
  const fs::path wanted = fs::absolute(path).lexically_normal();
  const auto meant = ClosestMatch(wanted.filename().string(), names);
  if (meant) {
    const auto position = std::find(names.begin(), names.end(), *meant) - names.begin();
    message += "; did you mean " + shown[static_cast<std::size_t>(position)] + "?";
  } else if (!shown.empty()) {
    message += "; there is " + Join(shown, ", ");
  }
  throw Error(ErrorKind::kConfig, message);
}

std::optional<fs::path> CheckoutOf(const fs::path& folder) {
  for (const fs::path& candidate : Upwards(folder)) {
    if (fs::exists(candidate / "CMakePresets.json") && fs::is_directory(candidate / "sdk/app")) {
      return candidate;
    }
  }
  return std::nullopt;
}

std::optional<fs::path> RepositoryOf(const fs::path& folder) {
  fs::path own = fs::absolute(folder).lexically_normal();
  if (fs::exists(own / "CMakePresets.json") && IsIntegration(own)) return own;
  return CheckoutOf(folder);
}

fs::path TemplatesFolder() {
  fs::path folder = OwnFolder().parent_path() / "share" / "ocean" / "templates";
  if (fs::is_directory(folder)) return folder;
  if (const auto checkout = CheckoutOf(OwnFolder())) folder = *checkout / "sdk" / "templates";
  if (fs::is_directory(folder)) return folder;
  throw Error(ErrorKind::kConfig, "the templates are not where they belong: " + folder.string());
}

std::optional<fs::path> FindProgram(const fs::path& folder, const std::string& type) {
  const std::string name = "ocean-" + type;
  if (IsProgram(OwnFolder() / name)) return OwnFolder() / name;
  const std::optional<fs::path> repository = RepositoryOf(folder);
  if (!repository) return std::nullopt;
  std::optional<fs::path> newest;
  std::error_code error;
  for (const fs::directory_entry& build : fs::directory_iterator(*repository / "build", error)) {
    const fs::path program = build.path() / "bin" / name;
    if (!IsProgram(program)) continue;
    if (!newest || fs::last_write_time(program) > fs::last_write_time(*newest)) newest = program;
  }
  return newest;
}

std::string Shown(const fs::path& path) {
  std::error_code error;
  const fs::path relative = fs::relative(path, fs::current_path(), error);
  if (error || relative.empty()) return path.string();
  return relative.string().size() < path.string().size() ? relative.string() : path.string();
}

}  // namespace ocean::cli
