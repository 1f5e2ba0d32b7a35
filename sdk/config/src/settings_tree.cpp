#include "settings_tree.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "ocean/base/error.hpp"
#include "ocean/base/text.hpp"
#include "ocean/config/configuration.hpp"

namespace ocean::config {

namespace {

constexpr std::array<Renamed, 5> kRenamed = {{
    {"application.log_level", "log_level"},
    {"application.log_format", "log_format"},
    {"application.enable_http_logging", "enable_http_logging"},
    {"application.port", "port_number"},
    {"process_in_queue_max_workers", "resync.transform_workers"},
}};

constexpr std::string_view kSettingsPrefix = "OCEAN__";
constexpr std::string_view kApplicationPrefix = "APPLICATION__";

bool StartsWithIgnoringCase(std::string_view text, std::string_view prefix) {
  return ToUpper(text.substr(0, prefix.size())) == prefix;
}

/// The keys that a variable's name spells, lower case: "OCEAN__PORT__CLIENT_ID" → port, client_id. Empty for other variables.
std::vector<std::string> KeysOf(const std::string& name) {
  std::string_view rest = name;
  std::vector<std::string> keys;
  if (StartsWithIgnoringCase(rest, kSettingsPrefix)) {
    rest.remove_prefix(kSettingsPrefix.size());
  } else if (!StartsWithIgnoringCase(rest, kApplicationPrefix)) {
    return keys;
  }
  if (rest.empty()) return keys;
  for (;;) {
    const auto end = rest.find("__");
    keys.push_back(ToLower(rest.substr(0, end)));
    if (end == std::string_view::npos) return keys;
    rest.remove_prefix(end + 2);
  }
}

bool IsSameOrBelow(std::string_view path, std::string_view top) {
  return path.substr(0, top.size()) == top &&
         (path.size() == top.size() || path[top.size()] == '.');
}

/// Why `path` has no effect; empty when it is none of those.
std::string_view WhyWithoutEffect(std::string_view path) {
  for (const SettingWithoutEffect& setting : SettingsWithoutEffect()) {
    if (IsSameOrBelow(path, setting.path)) return setting.why;
  }
  return "";
}

/// Whether other names of settings lie below `path`, which is no setting itself.
bool LeadsToRenamed(std::string_view path) {
  return std::any_of(kRenamed.begin(), kRenamed.end(),
                     [&](const Renamed& renamed) { return IsSameOrBelow(renamed.from, path); });
}

/// NAME of a text that is exactly "{{ from env NAME }}"; for another provider the name is empty.
std::optional<std::string> ReferenceIn(const std::string& text) {
  std::string_view inside = Trim(text);
  if (inside.size() < 4 || inside.substr(0, 2) != "{{" || inside.substr(inside.size() - 2) != "}}")
    return std::nullopt;
  inside = Trim(inside.substr(2, inside.size() - 4));
  std::vector<std::string> words;
  for (const std::string& word : Split(inside, ' ')) {
    if (!word.empty()) words.push_back(word);
  }
  if (words.size() != 3 || words[0] != "from") return std::nullopt;
  return words[1] == "env" ? words[2] : "";
}

bool TakesText(ValueKind kind) {
  return kind == ValueKind::kString || kind == ValueKind::kAny;
}

bool IsBlank(const Json& value) {
  return value.is_string() && Trim(value.get_ref<const std::string&>()).empty();
}

std::optional<Json> ObjectIn(const std::string& text) {
  try {
    Json value = ParseJson(text);
    if (value.is_object()) return value;
  } catch (const Error&) {
    // Said by the caller, who knows what set it, and without the text, which may hold secrets.
  }
  return std::nullopt;
}

std::string ParentOf(const std::string& path) {
  const auto end = path.find_last_of(".[");
  return end == std::string::npos ? "" : path.substr(0, end);
}

}  // namespace

const Renamed* FindRenamed(std::string_view path) {
  const auto found = std::find_if(kRenamed.begin(), kRenamed.end(),
                                  [&](const Renamed& renamed) { return renamed.from == path; });
  return found == kRenamed.end() ? nullptr : &*found;
}

std::string EnvironmentName(std::string_view key) {
  for (const Renamed& renamed : kRenamed) {
    if (renamed.to == key && renamed.from.starts_with("application.")) key = renamed.from;
  }
  const std::string name = ReplaceAll(ToUpper(key), ".", "__");
  return StartsWithIgnoringCase(name, kApplicationPrefix) ? name
                                                          : std::string(kSettingsPrefix) + name;
}

SettingsTree::SettingsTree(std::vector<FieldInfo> fields, Lookup lookup, Problems& problems)
    : fields_(std::move(fields)), lookup_(std::move(lookup)), problems_(problems) {}

void SettingsTree::LayFile(const YamlDocument& document, const std::string& file_name) {
  if (document.value.is_null()) return;
  if (!document.value.is_object()) {
    problems_.Add(file_name, "expected a mapping, got " + std::string(TypeName(document.value)));
    return;
  }
  LayObject(fields_, document.value, "", "", {file_name, &document, false});
}

void SettingsTree::LayOverrides(const Json& tree) {
  LayObject(fields_, tree, "", "", {"the command line", nullptr, false});
}

void SettingsTree::LayVariables(const std::vector<Variable>& variables) {
  // A sub-tree given as JSON in the variable of the parent comes before the variables of its leaves.
  std::multimap<std::size_t, const Variable*> by_depth;
  for (const Variable& variable : variables)
    by_depth.emplace(KeysOf(variable.name).size(), &variable);
  for (const auto& [depth, variable] : by_depth) {
    if (depth > 0) LayVariable(*variable);
  }
}

void SettingsTree::LayVariable(const Variable& variable) {
  std::vector<std::string> keys = KeysOf(variable.name);
  const Source source{variable.origin, nullptr, true};
  const std::vector<FieldInfo>* level = &fields_;
  std::string path;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const FieldInfo* field = FindField(*level, keys[i]);
    const bool is_last = i + 1 == keys.size();
    if (field == nullptr) {
      const std::vector<std::string> rest(keys.begin() + static_cast<std::ptrdiff_t>(i),
                                          keys.end());
      LayMember(*level, Join(rest, "."), variable.value, path, "", source);
      return;
    }
    path = JoinPath(path, field->name);
    if (is_last) {
      LayValue(*field, variable.value, path, "", source);
      return;
    }
    if (field->type.kind != ValueKind::kStruct) {
      const std::vector<std::string> rest(keys.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                                          keys.end());
      if (field->type.kind == ValueKind::kMap || field->type.kind == ValueKind::kAny) {
        PutInside(path, rest, variable);
      } else {
        WarnUnknown({}, Join(rest, "."), path, variable.origin, true);
      }
      return;
    }
    level = &field->type.fields;
  }
}

void SettingsTree::LayObject(const std::vector<FieldInfo>& fields, const Json& object,
                             const std::string& path, const std::string& pointer,
                             const Source& source) {
  std::set<std::string> seen;
  for (const auto& [key, value] : object.items()) {
    const std::string member_pointer = Join({pointer, key}, "/");
    if (!seen.insert(ToSnakeCase(key)).second) {
      problems_.Add(OriginAt(source, member_pointer),
                    JoinPath(path, ToSnakeCase(key)) + " is given twice, in two spellings");
      continue;
    }
    LayMember(fields, key, value, path, member_pointer, source);
  }
}

void SettingsTree::LayMember(const std::vector<FieldInfo>& fields, const std::string& key,
                             const Json& value, const std::string& path, const std::string& pointer,
                             const Source& source) {
  const std::string full_path = JoinPath(path, ToSnakeCase(key));
  if (const Renamed* renamed = FindRenamed(full_path)) {
    LayValue(*FieldAt(renamed->to), value, std::string(renamed->to), pointer, source);
    return;
  }
  if (const FieldInfo* field = FindField(fields, key)) {
    LayValue(*field, value, JoinPath(path, field->name), pointer, source);
    return;
  }
  if (value.is_object() && LeadsToRenamed(full_path)) {
    LayObject({}, value, full_path, pointer, source);
    return;
  }
  WarnUnknown(fields, key, path, OriginAt(source, pointer), source.is_variable);
}

void SettingsTree::LayValue(const FieldInfo& field, Json value, const std::string& path,
                            const std::string& pointer, const Source& source) {
  const bool is_struct = field.type.kind == ValueKind::kStruct;
  if (is_struct && value.is_object()) {
    LayObject(field.type.fields, value, path, pointer, source);
    return;
  }
  const std::string place = OriginAt(source, pointer);
  std::string origin = place;
  if (source.document != nullptr && !Resolve(value, path, origin)) return;
  const bool from_variable = source.is_variable || origin != place;
  // An empty variable is one that is not set, unless text is wanted.
  if (from_variable && !TakesText(field.type.kind) && IsBlank(value)) return;
  if (is_struct) {
    LayStructText(field, value, path, {origin, nullptr, from_variable});
    return;
  }
  if (field.type.kind == ValueKind::kString && value.is_number())
    KeepSpelling(source, pointer, value);
  Put(path, std::move(value), origin);
}

void SettingsTree::LayStructText(const FieldInfo& field, const Json& value, const std::string& path,
                                 const Source& source) {
  if (value.is_null()) return;
  if (value.is_string()) {
    if (const auto object = ObjectIn(value.get<std::string>())) {
      LayObject(field.type.fields, *object, path, "", source);
      return;
    }
  }
  const std::string came =
      value.is_string() ? "text that is no JSON object" : std::string(TypeName(value));
  problems_.Add(path, "expected an object, got " + came + " (from " + source.name + ")");
}

void SettingsTree::KeepSpelling(const Source& source, const std::string& pointer, Json& value) {
  if (source.document == nullptr) return;
  const auto mark = source.document->marks.find(pointer);
  if (mark != source.document->marks.end() && !mark->second.plain_text.empty())
    value = mark->second.plain_text;
}

bool SettingsTree::Resolve(Json& value, const std::string& path, std::string& origin) {
  if (value.is_structured()) {
    for (auto item = value.begin(); item != value.end();) {
      const std::string item_path = value.is_object()
                                        ? JoinPath(path, item.key())
                                        : path + "[" + std::to_string(item - value.begin()) + "]";
      std::string item_origin = origin;
      if (Resolve(*item, item_path, item_origin)) {
        ++item;
      } else {
        item = value.erase(item);
      }
    }
    return true;
  }
  const auto name = value.is_string() ? ReferenceIn(value.get<std::string>()) : std::nullopt;
  if (!name) return true;
  if (name->empty()) {
    absences_[path] = origin + " refers to something other than env";
    return false;
  }
  const auto text = lookup_(*name);
  if (!text) {
    absences_[path] =
        origin + " takes it from environment variable " + *name + ", which is not set";
    return false;
  }
  value = *text;
  origin += ", from environment variable " + *name;
  return true;
}

void SettingsTree::Put(const std::string& path, Json value, const std::string& origin) {
  Json* node = &root_;
  for (const std::string& key : Split(path, '.')) {
    if (!node->is_object()) *node = Json::object();
    node = &(*node)[key];
  }
  *node = std::move(value);
  const std::string below = path + ".";
  origins_.erase(origins_.lower_bound(below), origins_.lower_bound(path + "/"));
  origins_[path] = origin;
}

void SettingsTree::PutInside(const std::string& path, const std::vector<std::string>& keys,
                             const Variable& variable) {
  Json object = Json::object();
  if (Has(path)) {
    const Json& present = root_.at(Json::json_pointer("/" + ReplaceAll(path, ".", "/")));
    if (present.is_object()) object = present;
    if (present.is_string()) object = ObjectIn(present.get<std::string>()).value_or(Json::object());
  }
  Json* node = &object;
  for (const std::string& key : keys) {
    if (!node->is_object()) *node = Json::object();
    node = &(*node)[key];
  }
  *node = variable.value;
  Put(path, std::move(object), variable.origin);
}

void SettingsTree::WarnUnknown(const std::vector<FieldInfo>& fields, const std::string& key,
                               const std::string& path, const std::string& origin,
                               bool is_variable) {
  const std::string full_path = JoinPath(path, ToSnakeCase(key));
  if (const std::string_view why = WhyWithoutEffect(full_path); !why.empty()) {
    problems_.Warn(origin, full_path + " has no effect here: " + std::string(why));
    return;
  }
  std::vector<std::string> names;
  names.reserve(fields.size());
  for (const FieldInfo& field : fields) names.push_back(field.name);
  for (const Renamed& renamed : kRenamed) {
    if (IsSameOrBelow(renamed.from, path) && renamed.from != path) {
      names.emplace_back(renamed.from.substr(path.empty() ? 0 : path.size() + 1));
    }
  }
  std::string message = full_path + " is not a known setting";
  if (const auto match = ClosestMatch(ToSnakeCase(key), names)) {
    const std::string meant = JoinPath(path, *match);
    message += "; did you mean " + (is_variable ? EnvironmentName(meant) : meant) + "?";
  }
  problems_.Warn(origin, std::move(message));
}

const FieldInfo* SettingsTree::FieldAt(std::string_view path) const {
  const std::vector<FieldInfo>* level = &fields_;
  const FieldInfo* field = nullptr;
  for (const std::string& key : Split(path, '.')) {
    field = FindField(*level, key);
    if (field == nullptr) return nullptr;
    level = &field->type.fields;
  }
  return field;
}

bool SettingsTree::Has(const std::string& path) const {
  return origins_.contains(path);
}

std::string SettingsTree::OriginAt(const Source& source, const std::string& pointer) const {
  if (source.document == nullptr) return source.name;
  const auto mark = source.document->marks.find(pointer);
  return mark == source.document->marks.end()
             ? source.name
             : source.name + ":" + std::to_string(mark->second.line);
}

std::string SettingsTree::OriginOf(std::string path) const {
  for (; !path.empty(); path = ParentOf(path)) {
    const auto found = origins_.find(path);
    if (found != origins_.end()) return found->second;
  }
  return "";
}

std::string SettingsTree::AbsenceOf(const std::string& path) const {
  const auto found = absences_.find(path);
  return found == absences_.end() ? "" : found->second;
}

}  // namespace ocean::config
