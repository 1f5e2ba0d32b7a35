/// @file Strings.

#include <algorithm>
#include <array>
#include <cmath>

#include "access.hpp"
#include "arithmetic.hpp"
#include "natives.hpp"
#include "utf8.hpp"

namespace ocean::jq {
namespace {

Value Explode(Machine& machine, Value&& in, Value*) {
  if (!in.IsString()) return machine.Fail("explode input must be a string");
  ArrayBuilder points(machine.heap());
  for (std::size_t at = 0; at < in.str().size();) {
    if (!machine.Step()) return Value::Failed();
    points.Add(Value::Int(NextCodePoint(in.str(), at)));
  }
  return points.Finish();
}

Value Implode(Machine& machine, Value&& in, Value*) {
  if (!in.IsArray()) return machine.Fail("implode input must be an array");
  std::string text;
  for (const Json& item : in.array()) {
    const Value point = in.Part(item);
    if (!point.IsNumber() || std::isnan(point.AsDouble())) {
      return machine.Fail(Describe(point) +
                          " can't be imploded, unicode codepoint needs to be numeric");
    }
    const double number = point.AsDouble();
    AppendCodePoint(text, number >= 0 && number <= 0x10FFFF ? static_cast<std::uint32_t>(number)
                                                            : kReplacement);
  }
  return machine.MakeString(std::move(text));
}

bool BothStrings(const Value& a, const Value& b) {
  return a.IsString() && b.IsString();
}

Value StartsWith(Machine& machine, Value&& in, Value* arguments) {
  if (!BothStrings(in, arguments[0])) return machine.Fail("startswith() requires string inputs");
  if (!machine.StepBytes(arguments[0].str().size())) return Value::Failed();
  return Value::Bool(in.str().starts_with(arguments[0].str()));
}

Value EndsWith(Machine& machine, Value&& in, Value* arguments) {
  if (!BothStrings(in, arguments[0])) return machine.Fail("endswith() requires string inputs");
  if (!machine.StepBytes(arguments[0].str().size())) return Value::Failed();
  return Value::Bool(in.str().ends_with(arguments[0].str()));
}

Value TrimStart(Machine& machine, Value&& in, Value* arguments) {
  if (!BothStrings(in, arguments[0])) return machine.Fail("startswith() requires string inputs");
  if (!machine.StepBytes(arguments[0].str().size())) return Value::Failed();
  if (!in.str().starts_with(arguments[0].str())) return std::move(in);
  return machine.MakeString(in.str().substr(arguments[0].str().size()));
}

Value TrimEnd(Machine& machine, Value&& in, Value* arguments) {
  if (!BothStrings(in, arguments[0])) return machine.Fail("endswith() requires string inputs");
  if (!machine.StepBytes(arguments[0].str().size())) return Value::Failed();
  if (!in.str().ends_with(arguments[0].str())) return std::move(in);
  return machine.MakeString(in.str().substr(0, in.str().size() - arguments[0].str().size()));
}

Value TrimBoth(Machine& machine, Value&& in, Value* arguments) {
  Value rest = TrimStart(machine, std::move(in), arguments);
  return rest.failed() ? std::move(rest) : TrimEnd(machine, std::move(rest), arguments);
}

bool IsWhite(std::uint32_t c) {
  return (c >= 9 && c <= 13) || c == 32 || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}

Value TrimWhite(Machine& machine, const Value& in, bool left, bool right) {
  if (!in.IsString()) return machine.Fail("trim input must be a string");
  if (!machine.StepBytes(in.str().size())) return Value::Failed();
  std::string_view text = in.str();
  while (left && !text.empty()) {
    std::size_t next = 0;
    if (!IsWhite(NextCodePoint(text, next))) break;
    text.remove_prefix(next);
  }
  while (right && !text.empty()) {
    std::size_t last = text.size() - 1;
    while (last > 0 && IsContinuationByte(text[last])) --last;
    std::size_t at = last;
    if (!IsWhite(NextCodePoint(text, at))) break;
    text = text.substr(0, last);
  }
  return text.size() == in.str().size() ? in : machine.MakeString(std::string(text));
}

Value Trim(Machine& machine, Value&& in, Value*) {
  return TrimWhite(machine, in, true, true);
}
Value LeftTrim(Machine& machine, Value&& in, Value*) {
  return TrimWhite(machine, in, true, false);
}
Value RightTrim(Machine& machine, Value&& in, Value*) {
  return TrimWhite(machine, in, false, true);
}

template <char First, char Last, int Shift>
Value ShiftCase(Machine& machine, Value&& in, Value*) {
  if (!in.IsString()) return machine.Fail("explode input must be a string");
  if (!machine.Room(in.str().size())) return Value::Failed();
  std::string text = in.str();
  for (char& c : text) {
    if (c >= First && c <= Last) c = static_cast<char>(c + Shift);
  }
  return machine.MakeString(std::move(text));
}

Value ByteLength(Machine& machine, Value&& in, Value*) {
  if (!in.IsString()) return machine.Fail(Describe(in) + " only strings have UTF-8 byte length");
  return Value::Int(static_cast<std::int64_t>(in.str().size()));
}

Value Split(Machine& machine, Value&& in, Value* arguments) {
  if (!BothStrings(in, arguments[0]))
    return machine.Fail("split input and separator must be strings");
  return SplitText(machine, in.str(), arguments[0].str());
}

/// The places, in code points, at which `part` occurs in `text`, overlapping ones too.
Value PlacesInString(Machine& machine, const std::string& text, const std::string& part) {
  ArrayBuilder places(machine.heap());
  std::size_t counted = 0;
  std::int64_t index = 0;
  for (std::size_t at = 0; !part.empty(); ++at) {
    if (!machine.Step() || !FindText(machine, text, part, at)) return Value::Failed();
    if (at == std::string::npos) break;
    index += static_cast<std::int64_t>(
        CountCodePoints(std::string_view(text).substr(counted, at - counted)));
    counted = at;
    places.Add(Value::Int(index));
  }
  return places.Finish();
}

/// All places of the argument in the input; null where there can be none.
Value Indices(Machine& machine, Value&& in, Value* arguments) {
  const Value& part = arguments[0];
  if (BothStrings(in, part)) {
    return PlacesInString(machine, in.str(), part.str());
  }
  if (in.IsArray() && !part.IsArray()) {
    ArrayBuilder single(machine.heap());
    single.Add(Value(part));
    return GetMember(machine, in, single.Finish());
  }
  return GetMember(machine, in, part);
}

template <bool Last>
Value Index(Machine& machine, Value&& in, Value* arguments) {
  const Value places = Indices(machine, std::move(in), arguments);
  if (!places.IsArray()) return places;
  if (places.array().empty()) return Value::Null();
  return places.Part(Last ? places.array().back() : places.array().front());
}

constexpr std::array kNatives = {
    Native{"explode", 0, Explode},
    Native{"implode", 0, Implode},
    Native{"startswith", 1, StartsWith},
    Native{"endswith", 1, EndsWith},
    Native{"ltrimstr", 1, TrimStart},
    Native{"rtrimstr", 1, TrimEnd},
    Native{"trimstr", 1, TrimBoth},
    Native{"trim", 0, Trim},
    Native{"ltrim", 0, LeftTrim},
    Native{"rtrim", 0, RightTrim},
    Native{"ascii_downcase", 0, ShiftCase<'A', 'Z', 32>},
    Native{"ascii_upcase", 0, ShiftCase<'a', 'z', -32>},
    Native{"utf8bytelength", 0, ByteLength},
    Native{"split", 1, Split},
    Native{"indices", 1, Indices},
    Native{"_indices", 1, Indices},
    Native{"index", 1, Index<false>},
    Native{"rindex", 1, Index<true>},
};

}  // namespace

std::span<const Native> StringNatives() {
  return kNatives;
}

}  // namespace ocean::jq
