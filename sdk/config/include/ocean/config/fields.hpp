#pragma once
/// @file Typed field tables: one declaration gives parsing, messages, JSON Schema and
/// documentation.

#include <chrono>
#include <concepts>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <ratio>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "ocean/base/json.hpp"
#include "ocean/base/secret.hpp"
#include "ocean/config/field_info.hpp"
#include "ocean/config/problems.hpp"

namespace ocean {

using config::FieldInfo;
using config::Problems;
using config::UnknownKeys;

/// A restriction on a field. On a list, what concerns single values applies to its elements.
using Constraint = std::function<void(FieldInfo&)>;

/// Between the two, both included.
Constraint Range(std::int64_t lowest, std::int64_t highest);
/// At least this.
Constraint AtLeast(std::int64_t lowest);
/// Exactly one of these texts.
Constraint OneOf(std::vector<std::string> values);
/// Text with something in it besides blanks.
Constraint NotBlank();
/// A list with at least so many elements.
Constraint MinItems(std::size_t count);
/// A list whose elements all differ.
Constraint UniqueItems();
/// Must be given.
Constraint Required();
/// Text that is an absolute http(s) URL; slashes at its end are dropped.
Constraint Url();
/// An integer of bytes that may be written with a unit: "8MiB".
Constraint ByteUnits();
/// Text that is masked in logs and never shown in messages; std::vector of it too. A Secret is so
/// by itself.
Constraint Sensitive();

template <class T>
class Fields;

/// A struct with a field table: `static auto Describe() { return ocean::Fields<T>().Add(…); }`.
template <class T>
concept Described = requires {
  { T::Describe() } -> std::convertible_to<Fields<T>>;
};

/// Specialise it to use an enumeration as a field: `static std::vector<std::pair<std::string, E>>
/// Names()`.
template <class E>
struct EnumNames;

template <class E>
concept NamedEnum = std::is_enum_v<E> && requires { EnumNames<E>::Names(); };

/// The name of an enumerator.
template <NamedEnum E>
std::string NameOf(E value) {
  for (auto& [name, candidate] : EnumNames<E>::Names()) {
    if (candidate == value) return name;
  }
  return {};
}

/// The table of T. Built once; it never changes.
template <Described T>
const Fields<T>& FieldsOf() {
  static const Fields<T> kFields = T::Describe();
  return kFields;
}

/// How a member type is described, set from normalised JSON, and written. Each specialisation is a
/// few lines over config::Normalise.
template <class M>
struct FieldTraits;

/// The fields of a struct.
///
/// Members may be bool, int, int64_t, double, std::string, std::filesystem::path, Secret,
/// enumerations with EnumNames, durations (a number in their unit), Json (anything), structs with
/// Describe(), and std::optional, std::vector and std::map<std::string, …> of these. What a member
/// holds in a default-constructed T is the field's default.
///
///   struct ReleaseSelector {
///     int concurrency = 10;
///     static auto Describe() {
///       return ocean::Fields<ReleaseSelector>().Add("concurrency", &ReleaseSelector::concurrency,
///                                                   "Projects read at once.", ocean::Range(1,
///                                                   50));
///     }
///   };
template <class T>
class Fields {
 public:
  template <class M, std::convertible_to<Constraint>... C>
  Fields& Add(std::string name, M T::* member, std::string description, const C&... constraints) {
    FieldInfo info;
    info.name = std::move(name);
    info.description = std::move(description);
    info.type = FieldTraits<M>::Type();
    info.default_value = FieldTraits<M>::ToJson(T{}.*member);
    (Constraint(constraints)(info), ...);
    infos_.push_back(std::move(info));
    setters_.push_back(
        [member](T& object, const Json& value) { FieldTraits<M>::Set(object.*member, value); });
    getters_.push_back(
        [member](const T& object) { return FieldTraits<M>::ToJson(object.*member); });
    return *this;
  }

  const std::vector<FieldInfo>& infos() const { return infos_; }

  /// Sets the members that `normal`, a result of config::NormaliseObject, has; the others stay.
  void Assign(T& object, const Json& normal) const {
    for (std::size_t i = 0; i < infos_.size(); ++i) {
      const auto found = normal.find(infos_[i].name);
      if (found != normal.end()) setters_[i](object, *found);
    }
  }

  /// All members, by their declared names. Secrets are written as "***".
  Json ToJson(const T& object) const {
    Json result = Json::object();
    for (std::size_t i = 0; i < infos_.size(); ++i) result[infos_[i].name] = getters_[i](object);
    return result;
  }

 private:
  std::vector<FieldInfo> infos_;
  std::vector<std::function<void(T&, const Json&)>> setters_;
  std::vector<std::function<Json(const T&)>> getters_;
};

/// Reads a T from an object; what is wrong is added to `problems`, and those members keep their
/// defaults.
///
/// Keys are accepted in camelCase and snake_case. Null for a member that cannot be null counts as
/// not given. An `object` that is null counts as an empty one.
template <Described T>
T ParseFields(const Json& object, const std::string& path, Problems& problems,
              UnknownKeys unknown_keys = UnknownKeys::kReport) {
  T result;
  const Fields<T>& fields = FieldsOf<T>();
  fields.Assign(result,
                config::NormaliseObject(fields.infos(), object, path, problems, unknown_keys));
  return result;
}

/// The JSON Schema (draft 7) of T.
template <Described T>
Json JsonSchemaOf() {
  return config::JsonSchemaOf(FieldsOf<T>().infos());
}

// How member types map to descriptions follows; to use field tables, nothing below need be read.

namespace config {
ValueType TypeOf(ValueKind kind);
ValueType EnumType(std::vector<std::string> names);
}  // namespace config

template <>
struct FieldTraits<bool> {
  static config::ValueType Type() { return config::TypeOf(config::ValueKind::kBoolean); }
  static void Set(bool& member, const Json& value) { member = value.get<bool>(); }
  static Json ToJson(bool member) { return member; }
};

template <class M>
  requires(std::signed_integral<M> && sizeof(M) >= 4)
struct FieldTraits<M> {
  static config::ValueType Type() {
    config::ValueType type = config::TypeOf(config::ValueKind::kInteger);
    type.bits = static_cast<int>(sizeof(M) * 8);
    return type;
  }
  static void Set(M& member, const Json& value) { member = value.get<M>(); }
  static Json ToJson(M member) { return member; }
};

template <>
struct FieldTraits<double> {
  static config::ValueType Type() { return config::TypeOf(config::ValueKind::kNumber); }
  static void Set(double& member, const Json& value) { member = value.get<double>(); }
  static Json ToJson(double member) { return member; }
};

template <>
struct FieldTraits<std::string> {
  static config::ValueType Type() { return config::TypeOf(config::ValueKind::kString); }
  static void Set(std::string& member, const Json& value) { member = value.get<std::string>(); }
  static Json ToJson(const std::string& member) { return member; }
};

template <>
struct FieldTraits<std::filesystem::path> {
  static config::ValueType Type() { return config::TypeOf(config::ValueKind::kString); }
  static void Set(std::filesystem::path& member, const Json& value) {
    member = value.get<std::string>();
  }
  static Json ToJson(const std::filesystem::path& member) { return member.string(); }
};

template <>
struct FieldTraits<Secret> {
  static config::ValueType Type() {
    config::ValueType type = config::TypeOf(config::ValueKind::kString);
    type.sensitive = true;
    return type;
  }
  static void Set(Secret& member, const Json& value) { member = Secret(value.get<std::string>()); }
  static Json ToJson(const Secret& member) { return member.empty() ? Json() : Json("***"); }
};

template <>
struct FieldTraits<Json> {
  static config::ValueType Type() {
    config::ValueType type = config::TypeOf(config::ValueKind::kAny);
    type.nullable = true;
    return type;
  }
  static void Set(Json& member, const Json& value) { member = value; }
  static Json ToJson(const Json& member) { return member; }
};

template <NamedEnum M>
struct FieldTraits<M> {
  static config::ValueType Type() {
    std::vector<std::string> names;
    for (auto& [name, value] : EnumNames<M>::Names()) names.push_back(name);
    return config::EnumType(std::move(names));
  }
  static void Set(M& member, const Json& value) {
    for (auto& [name, candidate] : EnumNames<M>::Names()) {
      if (value == name) member = candidate;
    }
  }
  static Json ToJson(M member) { return NameOf(member); }
};

template <class Rep, class Period>
struct FieldTraits<std::chrono::duration<Rep, Period>> {
  using Member = std::chrono::duration<Rep, Period>;
  static config::ValueType Type() {
    config::ValueType type = config::TypeOf(config::ValueKind::kDuration);
    type.unit_seconds = static_cast<double>(Period::num) / static_cast<double>(Period::den);
    type.whole_units = std::is_integral_v<Rep>;
    return type;
  }
  static void Set(Member& member, const Json& value) { member = Member(value.get<Rep>()); }
  static Json ToJson(Member member) { return member.count(); }
};

template <Described M>
struct FieldTraits<M> {
  static config::ValueType Type() {
    config::ValueType type = config::TypeOf(config::ValueKind::kStruct);
    type.fields = FieldsOf<M>().infos();
    return type;
  }
  static void Set(M& member, const Json& value) { FieldsOf<M>().Assign(member, value); }
  static Json ToJson(const M& member) { return FieldsOf<M>().ToJson(member); }
};

template <class X>
struct FieldTraits<std::optional<X>> {
  static config::ValueType Type() {
    config::ValueType type = FieldTraits<X>::Type();
    type.nullable = true;
    return type;
  }
  static void Set(std::optional<X>& member, const Json& value) {
    member.reset();
    if (!value.is_null()) FieldTraits<X>::Set(member.emplace(), value);
  }
  static Json ToJson(const std::optional<X>& member) {
    return member ? FieldTraits<X>::ToJson(*member) : Json();
  }
};

template <class X>
struct FieldTraits<std::vector<X>> {
  static config::ValueType Type() {
    config::ValueType type = config::TypeOf(config::ValueKind::kArray);
    type.element.push_back(FieldTraits<X>::Type());
    return type;
  }
  static void Set(std::vector<X>& member, const Json& value) {
    member.clear();
    for (const Json& item : value) {
      X element{};
      FieldTraits<X>::Set(element, item);
      member.push_back(std::move(element));
    }
  }
  static Json ToJson(const std::vector<X>& member) {
    Json result = Json::array();
    for (const X& item : member) result.push_back(FieldTraits<X>::ToJson(item));
    return result;
  }
};

template <class X>
struct FieldTraits<std::map<std::string, X>> {
  static config::ValueType Type() {
    config::ValueType type = config::TypeOf(config::ValueKind::kMap);
    type.element.push_back(FieldTraits<X>::Type());
    return type;
  }
  static void Set(std::map<std::string, X>& member, const Json& value) {
    member.clear();
    for (const auto& [key, item] : value.items()) FieldTraits<X>::Set(member[key], item);
  }
  static Json ToJson(const std::map<std::string, X>& member) {
    Json result = Json::object();
    for (const auto& [key, item] : member) result[key] = FieldTraits<X>::ToJson(item);
    return result;
  }
};

}  // namespace ocean
