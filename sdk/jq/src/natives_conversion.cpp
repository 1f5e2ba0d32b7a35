/// @file Types, numbers and JSON text.

#include <array>
#include <cmath>

#include "access.hpp"
#include "forms.hpp"
#include "json_reader.hpp"
#include "natives.hpp"
#include "number.hpp"
#include "text_builder.hpp"

namespace ocean::jq {
namespace {

Value Type(Machine& machine, Value&& in, Value*) {
  return machine.MakeString(std::string(TypeOf(in)));
}

Value ToNumber(Machine& machine, Value&& in, Value*) {
  if (in.IsNumber()) return std::move(in);
  if (in.IsString()) {
    if (!machine.StepBytes(in.str().size())) return Value::Failed();
    if (in.str() == "nan") return Value::Number(std::nan(""));
    // A plus sign is fine here, though not in JSON.
    const std::string_view text = in.str();
    const bool has_plus = text.size() > 1 && text[0] == '+' && text[1] != '-';
    if (const auto number = NumberOf(text.substr(has_plus ? 1 : 0)))
      return Value::Make(machine.heap(), Json(*number), {});
  }
  return machine.Fail(Describe(in) + " cannot be parsed as a number");
}

Value ToBoolean(Machine& machine, Value&& in, Value*) {
  if (in.tag() == Value::Tag::kBool) return std::move(in);
  if (in.IsString() && (in.str() == "true" || in.str() == "false"))
    return Value::Bool(in.str() == "true");
  return machine.Fail(Describe(in) + " cannot be parsed as a boolean");
}

Value ToString(Machine& machine, Value&& in, Value*) {
  return PlainText(machine, std::move(in));
}

Value ToJson(Machine& machine, Value&& in, Value*) {
  return JsonText(machine, in);
}

Value FromJson(Machine& machine, Value&& in, Value*) {
  if (!in.IsString()) return machine.Fail(Describe(in) + " only strings can be parsed");
  return ReadJson(machine, in.str());
}

Value Not(Machine&, Value&& in, Value*) {
  return Value::Bool(!in.Truthy());
}

Value ToArray(Machine& machine, Value&& in, Value*) {
  if (in.IsArray()) return std::move(in);
  ArrayBuilder builder(machine.heap());
  builder.Add(std::move(in));
  return builder.Finish();
}

Value Infinite(Machine&, Value&&, Value*) {
  return Value::Number(INFINITY);
}
Value Nan(Machine&, Value&&, Value*) {
  return Value::Number(std::nan(""));
}
Value Null(Machine&, Value&&, Value*) {
  return Value::Null();
}
Value True(Machine&, Value&&, Value*) {
  return Value::Bool(true);
}
Value False(Machine&, Value&&, Value*) {
  return Value::Bool(false);
}

template <bool (*Test)(double)>
Value TestNumber(Machine&, Value&& in, Value*) {
  return Value::Bool(in.IsNumber() && Test(in.AsDouble()));
}
bool IsInfinite(double x) {
  return std::isinf(x);
}
bool IsNan(double x) {
  return std::isnan(x);
}
bool IsNormal(double x) {
  return std::isnormal(x);
}

Value Builtins(Machine& machine, Value&&, Value*) {
  ArrayBuilder names(machine.heap());
  for (std::string& name : AllBuiltins()) names.AddString(std::move(name));
  return names.Finish();
}

constexpr std::array kNatives = {
    Native{"type", 0, Type},
    Native{"tonumber", 0, ToNumber},
    Native{"toboolean", 0, ToBoolean},
    Native{"tostring", 0, ToString},
    Native{"tojson", 0, ToJson},
    Native{"fromjson", 0, FromJson},
    Native{"not", 0, Not},
    Native{"toarray", 0, ToArray},
    Native{"infinite", 0, Infinite},
    Native{"nan", 0, Nan},
    Native{"null", 0, Null},
    Native{"true", 0, True},
    Native{"false", 0, False},
    Native{"isinfinite", 0, TestNumber<IsInfinite>},
    Native{"isnan", 0, TestNumber<IsNan>},
    Native{"isnormal", 0, TestNumber<IsNormal>},
    Native{"have_literal_numbers", 0, True},
    // Numbers are 64-bit integers or doubles, not decimals of any length.
    Native{"have_decnum", 0, False},
    Native{"builtins", 0, Builtins},
};

}  // namespace

std::span<const Native> ConversionNatives() {
  return kNatives;
}

}  // namespace ocean::jq
