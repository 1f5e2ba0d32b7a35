#pragma once
/// @file The tree of settings as the sources give it, layer over layer, and where each value came from.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ocean/base/json.hpp"
#include "ocean/config/field_info.hpp"
#include "ocean/config/problems.hpp"
#include "yaml_document.hpp"

namespace ocean::config {

/// Another name of a setting, as good as its own.
struct Renamed {
  std::string_view from;
  std::string_view to;
};

/// The setting that `path` is another name of; null when it is none.
const Renamed* FindRenamed(std::string_view path);

/// One variable that sets something.
struct Variable {
  std::string name;
  std::string value;
  /// "environment variable OCEAN__X", ".env:3 (OCEAN__X)".
  std::string origin;
};

/// Lays sources over each other; what is laid later wins, key by key. Values are left as they came: validating is
/// NormaliseObject's task, once, at the end. Unknown keys become warnings and are left out.
class SettingsTree {
 public:
  /// The value of an environment variable, for {{ from env NAME }}.
  using Lookup = std::function<std::optional<std::string>(const std::string& name)>;

  SettingsTree(std::vector<FieldInfo> fields, Lookup lookup, Problems& problems);

  void LayFile(const YamlDocument& document, const std::string& file_name);
  /// Those whose names begin with OCEAN__ or APPLICATION__; others are passed over.
  void LayVariables(const std::vector<Variable>& variables);
  void LayOverrides(const Json& tree);

  const std::vector<FieldInfo>& fields() const { return fields_; }
  const Json& root() const { return root_; }
  bool Has(const std::string& path) const;
  /// What set the value at `path`, or the nearest one around it; empty when nothing did.
  std::string OriginOf(std::string path) const;
  /// Why `path` has no value although something names it; empty otherwise.
  std::string AbsenceOf(const std::string& path) const;
  const std::map<std::string, std::string>& absences() const { return absences_; }

 private:
  /// Where a layer's values come from: the places in a file, or one name for all.
  struct Source {
    std::string name;
    const YamlDocument* document = nullptr;
    bool is_variable = false;
  };

  std::string OriginAt(const Source& source, const std::string& pointer) const;
  void LayVariable(const Variable& variable);
  void LayObject(const std::vector<FieldInfo>& fields, const Json& object, const std::string& path,
                 const std::string& pointer, const Source& source);
  void LayMember(const std::vector<FieldInfo>& fields, const std::string& key, const Json& value,
                 const std::string& path, const std::string& pointer, const Source& source);
  void LayValue(const FieldInfo& field, Json value, const std::string& path,
                const std::string& pointer, const Source& source);
  /// A struct that is not given as an object: as JSON text, or wrongly.
  void LayStructText(const FieldInfo& field, const Json& value, const std::string& path,
                     const Source& source);
  /// 1.10 that is meant as text is not 1.1.
  static void KeepSpelling(const Source& source, const std::string& pointer, Json& value);
  /// Replaces references to variables; false when the value itself is one that is not set.
  bool Resolve(Json& value, const std::string& path, std::string& origin);
  void Put(const std::string& path, Json value, const std::string& origin);
  void PutInside(const std::string& path, const std::vector<std::string>& keys,
                 const Variable& variable);
  void WarnUnknown(const std::vector<FieldInfo>& fields, const std::string& key,
                   const std::string& path, const std::string& origin, bool is_variable);
  const FieldInfo* FieldAt(std::string_view path) const;

  std::vector<FieldInfo> fields_;
  Lookup lookup_;
  Problems& problems_;
  Json root_ = Json::object();
  std::map<std::string, std::string> origins_;
  std::map<std::string, std::string> absences_;
};

}  // namespace ocean::config
