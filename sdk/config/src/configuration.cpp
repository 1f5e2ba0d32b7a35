#include "ocean/config/configuration.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include <unistd.h>

#include "dotenv.hpp"
#include "ocean/base/error.hpp"
#include "ocean/base/log.hpp"
#include "ocean/base/text.hpp"
#include "ocean/config/yaml.hpp"
#include "settings_tree.hpp"
#include "yaml_document.hpp"

namespace ocean::config {

namespace {

constexpr const char* kConfigFile = "config.yaml";
constexpr const char* kDotenvFile = ".env";
/// Port deletes no more entities by one request.
constexpr int kMaxDeleteBatch = 100;

/// The settings' table, in which `integration.config` has the options that the spec declares.
std::vector<FieldInfo> TableFor(const Spec& spec) {
  std::vector<FieldInfo> fields = FieldsOf<Settings>().infos();
  for (FieldInfo& section : fields) {
    if (section.name != "integration") continue;
    for (FieldInfo& field : section.type.fields) {
      if (field.name != "config") continue;
      field.type = TypeOf(ValueKind::kStruct);
      field.type.fields = spec.Fields();
    }
  }
  return fields;
}

/// One run of Load.
class Loader {
 public:
  explicit Loader(const LoadOptions& options)
      : options_(options),
        spec_(Spec::Load(options.folder)),
        dotenv_(ReadDotenv()),
        tree_(
            TableFor(spec_), [this](const std::string& name) { return Variable(name); },
            problems_) {}

  Configuration Load() {
    LaySources();
    Json normal =
        NormaliseObject(tree_.fields(), tree_.root(), "", problems_, UnknownKeys::kIgnore);
    Configuration result;
    result.integration_config = CompleteIntegrationConfig(normal);
    normal["integration"]["config"] = result.integration_config;
    FieldsOf<Settings>().Assign(result.settings, normal);
    Complete(result.settings);
    CheckTogether(result.settings);
    ThrowIfAnyProblem();

    CollectSecrets(tree_.fields(), normal, result.secrets);
    KeepMaskable(result.secrets);
    result.warnings = Warnings();
    result.spec = std::move(spec_);
    result.folder = options_.folder;
    return result;
  }

 private:
  std::vector<DotenvEntry> ReadDotenv() {
    const std::filesystem::path file = options_.folder / kDotenvFile;
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(file, ignored)) return {};
    return ParseDotenv(ReadFile(file.string()), kDotenvFile, problems_);
  }

  std::optional<std::string> Variable(const std::string& name) const {
    const auto found = options_.environment.find(name);
    if (found != options_.environment.end()) return found->second;
    // Of several lines the last one counts.
    std::optional<std::string> value;
    for (const DotenvEntry& entry : dotenv_) {
      if (entry.name == name) value = entry.value;
    }
    return value;
  }

  /// Lowest first.
  void LaySources() {
    const std::filesystem::path file = options_.folder / kConfigFile;
    std::error_code ignored;
    if (std::filesystem::exists(file, ignored)) {
      tree_.LayFile(ReadYamlDocument(ReadFile(file.string()), file.string()), kConfigFile);
    }
    std::vector<config::Variable> variables;
    for (const DotenvEntry& entry : dotenv_) {
      const std::string origin =
          std::string(kDotenvFile) + ":" + std::to_string(entry.line) + " (" + entry.name + ")";
      variables.push_back({entry.name, entry.value, origin});
    }
    tree_.LayVariables(variables);
    variables.clear();
    for (const auto& [name, value] : options_.environment)
      variables.push_back({name, value, "environment variable " + name});
    tree_.LayVariables(variables);
    tree_.LayOverrides(options_.overrides);
  }

  static std::string ConfigPath(const SpecConfiguration& option) {
    return "integration.config." + option.snake_name;
  }

  /// Defaults filled in, null for what has none, and the dependencies checked.
  Json CompleteIntegrationConfig(const Json& normal) {
    const Json& given = Get(Get(normal, "integration"), "config");
    Json complete = Json::object();
    for (const SpecConfiguration& option : spec_.configurations) {
      const Json& value = Get(given, option.snake_name);
      complete[option.snake_name] = value.is_null() ? option.default_value : value;
    }
    for (const SpecConfiguration& option : spec_.configurations) {
      const bool is_missing =
          IsMissing(complete[option.snake_name]) && !tree_.Has(ConfigPath(option));
      const std::string reason = is_missing ? WhyRequired(option, complete) : "";
      if (!reason.empty()) problems_.Add(ConfigPath(option), reason);
    }
    return complete;
  }

  static bool IsMissing(const Json& value) {
    return value.is_null() || (value.is_string() && value.get_ref<const std::string&>().empty());
  }

  /// Empty when its dependencies do not make it required. The first that applies decides.
  static std::string WhyRequired(const SpecConfiguration& option, const Json& config) {
    for (const SpecDependency& dependency : option.dependencies) {
      const Json& value = Get(config, dependency.on);
      const bool applies = dependency.values.empty()
                               ? !IsMissing(value)
                               : std::find(dependency.values.begin(), dependency.values.end(),
                                           value) != dependency.values.end();
      if (!applies) continue;
      if (!dependency.then_required) return "";
      return "is required when " + dependency.on +
             (value.is_string() ? " is '" + value.get<std::string>() + "'" : " is set");
    }
    return "";
  }

  /// What follows from other settings.
  void Complete(Settings& settings) {
    settings.integration.type =
        ToLower(settings.integration.type.empty() ? spec_.type : settings.integration.type);
    if (Trim(settings.integration.identifier).empty()) {
      settings.integration.identifier = "my-" + settings.integration.type + "-integration";
    }
    if (!tree_.Has("disable_ip_outbound_blocker")) {
      settings.disable_ip_outbound_blocker = settings.runtime != Runtime::kSaas;
    }
    settings.delete_entities_max_batch_size =
        std::min(settings.delete_entities_max_batch_size, kMaxDeleteBatch);
    settings.path_prefix = CleanPrefix(settings.path_prefix);
  }

  static std::string CleanPrefix(std::string prefix) {
    while (!prefix.empty() && prefix.back() == '/') prefix.pop_back();
    return prefix.empty() || prefix.front() == '/' ? prefix : "/" + prefix;
  }

  void CheckTogether(const Settings& settings) {
    if (options_.require_port_credentials) {
      if (Trim(settings.port.client_id).empty()) RequireCredential("port.client_id");
      if (Trim(settings.port.client_secret.Reveal()).empty())
        RequireCredential("port.client_secret");
    }
    const bool is_webhook = settings.event_listener.type == EventListenerType::kWebhook;
    if (is_webhook && settings.event_listener.app_host.empty() &&
        !tree_.Has("event_listener.app_host")) {
      problems_.Add("event_listener.app_host", "is required when event_listener.type is WEBHOOK");
    }
    if (settings.runtime == Runtime::kSaas && !spec_.saas_enabled) {
      problems_.Add("runtime",
                    "Saas is not possible: the integration's spec has saas.enabled: false");
    }
  }

  void RequireCredential(const std::string& path) {
    problems_.Add(path, tree_.Has(path)
                            ? "must not be blank; `ocean sail PATH --local` needs no account"
                            : "is required for Port; `ocean sail PATH --local` needs no account");
  }

  /// What is wrong, said together, each with what set it or how it is set.
  void ThrowIfAnyProblem() const {
    if (problems_.empty()) return;
    Problems decorated;
    for (const Problem& problem : problems_.problems())
      decorated.Add(problem.path, problem.message + Remedy(problem.path));
    const std::size_t count = problems_.problems().size();
    decorated.ThrowIfAny("the configuration of " + spec_.type + " is not valid (" +
                         std::to_string(count) + (count == 1 ? " problem):" : " problems):"));
  }

  std::string Remedy(const std::string& path) const {
    const std::string origin = tree_.OriginOf(path);
    if (!origin.empty()) return " (from " + origin + ")";
    if (!IsSetting(path)) return "";
    const std::string absence = tree_.AbsenceOf(path);
    return "; set " + EnvironmentName(path) + ", or " + KeyInFile(path) + " in " + kConfigFile +
           (absence.empty() ? "" : " (" + absence + ")");
  }

  bool IsSetting(const std::string& path) const {
    const std::vector<FieldInfo>* level = &tree_.fields();
    const FieldInfo* field = nullptr;
    for (const std::string& key : Split(path, '.')) {
      field = FindField(*level, key);
      if (field == nullptr) return false;
      level = &field->type.fields;
    }
    return field->type.kind != ValueKind::kStruct;
  }

  std::string KeyInFile(const std::string& path) const {
    for (const SpecConfiguration& option : spec_.configurations) {
      if (ConfigPath(option) == path) return "integration.config." + option.name;
    }
    return ToCamelCase(path);
  }

  /// Drops what the masker would not mask, and adds the lines of what has several: logs are cut at lines.
  static void KeepMaskable(std::vector<std::string>& secrets) {
    std::set<std::string> kept;
    for (const std::string& secret : secrets) {
      kept.insert(secret);
      for (const std::string& line : Split(secret, '\n')) kept.insert(std::string(Trim(line)));
    }
    secrets.clear();
    for (const std::string& secret : kept) {
      if (secret.size() >= SecretMasker::kMinSecretLength) secrets.push_back(secret);
    }
  }

  std::vector<std::string> Warnings() const {
    std::vector<std::string> warnings;
    for (const Problem& warning : problems_.warnings())
      warnings.push_back(warning.path + ": " + warning.message);
    for (const auto& [path, absence] : tree_.absences()) {
      const bool is_needed = options_.require_port_credentials || !path.starts_with("port.client_");
      if (is_needed && !tree_.Has(path)) warnings.push_back(Join({path, absence}, " is not set: "));
    }
    return warnings;
  }

  const LoadOptions& options_;
  Problems problems_;
  Spec spec_;
  std::vector<DotenvEntry> dotenv_;
  SettingsTree tree_;
};

}  // namespace

Configuration Load(const LoadOptions& options) {
  return Loader(options).Load();
}

std::map<std::string, std::string> ProcessEnvironment() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const auto equals = text.find('=');
    if (equals != std::string::npos) variables[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return variables;
}

}  // namespace ocean::config
