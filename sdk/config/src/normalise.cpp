#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "ocean/base/error.hpp"
#include "ocean/base/text.hpp"
#include "ocean/config/field_info.hpp"
#include "units.hpp"

namespace ocean::config {

namespace {

constexpr std::size_t kMaxShown = 60;

std::string Shown(const ValueType& type, const Json& value) {
  if (value.is_null()) return "null";
  if (value.is_array()) return "a list";
  if (value.is_object()) return "an object";
  if (type.sensitive) return "a " + std::string(TypeName(value)) + " that is not shown";
  std::string text = DumpJson(value);
  if (text.size() <= kMaxShown) return text;
  std::size_t end = kMaxShown;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end) + "…";
}

std::string UnitName(double seconds) {
  if (seconds == 0.001) return "milliseconds";
  if (seconds == 1) return "seconds";
  if (seconds == 60) return "minutes";
  if (seconds == 3600) return "hours";
  return "units of " + DumpJson(seconds) + " s";
}

std::string Expectation(const ValueType& type) {
  switch (type.kind) {
    case ValueKind::kAny:
      return "any value";
    case ValueKind::kBoolean:
      return "true or false";
    case ValueKind::kInteger:
      return "an integer";
    case ValueKind::kNumber:
      return "a number";
    case ValueKind::kString:
      return "text";
    case ValueKind::kUrl:
      return "an absolute URL such as https://example.com";
    case ValueKind::kByteSize:
      return "a number of bytes, such as 8388608 or 8MiB";
    case ValueKind::kDuration:
      return "a number of " + UnitName(type.unit_seconds) +
             ", or text with a unit such as 90s or 15m";
    case ValueKind::kArray:
      return "a list";
    case ValueKind::kMap:
    case ValueKind::kStruct:
      return "an object";
  }
  return "";
}

std::optional<Json> ToBoolean(const Json& value) {
  if (value.is_boolean()) return value;
  if (!value.is_string() && !value.is_number_integer()) return std::nullopt;
  const std::string word =
      value.is_string() ? ToLower(Trim(value.get_ref<const std::string&>())) : DumpJson(value);
  for (const char* yes : {"true", "1", "yes", "on", "t", "y"}) {
    if (word == yes) return true;
  }
  for (const char* no : {"false", "0", "no", "off", "f", "n"}) {
    if (word == no) return false;
  }
  return std::nullopt;
}

std::optional<std::int64_t> WholeNumber(double number) {
  // 2^63 itself is no int64.
  constexpr double kLimit = 9223372036854775808.0;
  if (std::trunc(number) != number || number < -kLimit || number >= kLimit) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

std::optional<std::int64_t> ReadInteger(const Json& value) {
  if (value.is_number_unsigned()) {
    const auto number = value.get<std::uint64_t>();
    if (number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
      return std::nullopt;
    return static_cast<std::int64_t>(number);
  }
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (value.is_number_float()) return WholeNumber(value.get<double>());
  if (!value.is_string()) return std::nullopt;
  std::string_view text = Trim(value.get_ref<const std::string&>());
  if (text.size() > 1 && text.front() == '+' && text[1] != '-') text.remove_prefix(1);
  return ParseInt(text);
}

std::optional<Json> ToInteger(const ValueType& type, const Json& value) {
  const auto number = ReadInteger(value);
  if (!number) return std::nullopt;
  if (type.bits == 32 && *number != static_cast<std::int32_t>(*number)) return std::nullopt;
  return Json(*number);
}

std::optional<Json> ToNumber(const Json& value) {
  if (value.is_number()) return value;
  if (!value.is_string()) return std::nullopt;
  const auto number = ParseDecimal(value.get_ref<const std::string&>());
  if (!number) return std::nullopt;
  return Json(*number);
}

std::optional<Json> ToText(const Json& value) {
  if (value.is_string()) return value;
  if (value.is_number()) return Json(DumpJson(value));
  return std::nullopt;
}

std::optional<Json> ToUrl(const Json& value) {
  if (!value.is_string()) return std::nullopt;
  std::string_view text = Trim(value.get_ref<const std::string&>());
  while (!text.empty() && text.back() == '/') text.remove_suffix(1);
  const std::string scheme = ToLower(text.substr(0, text.find(':')));
  if (scheme != "http" && scheme != "https") return std::nullopt;
  if (text.substr(scheme.size(), 3) != "://") return std::nullopt;
  std::string_view host = text.substr(scheme.size() + 3);
  host = host.substr(0, host.find_first_of("/?#"));
  host = host.substr(host.rfind('@') + 1);
  if (host.empty() || host.front() == ':') return std::nullopt;
  if (text.find_first_of(" \t\r\n\"<>\\") != std::string_view::npos) return std::nullopt;
  return Json(std::string(text));
}

std::optional<Json> ToByteSize(const Json& value) {
  if (!value.is_string()) return ToInteger(ValueType{}, value);
  const auto bytes = ParseByteSize(value.get_ref<const std::string&>());
  if (!bytes) return std::nullopt;
  return Json(*bytes);
}

std::optional<double> ReadUnits(const ValueType& type, const Json& value) {
  if (value.is_number()) return value.get<double>();
  if (!value.is_string()) return std::nullopt;
  const auto& text = value.get_ref<const std::string&>();
  if (const auto number = ParseDecimal(text)) return number;
  const auto seconds = ParseDurationSeconds(text);
  if (!seconds) return std::nullopt;
  const double units = *seconds / type.unit_seconds;
  // 1.5s are 1500 ms although neither 0.001 nor the quotient is exact.
  return std::abs(units - std::round(units)) < 1e-9 * std::max(1.0, units) ? std::round(units)
                                                                           : units;
}

std::optional<Json> ToDuration(const ValueType& type, const Json& value) {
  const auto units = ReadUnits(type, value);
  if (!units) return std::nullopt;
  if (!type.whole_units) return Json(*units);
  const auto whole = WholeNumber(*units);
  if (!whole) return std::nullopt;
  return Json(*whole);
}

/// A list or an object, given as such or as JSON text.
std::optional<Json> ToStructured(const Json& value, Json::value_t wanted) {
  if (value.type() == wanted) return value;
  if (!value.is_string()) return std::nullopt;
  try {
    Json parsed = ParseJson(value.get_ref<const std::string&>());
    if (parsed.type() == wanted) return parsed;
  } catch (const Error&) {
    // The text, which may be secret, is no part of the message; that it is no JSON is all there is to say.
  }
  return std::nullopt;
}

std::optional<Json> Convert(const ValueType& type, const Json& value) {
  switch (type.kind) {
    case ValueKind::kAny:
      return value;
    case ValueKind::kBoolean:
      return ToBoolean(value);
    case ValueKind::kInteger:
      return ToInteger(type, value);
    case ValueKind::kNumber:
      return ToNumber(value);
    case ValueKind::kString:
      return ToText(value);
    case ValueKind::kUrl:
      return ToUrl(value);
    case ValueKind::kByteSize:
      return ToByteSize(value);
    case ValueKind::kDuration:
      return ToDuration(type, value);
    case ValueKind::kArray:
      return ToStructured(value, Json::value_t::array);
    case ValueKind::kMap:
    case ValueKind::kStruct:
      return ToStructured(value, Json::value_t::object);
  }
  return std::nullopt;
}

/// The allowed value that `value` is, in its spelling.
std::optional<Json> Choose(const ValueType& type, const Json& value) {
  for (const Json& choice : type.one_of) {
    if (choice == value) return choice;
    if (type.ignore_case && value.is_string() &&
        ToLower(choice.get<std::string>()) == ToLower(value.get<std::string>())) {
      return choice;
    }
  }
  return std::nullopt;
}

std::string SuggestChoice(const ValueType& type, const Json& value) {
  if (!value.is_string() || type.sensitive) return "";
  std::vector<std::string> names;
  for (const Json& choice : type.one_of) {
    if (choice.is_string()) names.push_back(choice.get<std::string>());
  }
  return DidYouMean(value.get<std::string>(), names);
}

bool IsWithin(const ValueType& type, const Json& value) {
  if (value.is_number_float()) {
    const auto number = value.get<double>();
    return (!type.minimum || number >= static_cast<double>(*type.minimum)) &&
           (!type.maximum || number <= static_cast<double>(*type.maximum));
  }
  if (!value.is_number()) return true;
  const auto number = value.get<std::int64_t>();
  return (!type.minimum || number >= *type.minimum) && (!type.maximum || number <= *type.maximum);
}

/// What is wrong with a converted value, empty when nothing is.
std::string CheckScalar(const ValueType& type, const Json& value) {
  if (!IsWithin(type, value))
    return "must be " + ConstraintLabel(type) + ", got " + Shown(type, value);
  if (type.not_blank && Trim(value.get_ref<const std::string&>()).empty())
    return "must not be blank";
  return "";
}

std::string CheckItems(const ValueType& type, const Json& list) {
  if (list.size() < type.min_items) {
    return "needs at least " + std::to_string(type.min_items) +
           (type.min_items == 1 ? " item" : " items") + ", got " + std::to_string(list.size());
  }
  if (!type.unique_items) return "";
  std::set<std::string> seen;
  for (const Json& item : list) {
    if (!seen.insert(DumpJson(item)).second) return "has the same item twice: " + Shown(type, item);
  }
  return "";
}

std::optional<Json> NormaliseList(const ValueType& type, const Json& list, const std::string& path,
                                  Problems& problems, UnknownKeys unknown_keys) {
  Json result = Json::array();
  bool valid = true;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (type.element.empty()) {
      result.push_back(list[i]);
      continue;
    }
    auto item = Normalise(type.element.front(), list[i], path + "[" + std::to_string(i) + "]",
                          problems, unknown_keys);
    valid = valid && item.has_value();
    if (item) result.push_back(std::move(*item));
  }
  if (!valid) return std::nullopt;
  const std::string complaint = CheckItems(type, result);
  if (complaint.empty()) return result;
  problems.Add(path, complaint);
  return std::nullopt;
}

std::optional<Json> NormaliseMap(const ValueType& type, const Json& map, const std::string& path,
                                 Problems& problems, UnknownKeys unknown_keys) {
  if (type.element.empty()) return map;
  Json result = Json::object();
  bool valid = true;
  for (const auto& [key, value] : map.items()) {
    auto item = Normalise(type.element.front(), value, JoinPath(path, key), problems, unknown_keys);
    valid = valid && item.has_value();
    if (item) result[key] = std::move(*item);
  }
  if (!valid) return std::nullopt;
  return result;
}

std::optional<Json> NormaliseScalar(const ValueType& type, Json value, const std::string& path,
                                    Problems& problems) {
  if (!type.one_of.empty()) {
    if (auto choice = Choose(type, value)) return choice;
    problems.Add(path, "must be " + TypeLabel(type) + ", got " + Shown(type, value) +
                           SuggestChoice(type, value));
    return std::nullopt;
  }
  const std::string complaint = CheckScalar(type, value);
  if (complaint.empty()) return value;
  problems.Add(path, complaint);
  return std::nullopt;
}

void TellUnknown(const std::vector<FieldInfo>& fields, const std::string& key,
                 const std::string& path, Problems& problems, UnknownKeys unknown_keys) {
  if (unknown_keys == UnknownKeys::kIgnore) return;
  std::vector<std::string> names;
  names.reserve(fields.size());
  for (const FieldInfo& field : fields) names.push_back(field.name);
  std::string message = "is not a known key" + DidYouMean(key, names);
  if (unknown_keys == UnknownKeys::kReport) {
    problems.Add(JoinPath(path, key), std::move(message));
  } else {
    problems.Warn(JoinPath(path, key), std::move(message));
  }
}

/// The texts and numbers inside of a sensitive value.
void CollectLeaves(const Json& value, std::vector<std::string>& secrets) {
  if (value.is_string()) secrets.push_back(value.get<std::string>());
  if (value.is_number()) secrets.push_back(DumpJson(value));
  if (!value.is_structured()) return;
  for (const Json& member : value) CollectLeaves(member, secrets);
}

void CollectFrom(const ValueType& type, const Json& value, std::vector<std::string>& secrets) {
  if (type.sensitive) CollectLeaves(value, secrets);
  if (type.kind == ValueKind::kStruct) CollectSecrets(type.fields, value, secrets);
  if (type.element.empty() || !value.is_structured()) return;
  for (const Json& member : value) CollectFrom(type.element.front(), member, secrets);
}

/// What is required and was not given; also inside of structs that were not given at all.
void TellMissing(const std::vector<FieldInfo>& fields, const std::set<std::string>& given,
                 const std::string& path, Problems& problems) {
  for (const FieldInfo& field : fields) {
    if (given.contains(field.name)) continue;
    const std::string field_path = JoinPath(path, field.name);
    if (field.required) {
      problems.Add(field_path, "is required");
    } else if (field.type.kind == ValueKind::kStruct && !field.type.nullable) {
      TellMissing(field.type.fields, {}, field_path, problems);
    }
  }
}

}  // namespace

std::optional<Json> Normalise(const ValueType& type, const Json& value, const std::string& path,
                              Problems& problems, UnknownKeys unknown_keys) {
  if (value.is_null() && type.nullable) return value;
  auto converted =
      value.is_null() && type.kind != ValueKind::kAny ? std::nullopt : Convert(type, value);
  if (!converted) {
    problems.Add(path, "expected " + Expectation(type) + ", got " + Shown(type, value));
    return std::nullopt;
  }
  switch (type.kind) {
    case ValueKind::kArray:
      return NormaliseList(type, *converted, path, problems, unknown_keys);
    case ValueKind::kMap:
      return NormaliseMap(type, *converted, path, problems, unknown_keys);
    case ValueKind::kStruct:
      return NormaliseObject(type.fields, *converted, path, problems, unknown_keys);
    default:
      return NormaliseScalar(type, std::move(*converted), path, problems);
  }
}

Json NormaliseObject(const std::vector<FieldInfo>& fields, const Json& value,
                     const std::string& path, Problems& problems, UnknownKeys unknown_keys) {
  Json result = Json::object();
  ValueType object_type;
  object_type.kind = ValueKind::kStruct;
  const auto object = Convert(object_type, value.is_null() ? Json::object() : value);
  if (!object) {
    problems.Add(path, "expected an object, got " + Shown(object_type, value));
    return result;
  }
  std::set<std::string> given;
  for (const auto& [key, member] : object->items()) {
    const FieldInfo* field = FindField(fields, key);
    if (field == nullptr) {
      TellUnknown(fields, key, path, problems, unknown_keys);
      continue;
    }
    if (member.is_null() && !field->type.nullable) continue;
    if (!given.insert(field->name).second) {
      problems.Add(JoinPath(path, key), "is given twice, in two spellings");
      continue;
    }
    auto normal = Normalise(field->type, member, JoinPath(path, key), problems, unknown_keys);
    if (normal) result[field->name] = std::move(*normal);
  }
  TellMissing(fields, given, path, problems);
  return result;
}

const FieldInfo* FindField(const std::vector<FieldInfo>& fields, std::string_view key) {
  for (const FieldInfo& field : fields) {
    if (field.name == key) return &field;
  }
  const std::string snake = ToSnakeCase(key);
  for (const FieldInfo& field : fields) {
    if (ToSnakeCase(field.name) == snake) return &field;
  }
  return nullptr;
}

std::string DidYouMean(std::string_view key, const std::vector<std::string>& names) {
  const auto match = ClosestMatch(key, names);
  return match ? "; did you mean '" + *match + "'?" : "";
}

void CollectSecrets(const std::vector<FieldInfo>& fields, const Json& value,
                    std::vector<std::string>& secrets) {
  for (const FieldInfo& field : fields) CollectFrom(field.type, Get(value, field.name), secrets);
}

}  // namespace ocean::config
