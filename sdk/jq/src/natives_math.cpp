/// @file Mathematics.

#include <algorithm>
#include <array>
#include <cmath>

#include "access.hpp"
#include "arithmetic.hpp"
#include "natives.hpp"

namespace ocean::jq {
namespace {

template <double (*Function)(double)>
Value Unary(Machine& machine, Value&& in, Value*) {
  if (!in.IsNumber()) return machine.Fail(Describe(in) + " number required");
  return Value::Number(Function(in.AsDouble()));
}

template <double (*Function)(double, double)>
Value Binary(Machine& machine, Value&&, Value* arguments) {
  for (int i = 0; i < 2; ++i) {
    if (!arguments[i].IsNumber()) return machine.Fail(Describe(arguments[i]) + " number required");
  }
  return Value::Number(Function(arguments[0].AsDouble(), arguments[1].AsDouble()));
}

Value Fma(Machine& machine, Value&&, Value* arguments) {
  for (int i = 0; i < 3; ++i) {
    if (!arguments[i].IsNumber()) return machine.Fail(Describe(arguments[i]) + " number required");
  }
  return Value::Number(
      std::fma(arguments[0].AsDouble(), arguments[1].AsDouble(), arguments[2].AsDouble()));
}

/// As `if . < 0 then -. else . end`: what sorts after numbers is its own absolute value.
Value Abs(Machine& machine, Value&& in, Value*) {
  if (in.kind() < Kind::kNumber) return Negate(machine, std::move(in));
  if (!in.IsNumber()) return std::move(in);
  if (in.AsDouble() >= 0 && !std::signbit(in.AsDouble())) return std::move(in);
  if (in.tag() == Value::Tag::kInt && in.integer() != INT64_MIN) return Value::Int(-in.integer());
  return Value::Number(std::fabs(in.AsDouble()));
}

Value Pair(Machine& machine, double first, double second) {
  ArrayBuilder pair(machine.heap());
  pair.Add(Value::Number(first));
  pair.Add(Value::Number(second));
  return pair.Finish();
}

Value Frexp(Machine& machine, Value&& in, Value*) {
  if (!in.IsNumber()) return machine.Fail(Describe(in) + " number required");
  int exponent = 0;
  const double mantissa = std::frexp(in.AsDouble(), &exponent);
  return Pair(machine, mantissa, std::isfinite(in.AsDouble()) ? exponent : 0);
}

Value Modf(Machine& machine, Value&& in, Value*) {
  if (!in.IsNumber()) return machine.Fail(Describe(in) + " number required");
  double whole = 0;
  const double fraction = std::modf(in.AsDouble(), &whole);
  return Pair(machine, fraction, whole);
}

Value LogGammaSign(Machine& machine, Value&& in, Value*) {
  if (!in.IsNumber()) return machine.Fail(Describe(in) + " number required");
  int sign = 1;
  const double value = ::lgamma_r(in.AsDouble(), &sign);
  return Pair(machine, value, sign);
}

double Pow10(double x) {
  return std::pow(10.0, x);
}
double LogGamma(double x) {
  int sign = 1;
  return ::lgamma_r(x, &sign);
}
double Ldexp(double x, double exponent) {
  return std::ldexp(x, static_cast<int>(std::max(-10000.0, std::min(10000.0, exponent))));
}
double Significand(double x) {
  if (x == 0 || !std::isfinite(x)) return x;
  return x / std::pow(2.0, std::logb(x));
}
double Floor(double x) {
  return std::floor(x);
}
double Ceil(double x) {
  return std::ceil(x);
}
double Sqrt(double x) {
  return std::sqrt(x);
}
double Fabs(double x) {
  return std::fabs(x);
}
double Round(double x) {
  return std::round(x);
}
double Trunc(double x) {
  return std::trunc(x);
}
double Rint(double x) {
  return std::nearbyint(x);
}

constexpr std::array kNatives = {
    Native{"floor", 0, Unary<Floor>},
    Native{"ceil", 0, Unary<Ceil>},
    Native{"sqrt", 0, Unary<Sqrt>},
    Native{"fabs", 0, Unary<Fabs>},
    Native{"abs", 0, Abs},
    Native{"round", 0, Unary<Round>},
    Native{"trunc", 0, Unary<Trunc>},
    Native{"rint", 0, Unary<Rint>},
    Native{"nearbyint", 0, Unary<Rint>},
    Native{"pow", 2, Binary<::pow>},
    Native{"atan2", 2, Binary<::atan2>},
    Native{"fmod", 2, Binary<::fmod>},
    Native{"fmin", 2, Binary<::fmin>},
    Native{"fmax", 2, Binary<::fmax>},
    Native{"fdim", 2, Binary<::fdim>},
    Native{"hypot", 2, Binary<::hypot>},
    Native{"copysign", 2, Binary<::copysign>},
    Native{"drem", 2, Binary<::remainder>},
    Native{"nextafter", 2, Binary<::nextafter>},
    Native{"nexttoward", 2, Binary<::nextafter>},
    Native{"ldexp", 2, Binary<Ldexp>},
    Native{"scalb", 2, Binary<Ldexp>},
    Native{"scalbln", 2, Binary<Ldexp>},
    Native{"fma", 3, Fma},
    Native{"exp", 0, Unary<::exp>},
    Native{"exp2", 0, Unary<::exp2>},
    Native{"exp10", 0, Unary<Pow10>},
    Native{"expm1", 0, Unary<::expm1>},
    Native{"log", 0, Unary<::log>},
    Native{"log2", 0, Unary<::log2>},
    Native{"log10", 0, Unary<::log10>},
    Native{"log1p", 0, Unary<::log1p>},
    Native{"logb", 0, Unary<::logb>},
    Native{"sin", 0, Unary<::sin>},
    Native{"cos", 0, Unary<::cos>},
    Native{"tan", 0, Unary<::tan>},
    Native{"asin", 0, Unary<::asin>},
    Native{"acos", 0, Unary<::acos>},
    Native{"atan", 0, Unary<::atan>},
    Native{"sinh", 0, Unary<::sinh>},
    Native{"cosh", 0, Unary<::cosh>},
    Native{"tanh", 0, Unary<::tanh>},
    Native{"asinh", 0, Unary<::asinh>},
    Native{"acosh", 0, Unary<::acosh>},
    Native{"atanh", 0, Unary<::atanh>},
    Native{"cbrt", 0, Unary<::cbrt>},
    Native{"gamma", 0, Unary<LogGamma>},
    Native{"lgamma", 0, Unary<LogGamma>},
    Native{"tgamma", 0, Unary<::tgamma>},
    Native{"lgamma_r", 0, LogGammaSign},
    Native{"frexp", 0, Frexp},
    Native{"modf", 0, Modf},
    Native{"significand", 0, Unary<Significand>},
    Native{"j0", 0, Unary<::j0>},
    Native{"j1", 0, Unary<::j1>},
    Native{"y0", 0, Unary<::y0>},
    Native{"y1", 0, Unary<::y1>},
};

}  // namespace

std::span<const Native> MathNatives() {
  return kNatives;
}

}  // namespace ocean::jq
