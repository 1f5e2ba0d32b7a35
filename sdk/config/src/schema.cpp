#include <string>
#include <vector>

#include "ocean/base/text.hpp"
#include "ocean/config/field_info.hpp"

namespace ocean::config {

namespace {

Json SchemaOf(const ValueType& type);

const char* SchemaType(ValueKind kind) {
  switch (kind) {
    case ValueKind::kAny:
      return nullptr;
    case ValueKind::kBoolean:
      return "boolean";
    case ValueKind::kInteger:
      return "integer";
    case ValueKind::kNumber:
      return "number";
    case ValueKind::kString:
    case ValueKind::kUrl:
      return "string";
    case ValueKind::kByteSize:
    case ValueKind::kDuration:
      // A number, or text with a unit.
      return "";
    case ValueKind::kArray:
      return "array";
    case ValueKind::kMap:
    case ValueKind::kStruct:
      return "object";
  }
  return nullptr;
}

void PutType(const ValueType& type, Json& schema) {
  const char* name = SchemaType(type.kind);
  if (name == nullptr) return;
  Json names = *name == '\0' ? Json{"number", "string"} : Json{name};
  if (type.nullable) names.push_back("null");
  schema["type"] = names.size() == 1 ? names.front() : names;
}

void PutConstraints(const ValueType& type, Json& schema) {
  if (type.kind == ValueKind::kUrl) schema["format"] = "uri";
  if (type.minimum) schema["minimum"] = *type.minimum;
  if (type.maximum) schema["maximum"] = *type.maximum;
  if (!type.one_of.empty()) {
    schema["enum"] = type.one_of;
    if (type.nullable) schema["enum"].push_back(nullptr);
  }
  if (type.not_blank) schema["pattern"] = "\\S";
  if (type.min_items > 0) schema["minItems"] = type.min_items;
  if (type.unique_items) schema["uniqueItems"] = true;
}

Json SchemaOf(const ValueType& type) {
  Json schema = type.kind == ValueKind::kStruct ? JsonSchemaOf(type.fields) : Json::object();
  PutType(type, schema);
  PutConstraints(type, schema);
  if (!type.element.empty()) {
    schema[type.kind == ValueKind::kArray ? "items" : "additionalProperties"] =
        SchemaOf(type.element.front());
  }
  return schema;
}

std::string ListOf(const std::vector<Json>& values) {
  std::vector<std::string> names;
  for (const Json& value : values)
    names.push_back(value.is_string() ? value.get<std::string>() : DumpJson(value));
  return Join(names, ", ");
}

std::string KindLabel(const ValueType& type) {
  switch (type.kind) {
    case ValueKind::kAny:
      return "any";
    case ValueKind::kBoolean:
      return "boolean";
    case ValueKind::kInteger:
      return "integer";
    case ValueKind::kNumber:
      return "number";
    case ValueKind::kString:
      return "string";
    case ValueKind::kUrl:
      return "url";
    case ValueKind::kByteSize:
      return "bytes";
    case ValueKind::kDuration:
      return "duration";
    case ValueKind::kArray:
      return type.element.empty() ? "list" : "list of " + TypeLabel(type.element.front());
    case ValueKind::kMap:
    case ValueKind::kStruct:
      return "object";
  }
  return "";
}

}  // namespace

Json JsonSchemaOf(const std::vector<FieldInfo>& fields) {
  Json schema = {{"type", "object"}, {"properties", Json::object()}};
  Json required = Json::array();
  for (const FieldInfo& field : fields) {
    Json property = SchemaOf(field.type);
    if (!field.description.empty()) property["description"] = field.description;
    if (!field.default_value.is_null() && !field.required && !field.type.sensitive &&
        field.type.kind != ValueKind::kStruct) {
      property["default"] = field.default_value;
    }
    schema["properties"][field.name] = std::move(property);
    if (field.required) required.push_back(field.name);
  }
  if (!required.empty()) schema["required"] = std::move(required);
  schema["additionalProperties"] = false;
  return schema;
}

std::string TypeLabel(const ValueType& type) {
  if (!type.one_of.empty()) return "one of " + ListOf(type.one_of);
  return KindLabel(type);
}

std::string ConstraintLabel(const ValueType& type) {
  std::vector<std::string> labels;
  const std::string lowest = type.minimum ? std::to_string(*type.minimum) : "";
  const std::string highest = type.maximum ? std::to_string(*type.maximum) : "";
  if (type.minimum && type.maximum) labels.push_back(lowest + " to " + highest);
  if (type.minimum && !type.maximum) labels.push_back("at least " + lowest);
  if (!type.minimum && type.maximum) labels.push_back("at most " + highest);
  if (type.not_blank) labels.emplace_back("not blank");
  if (type.min_items > 0) {
    labels.push_back("at least " + std::to_string(type.min_items) +
                     (type.min_items == 1 ? " item" : " items"));
  }
  if (type.unique_items) labels.emplace_back("no item twice");
  return Join(labels, ", ");
}

}  // namespace ocean::config
