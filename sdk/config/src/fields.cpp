#include "ocean/config/fields.hpp"

#include <utility>

namespace ocean {

namespace {

/// What a constraint on single values concerns: the elements of a list, else the field itself.
config::ValueType& SingleValue(FieldInfo& field) {
  return field.type.element.empty() ? field.type : field.type.element.front();
}

}  // namespace

Constraint Range(std::int64_t lowest, std::int64_t highest) {
  return [=](FieldInfo& field) {
    SingleValue(field).minimum = lowest;
    SingleValue(field).maximum = highest;
  };
}

Constraint AtLeast(std::int64_t lowest) {
  return [=](FieldInfo& field) { SingleValue(field).minimum = lowest; };
}

Constraint OneOf(std::vector<std::string> values) {
  return [values = std::move(values)](FieldInfo& field) {
    SingleValue(field).one_of.assign(values.begin(), values.end());
  };
}

Constraint NotBlank() {
  return [](FieldInfo& field) { SingleValue(field).not_blank = true; };
}

Constraint MinItems(std::size_t count) {
  return [=](FieldInfo& field) { field.type.min_items = count; };
}

Constraint UniqueItems() {
  return [](FieldInfo& field) { field.type.unique_items = true; };
}

Constraint Required() {
  return [](FieldInfo& field) { field.required = true; };
}

Constraint Url() {
  return [](FieldInfo& field) { SingleValue(field).kind = config::ValueKind::kUrl; };
}

Constraint ByteUnits() {
  return [](FieldInfo& field) { SingleValue(field).kind = config::ValueKind::kByteSize; };
}

Constraint Sensitive() {
  return [](FieldInfo& field) { SingleValue(field).sensitive = true; };
}

namespace config {

ValueType TypeOf(ValueKind kind) {
  ValueType type;
  type.kind = kind;
  return type;
}

ValueType EnumType(std::vector<std::string> names) {
  ValueType type = TypeOf(ValueKind::kString);
  type.one_of.assign(names.begin(), names.end());
  type.ignore_case = true;
  return type;
}

}  // namespace config

}  // namespace ocean
