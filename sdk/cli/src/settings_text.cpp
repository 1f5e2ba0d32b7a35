#include "settings_text.hpp"

#include <iostream>
#include <string>

#include "ocean/base/json.hpp"
#include "ocean/base/text.hpp"
#include "ocean/config/configuration.hpp"
#include "ocean/config/settings.hpp"

namespace ocean::cli {

namespace {

using config::FieldInfo;
using config::ValueKind;

std::string DefaultText(const FieldInfo& field) {
  const Json& value = field.default_value;
  if (value.is_null() || field.type.sensitive) return "";
  return value.is_string() ? value.get<std::string>() : DumpJson(value);
}

void PrintFields(const std::vector<FieldInfo>& fields, const std::string& prefix) {
  for (const FieldInfo& field : fields) {
    const std::string name = prefix + "__" + ToUpper(ToSnakeCase(field.name));
    if (field.type.kind == ValueKind::kStruct) {
      PrintFields(field.type.fields, name);
      continue;
    }
    std::cout << "# " << field.description << "\n# " << name << "=" << DefaultText(field) << "\n";
  }
}

}  // namespace

int PrintSettings() {
  PrintFields(FieldsOf<config::Settings>().infos(), "OCEAN");
  std::cout << "\n# Settings of other implementations, which have no effect here, and why:\n";
  for (const auto& [path, why] : config::SettingsWithoutEffect())
    std::cout << "# " << config::EnvironmentName(path) << ": " << why << "\n";
  return 0;
}

}  // namespace ocean::cli
