#include "ocean/jq/type.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace ocean::jq {
namespace {

constexpr std::array<std::pair<Type::Kind, std::string_view>, 6> kNames = {{
    {Type::kString, "string"},
    {Type::kNumber, "number"},
    {Type::kBoolean, "boolean"},
    {Type::kArray, "array"},
    {Type::kObject, "object"},
    {Type::kNull, "null"},
}};

std::string Text(const Type& type, std::string_view plural) {
  if (type.kinds == Type::kNothing) return "nothing";
  if (type.kinds == Type::kAnything && !type.elements) return "anything";
  std::string text;
  for (const auto& [kind, name] : kNames) {
    if (!type.Has(kind)) continue;
    if (!text.empty()) text += " or ";
    text.append(name).append(plural);
    if (kind == Type::kArray && type.elements && type.elements->kinds != Type::kAnything)
      text += " of " + Text(*type.elements, "s");
  }
  return text;
}

}  // namespace

std::string Type::ToText() const {
  return Text(*this, "");
}

Type Union(const Type& x, const Type& y) {
  Type both = Type::Of(x.kinds | y.kinds);
  if (!x.Has(Type::kArray)) {
    both.elements = y.elements;
  } else if (!y.Has(Type::kArray)) {
    both.elements = x.elements;
  } else if (x.elements && y.elements) {
    both.elements = std::make_shared<const Type>(Union(*x.elements, *y.elements));
  }
  return both;
}

}  // namespace ocean::jq
