#include "ocean/config/spec.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <utility>

#include "ocean/base/error.hpp"
#include "ocean/base/text.hpp"
#include "ocean/config/problems.hpp"
#include "ocean/config/yaml.hpp"

namespace ocean::config {

namespace {

struct SpecType {
  const char* name;
  ValueKind kind;
};

constexpr std::array<SpecType, 6> kSpecTypes = {{{"string", ValueKind::kString},
                                                 {"integer", ValueKind::kInteger},
                                                 {"boolean", ValueKind::kBoolean},
                                                 {"object", ValueKind::kMap},
                                                 {"array", ValueKind::kArray},
                                                 {"url", ValueKind::kUrl}}};

std::vector<std::string> TypeNames() {
  std::vector<std::string> names;
  names.reserve(kSpecTypes.size());
  for (const SpecType& type : kSpecTypes) names.emplace_back(type.name);
  return names;
}

ValueType ValueTypeOf(const SpecConfiguration& configuration) {
  ValueType type;
  for (const SpecType& known : kSpecTypes) {
    if (configuration.type == known.name) type.kind = known.kind;
  }
  type.sensitive = configuration.sensitive;
  if (type.kind == ValueKind::kArray && !configuration.enum_values.empty()) {
    ValueType element;
    element.one_of = configuration.enum_values;
    element.sensitive = configuration.sensitive;
    type.element.push_back(std::move(element));
  } else {
    type.one_of = configuration.enum_values;
  }
  type.not_blank = type.kind == ValueKind::kString && configuration.required &&
                   configuration.default_value.is_null();
  return type;
}

bool IsName(const std::string& name) {
  const auto is_word = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; };
  return !name.empty() && std::isalpha(static_cast<unsigned char>(name.front())) != 0 &&
         std::all_of(name.begin(), name.end(), is_word);
}

/// Reads a spec's value and collects all that is wrong with it.
class SpecReader {
 public:
  Spec Read(Json value, const std::string& type) {
    Spec spec;
    spec.raw = std::move(value);
    spec.type = Text(spec.raw, "type", "").empty() ? type : GetString(spec.raw, "type");
    spec.version = Text(spec.raw, "version", "");
    spec.title = Text(spec.raw, "title", "");
    spec.description = Text(spec.raw, "description", "");
    spec.icon = Text(spec.raw, "icon", "");
    spec.saas_enabled = Flag(Get(spec.raw, "saas"), "enabled", "saas", true);
    spec.actions_processing_enabled = Flag(spec.raw, "actionsProcessingEnabled", "", false);
    spec.allow_custom_kinds = Flag(spec.raw, "allowCustomKinds", "", false);
    ReadKinds(spec);
    ReadConfigurations(spec);
    return spec;
  }

  const Problems& problems() const { return problems_; }

 private:
  std::string Text(const Json& object, std::string_view key, const std::string& path) {
    const Json& value = Get(object, key);
    if (value.is_string()) return value.get<std::string>();
    // A version such as 1.0 is read as a number; which one it was is lost then.
    if (!value.is_null()) problems_.Add(JoinPath(path, key), "expected text; quote it");
    return "";
  }

  bool Flag(const Json& object, std::string_view key, const std::string& path, bool fallback) {
    const Json& value = Get(object, key);
    if (value.is_boolean()) return value.get<bool>();
    if (!value.is_null())
      problems_.Add(JoinPath(path, key), "expected true or false, got " + DumpJson(value));
    return fallback;
  }

  /// The list at `key`; null counts as an empty one.
  const Json& List(const Json& object, std::string_view key, const std::string& path) {
    static const Json kNothing = Json::array();
    const Json& value = Get(object, key);
    if (value.is_array()) return value;
    if (!value.is_null()) problems_.Add(JoinPath(path, key), "expected a list");
    return kNothing;
  }

  void ReadKinds(Spec& spec) {
    const Json& features = List(spec.raw, "features", "");
    for (std::size_t i = 0; i < features.size(); ++i) {
      const std::string path = "features[" + std::to_string(i) + "]";
      const Json& resources = List(features[i], "resources", path);
      for (std::size_t j = 0; j < resources.size(); ++j) {
        const std::string kind = GetString(resources[j], "kind");
        if (kind.empty()) {
          problems_.Add(path + ".resources[" + std::to_string(j) + "].kind", "is required");
        } else if (std::find(spec.kinds.begin(), spec.kinds.end(), kind) == spec.kinds.end()) {
          spec.kinds.push_back(kind);
        }
      }
    }
  }

  void ReadConfigurations(Spec& spec) {
    const Json& entries = List(spec.raw, "configurations", "");
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const std::string path = "configurations[" + std::to_string(i) + "]";
      auto configuration = ReadConfiguration(entries[i], path);
      if (!configuration) continue;
      const auto same = [&](const SpecConfiguration& other) {
        return other.snake_name == configuration->snake_name;
      };
      if (std::any_of(spec.configurations.begin(), spec.configurations.end(), same)) {
        problems_.Add(path + ".name", "'" + configuration->name + "' is declared twice");
        continue;
      }
      spec.configurations.push_back(std::move(*configuration));
    }
    for (std::size_t i = 0; i < spec.configurations.size(); ++i)
      CheckDependencies(spec, spec.configurations[i]);
  }

  std::optional<SpecConfiguration> ReadConfiguration(const Json& entry, const std::string& path) {
    if (!entry.is_object()) {
      problems_.Add(path, "expected an object");
      return std::nullopt;
    }
    SpecConfiguration result;
    result.name = Text(entry, "name", path);
    if (!IsName(result.name)) {
      problems_.Add(path + ".name",
                    "expected a name in camelCase, got " + DumpJson(Get(entry, "name")));
      return std::nullopt;
    }
    result.snake_name = ToSnakeCase(result.name);
    const std::string named_path = "configurations." + result.name;
    if (!ReadType(entry, named_path, result)) return std::nullopt;
    result.required = Flag(entry, "required", named_path, false);
    result.sensitive = Flag(entry, "sensitive", named_path, false);
    result.title = Text(entry, "title", named_path);
    result.description = Text(entry, "description", named_path);
    result.example = Get(entry, "example");
    for (const Json& value : List(entry, "enum", named_path)) result.enum_values.push_back(value);
    ReadDependencies(entry, named_path, result);
    ReadDefault(entry, named_path, result);
    return result;
  }

  bool ReadType(const Json& entry, const std::string& path, SpecConfiguration& result) {
    result.type = GetString(entry, "type");
    const std::vector<std::string> names = TypeNames();
    if (std::find(names.begin(), names.end(), result.type) != names.end()) return true;
    problems_.Add(path + ".type",
                  "must be one of " + Join(names, ", ") + ", got " + DumpJson(Get(entry, "type")));
    return false;
  }

  void ReadDefault(const Json& entry, const std::string& path, SpecConfiguration& result) {
    const Json& value = Get(entry, "default");
    if (value.is_null()) return;
    const ValueType type = ValueTypeOf(result);
    auto normal = Normalise(type, value, path + ".default", problems_, UnknownKeys::kIgnore);
    if (normal) result.default_value = std::move(*normal);
  }

  void ReadDependencies(const Json& entry, const std::string& path, SpecConfiguration& result) {
    const Json& list = List(entry, "dependencies", path);
    for (std::size_t i = 0; i < list.size(); ++i) {
      const std::string item_path = path + ".dependencies[" + std::to_string(i) + "]";
      SpecDependency dependency;
      // Readers of YAML 1.1 turn the key "on" into the boolean true, and write that into JSON.
      const char* on_key = Get(list[i], "on").is_null() ? "true" : "on";
      dependency.on = ToSnakeCase(GetString(list[i], on_key));
      const Json& when = Get(list[i], "when");
      if (!Get(when, "equals").is_null()) dependency.values.push_back(Get(when, "equals"));
      for (const Json& value : List(when, "in", item_path + ".when"))
        dependency.values.push_back(value);
      dependency.then_required = Flag(Get(list[i], "then"), "required", item_path + ".then", false);
      result.dependencies.push_back(std::move(dependency));
    }
  }

  void CheckDependencies(const Spec& spec, const SpecConfiguration& configuration) {
    for (std::size_t i = 0; i < configuration.dependencies.size(); ++i) {
      const std::string& on = configuration.dependencies[i].on;
      const auto is_it = [&](const SpecConfiguration& other) { return other.snake_name == on; };
      if (std::any_of(spec.configurations.begin(), spec.configurations.end(), is_it)) continue;
      problems_.Add(
          "configurations." + configuration.name + ".dependencies[" + std::to_string(i) + "].on",
          "'" + on + "' is no option of this integration");
    }
  }

  Problems problems_;
};

std::filesystem::path FindSpecFile(const std::filesystem::path& folder) {
  for (const char* name : {"spec.yaml", "spec.yml", "spec.json"}) {
    const std::filesystem::path file = folder / ".port" / name;
    std::error_code ignored;
    if (std::filesystem::exists(file, ignored)) return file;
  }
  throw Error(ErrorKind::kConfig, (folder / ".port" / "spec.yaml").string() +
                                      ": no such file; this is not the folder of an integration");
}

std::string FolderName(const std::filesystem::path& folder) {
  const std::filesystem::path whole = std::filesystem::absolute(folder).lexically_normal();
  return whole.has_filename() ? whole.filename().string() : whole.parent_path().filename().string();
}

}  // namespace

Spec Spec::Load(const std::filesystem::path& integration_folder) {
  const std::filesystem::path file = FindSpecFile(integration_folder);
  Spec spec = FromJson(LoadYamlFile(file), FolderName(integration_folder), file.string());
  spec.file = file;
  return spec;
}

Spec Spec::FromJson(Json value, const std::string& type, const std::string& file_name) {
  if (!value.is_object()) {
    throw Error(ErrorKind::kConfig,
                file_name + ": expected a mapping, got " + std::string(TypeName(value)));
  }
  SpecReader reader;
  Spec spec = reader.Read(std::move(value), type);
  reader.problems().ThrowIfAny(file_name + ": the spec is not valid:");
  return spec;
}

std::vector<FieldInfo> Spec::Fields() const {
  std::vector<FieldInfo> fields;
  for (const SpecConfiguration& configuration : configurations) {
    FieldInfo field;
    field.name = configuration.snake_name;
    field.description = configuration.description;
    field.type = ValueTypeOf(configuration);
    field.default_value = configuration.default_value;
    field.required = configuration.required && configuration.default_value.is_null() &&
                     configuration.dependencies.empty();
    fields.push_back(std::move(field));
  }
  return fields;
}

}  // namespace ocean::config
