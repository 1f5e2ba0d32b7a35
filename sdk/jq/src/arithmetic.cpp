#include "arithmetic.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "access.hpp"
#include "compare.hpp"
#include "utf8.hpp"

namespace ocean::jq {
namespace {

/// How much of a text is searched between looks at the clock, at least, and what of it is the work of a step.
constexpr std::size_t kSearchWindow = std::size_t{1} << 20;
constexpr std::size_t kSearchedBytesPerStep = 64;

Value Mismatch(Machine& machine, const Value& left, const Value& right, const char* what) {
  return machine.Fail(Describe(left) + " and " + Describe(right) + " cannot be " + what);
}

Value AddStrings(Machine& machine, Value left, const Value& right) {
  if (!machine.Room(left.str().size() + right.str().size())) return Value::Failed();
  // Both may be the same string.
  const std::size_t added = right.str().size();
  left.Writable(machine.heap()).get_ref<std::string&>() += right.str();
  left.Grown({added, 0});
  return left;
}

Value AddArrays(Machine& machine, Value left, const Value& right) {
  if (!machine.Step(right.array().size())) return Value::Failed();
  const Value kept = right;
  auto& items = left.Writable(machine.heap()).get_ref<Json::array_t&>();
  Measure growth{0, 1};
  items.reserve(std::max(items.capacity(), items.size() + kept.array().size() <= items.capacity()
                                               ? items.capacity()
                                               : 2 * items.size() + kept.array().size()));
  for (const Json& item : kept.array()) {
    Measure child{kSlotBytes, 0};
    items.push_back(CopyJson(item, child));
    growth.Include(child);
  }
  left.Grown(growth);
  return left;
}

Value AddObjects(Machine& machine, Value left, const Value& right) {
  if (!machine.Step(right.object().size())) return Value::Failed();
  const Value kept = right;
  auto& members = left.Writable(machine.heap()).get_ref<Json::object_t&>();
  Measure growth{0, 1};
  for (const auto& [key, value] : kept.object()) {
    Measure child{0, 0};
    Json copy = CopyJson(value, child);
    const auto [place, inserted] = members.emplace(key, Json());
    if (inserted) child.bytes += kMemberBytes + StringBytes(key.size());
    place->second = std::move(copy);
    growth.Include(child);
  }
  left.Grown(growth);
  return left;
}

Value Subtract(Machine& machine, Value left, const Value& right) {
  if (left.IsNumber() && right.IsNumber()) return Value::Number(left.AsDouble() - right.AsDouble());
  if (!left.IsArray() || !right.IsArray()) return Mismatch(machine, left, right, "subtracted");
  ArrayBuilder rest(machine.heap());
  for (const Json& item : left.array()) {
    if (!machine.Step(right.array().size() + 1)) return Value::Failed();
    const auto is_equal = [&](const Json& other) { return Compare(item, other) == 0; };
    if (std::none_of(right.array().begin(), right.array().end(), is_equal))
      rest.Add(left.Part(item));
  }
  return rest.Finish();
}

Value Repeat(Machine& machine, const Value& text, double times) {
  if (std::isnan(times) || times < 0) return Value::Null();
  const std::string& piece = text.str();
  const double whole = std::floor(times);
  if (whole * static_cast<double>(piece.size()) >= std::numeric_limits<std::int32_t>::max()) {
    return machine.Fail("Repeat string result too long");
  }
  const std::size_t count = piece.empty() ? 0 : static_cast<std::size_t>(whole);
  if (!machine.Room(count * piece.size())) return Value::Failed();
  std::string repeated;
  repeated.reserve(count * piece.size());
  for (std::size_t i = 0; i < count; ++i) repeated += piece;
  return machine.MakeString(std::move(repeated));
}

/// Merges `from` into `into`, objects within objects too; false when a limit is exceeded.
bool MergeInto(Machine& machine, Json& into, const Json& from, Measure& growth) {
  auto& members = into.get_ref<Json::object_t&>();
  for (const auto& [key, value] : from.get_ref<const Json::object_t&>()) {
    if (!machine.Step()) return false;
    Measure child{0, 0};
    const auto [place, inserted] = members.emplace(key, Json());
    if (inserted) child.bytes += kMemberBytes + StringBytes(key.size());
    if (place->second.is_object() && value.is_object()) {
      if (!MergeInto(machine, place->second, value, child)) return false;
    } else {
      place->second = CopyJson(value, child);
    }
    growth.Include(child);
  }
  return true;
}

Value Multiply(Machine& machine, Value left, Value right) {
  if (left.IsNumber() && right.IsNumber()) return Value::Number(left.AsDouble() * right.AsDouble());
  if (left.IsString() && right.IsNumber()) return Repeat(machine, left, right.AsDouble());
  if (left.IsNumber() && right.IsString()) return Repeat(machine, right, left.AsDouble());
  if (!left.IsObject() || !right.IsObject()) return Mismatch(machine, left, right, "multiplied");
  Measure growth{0, 1};
  if (!MergeInto(machine, left.Writable(machine.heap()), right.json(), growth))
    return Value::Failed();
  left.Grown(growth);
  return left;
}

Value Divide(Machine& machine, const Value& left, const Value& right) {
  if (left.IsString() && right.IsString()) return SplitText(machine, left.str(), right.str());
  if (!left.IsNumber() || !right.IsNumber()) return Mismatch(machine, left, right, "divided");
  if (right.AsDouble() == 0)
    return Mismatch(machine, left, right, "divided because the divisor is zero");
  return Value::Number(left.AsDouble() / right.AsDouble());
}

std::int64_t ToWhole(double number) {
  constexpr double kLimit = 9223372036854775807.0;
  if (number >= kLimit) return std::numeric_limits<std::int64_t>::max();
  if (number <= -kLimit) return std::numeric_limits<std::int64_t>::min();
  return static_cast<std::int64_t>(number);
}

Value Modulo(Machine& machine, const Value& left, const Value& right) {
  if (!left.IsNumber() || !right.IsNumber())
    return Mismatch(machine, left, right, "divided (remainder)");
  const double a = left.AsDouble();
  const double b = right.AsDouble();
  if (std::isnan(a) || std::isnan(b)) return Value::Number(std::nan(""));
  const std::int64_t divisor = ToWhole(b);
  if (divisor == 0)
    return Mismatch(machine, left, right, "divided (remainder) because the divisor is zero");
  // The smallest integer divided by -1 has no result of its type.
  return Value::Number(divisor == -1 ? 0.0 : static_cast<double>(ToWhole(a) % divisor));
}

bool Holds(Arithmetic op, int order) {
  switch (op) {
    case Arithmetic::kEqual:
      return order == 0;
    case Arithmetic::kNotEqual:
      return order != 0;
    case Arithmetic::kLess:
      return order < 0;
    case Arithmetic::kLessEqual:
      return order <= 0;
    case Arithmetic::kGreater:
      return order > 0;
    default:
      return order >= 0;
  }
}

Value Relate(Machine& machine, Arithmetic op, const Value& left, const Value& right) {
  std::uint64_t work = 0;
  const int order = Compare(left, right, work);
  return machine.Step(work) ? Value::Bool(Holds(op, order)) : Value::Failed();
}

}  // namespace

Value Add(Machine& machine, Value left, Value right) {
  if (left.IsNull()) return right;
  if (right.IsNull()) return left;
  if (left.IsNumber() && right.IsNumber()) return Value::Number(left.AsDouble() + right.AsDouble());
  if (left.IsString() && right.IsString()) return AddStrings(machine, std::move(left), right);
  if (left.IsArray() && right.IsArray()) return AddArrays(machine, std::move(left), right);
  if (left.IsObject() && right.IsObject()) return AddObjects(machine, std::move(left), right);
  return Mismatch(machine, left, right, "added");
}

Value Negate(Machine& machine, Value value) {
  if (!value.IsNumber()) return machine.Fail(Describe(value) + " cannot be negated");
  constexpr auto kSmallest = std::numeric_limits<std::int64_t>::min();
  if (value.tag() == Value::Tag::kInt && value.integer() != kSmallest) {
    return Value::Int(-value.integer());
  }
  constexpr std::uint64_t kBeyond = std::uint64_t{1} << 63;
  if (value.tag() == Value::Tag::kUnsigned && value.natural() == kBeyond)
    return Value::Int(kSmallest);
  return Value::Number(-value.AsDouble());
}

bool FindText(Machine& machine, std::string_view text, std::string_view part, std::size_t& at) {
  const std::size_t window = std::max(kSearchWindow, part.size());
  while (at + part.size() <= text.size()) {
    const std::string_view here = text.substr(at, window + part.size());
    const void* found = memmem(here.data(), here.size(), part.data(), part.size());
    const std::size_t passed =
        found == nullptr ? here.size()
                         : static_cast<std::size_t>(static_cast<const char*>(found) - here.data());
    if (!machine.Step((passed + part.size()) / kSearchedBytesPerStep)) return false;
    if (found != nullptr) return at += passed, true;
    at += window;
  }
  at = std::string::npos;
  return true;
}

Value SplitText(Machine& machine, const std::string& text, const std::string& separator) {
  ArrayBuilder pieces(machine.heap());
  std::size_t at = 0;
  while (at < text.size()) {
    if (!machine.Step()) return Value::Failed();
    std::size_t end = at;
    if (separator.empty()) {
      end += ByteOffset(std::string_view(text).substr(at, 4), 1);
    } else if (!FindText(machine, text, separator, end)) {
      return Value::Failed();
    }
    if (end == std::string::npos) end = text.size();
    pieces.AddString(text.substr(at, end - at));
    at = end + separator.size();
    if (end < text.size() && at == text.size() && !separator.empty()) pieces.AddString("");
  }
  return pieces.Finish();
}

Value Calculate(Machine& machine, Arithmetic op, Value left, Value right) {
  switch (op) {
    case Arithmetic::kAdd:
      return Add(machine, std::move(left), std::move(right));
    case Arithmetic::kSubtract:
      return Subtract(machine, std::move(left), right);
    case Arithmetic::kMultiply:
      return Multiply(machine, std::move(left), std::move(right));
    case Arithmetic::kDivide:
      return Divide(machine, left, right);
    case Arithmetic::kModulo:
      return Modulo(machine, left, right);
    default:
      return Relate(machine, op, left, right);
  }
}

}  // namespace ocean::jq
