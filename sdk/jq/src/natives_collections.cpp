/// @file Arrays and objects.

#include <algorithm>
#include <array>
#include <cmath>

#include "access.hpp"
#include "arithmetic.hpp"
#include "compare.hpp"
#include "natives.hpp"
#include "text_builder.hpp"
#include "utf8.hpp"

namespace ocean::jq {
namespace {

Value Length(Machine& machine, Value&& in, Value*) {
  switch (in.kind()) {
    case Kind::kNull:
      return Value::Int(0);
    case Kind::kNumber:
      if (in.tag() == Value::Tag::kInt && in.integer() != INT64_MIN)
        return Value::Int(std::abs(in.integer()));
      return in.tag() == Value::Tag::kUnsigned ? std::move(in)
                                               : Value::Number(std::fabs(in.AsDouble()));
    case Kind::kString:
      if (!machine.StepBytes(in.str().size())) return Value::Failed();
      return Value::Int(static_cast<std::int64_t>(CountCodePoints(in.str())));
    case Kind::kArray:
      return Value::Int(static_cast<std::int64_t>(in.array().size()));
    case Kind::kObject:
      return Value::Int(static_cast<std::int64_t>(in.object().size()));
    default:
      return machine.Fail(Describe(in) + " has no length");
  }
}

Value Indexes(Machine& machine, std::size_t count) {
  ArrayBuilder keys(machine.heap());
  for (std::size_t i = 0; i < count; ++i) {
    if (!machine.Step()) return Value::Failed();
    keys.Add(Value::Int(static_cast<std::int64_t>(i)));
  }
  return keys.Finish();
}

Value Keys(Machine& machine, Value&& in, Value*) {
  if (in.IsArray()) return Indexes(machine, in.array().size());
  if (!in.IsObject()) return machine.Fail(Describe(in) + " has no keys");
  if (!machine.Step(in.object().size())) return Value::Failed();
  ArrayBuilder keys(machine.heap());
  for (const std::string* key : SortedKeys(in.object())) keys.AddString(std::string(*key));
  return keys.Finish();
}

Value KeysUnsorted(Machine& machine, Value&& in, Value*) {
  if (in.IsArray()) return Indexes(machine, in.array().size());
  if (!in.IsObject()) return machine.Fail(Describe(in) + " has no keys");
  ArrayBuilder keys(machine.heap());
  for (const auto& member : in.object()) {
    if (!machine.Step()) return Value::Failed();
    keys.AddString(std::string(member.first));
  }
  return keys.Finish();
}

Value Has(Machine& machine, Value&& in, Value* arguments) {
  const Value& key = arguments[0];
  if (in.IsNull()) return Value::Bool(false);
  if (in.IsObject() && key.IsString()) return Value::Bool(in.object().count(key.str()) > 0);
  if (in.IsArray() && key.IsNumber()) {
    const double index = std::trunc(key.AsDouble());
    return Value::Bool(index >= 0 && index < static_cast<double>(in.array().size()));
  }
  return machine.Fail("Cannot check whether " + std::string(TypeOf(in)) + " has a " +
                      (key.IsString() ? "string" : std::string(TypeOf(key))) + " key");
}

/// False, and unwinding, when the two cannot be compared or a limit is exceeded; `result` otherwise.
bool Contains(Machine& machine, const Value& whole, const Value& part, bool& result) {
  if (!machine.Step()) return false;
  if (whole.IsObject() && part.IsObject()) {
    result = true;
    for (const auto& [key, wanted] : part.object()) {
      const auto found = whole.object().find(key);
      if (found == whole.object().end()) return result = false, true;
      if (!Contains(machine, whole.Part(found->second), part.Part(wanted), result)) return false;
      if (!result) return true;
    }
    return true;
  }
  if (whole.IsArray() && part.IsArray()) {
    for (const Json& wanted : part.array()) {
      bool found = false;
      for (const Json& item : whole.array()) {
        const Value a = whole.Part(item);
        const Value b = part.Part(wanted);
        if (a.kind() != b.kind()) continue;
        if (!Contains(machine, a, b, found)) return false;
        if (found) break;
      }
      if (!found) return result = false, true;
    }
    return result = true, true;
  }
  if (whole.IsString() && part.IsString()) {
    std::size_t at = 0;
    if (!FindText(machine, whole.str(), part.str(), at)) return false;
    return result = at != std::string::npos, true;
  }
  return result = Equal(whole, part), true;
}

Value ContainsValue(Machine& machine, Value&& in, Value* arguments) {
  if (in.kind() != arguments[0].kind()) {
    return machine.Fail(Describe(in) + " and " + Describe(arguments[0]) +
                        " cannot have their containment checked");
  }
  bool result = false;
  return Contains(machine, in, arguments[0], result) ? Value::Bool(result) : Value::Failed();
}

Value Entry(Machine& machine, Value&& key, Value&& value) {
  ObjectBuilder entry(machine.heap());
  entry.Set("key", std::move(key));
  entry.Set("value", std::move(value));
  return entry.Finish();
}

Value ToEntries(Machine& machine, Value&& in, Value*) {
  if (!in.IsObject() && !in.IsArray()) return machine.Fail(Describe(in) + " has no keys");
  ArrayBuilder entries(machine.heap());
  if (in.IsArray()) {
    for (std::size_t i = 0; i < in.array().size(); ++i) {
      if (!machine.Step()) return Value::Failed();
      entries.Add(Entry(machine, Value::Int(static_cast<std::int64_t>(i)), in.Part(in.array()[i])));
    }
    return entries.Finish();
  }
  for (const auto& [key, value] : in.object()) {
    if (!machine.Step()) return Value::Failed();
    entries.Add(Entry(machine, machine.MakeString(std::string(key)), in.Part(value)));
  }
  return entries.Finish();
}

bool FlattenInto(Machine& machine, const Value& array, double depth, ArrayBuilder& out) {
  for (const Json& item : array.array()) {
    if (!machine.Step()) return false;
    Value part = array.Part(item);
    if (part.IsArray() && depth != 0) {
      if (!FlattenInto(machine, part, depth - 1, out)) return false;
    } else {
      out.Add(std::move(part));
    }
  }
  return true;
}

Value FlattenTo(Machine& machine, const Value& in, double depth) {
  if (!in.IsArray() && !in.IsObject()) return machine.Fail("Cannot iterate over " + Describe(in));
  ArrayBuilder out(machine.heap());
  if (in.IsArray()) return FlattenInto(machine, in, depth, out) ? out.Finish() : Value::Failed();
  for (const auto& member : in.object()) {
    if (!machine.Step()) return Value::Failed();
    Value part = in.Part(member.second);
    if (!part.IsArray() || depth == 0) {
      out.Add(std::move(part));
    } else if (!FlattenInto(machine, part, depth - 1, out)) {
      return Value::Failed();
    }
  }
  return out.Finish();
}

Value Flatten(Machine& machine, Value&& in, Value*) {
  return FlattenTo(machine, in, -1);
}

Value FlattenDepth(Machine& machine, Value&& in, Value* arguments) {
  if (Compare(arguments[0], Value::Int(0)) < 0)
    return machine.Fail("flatten depth must not be negative");
  if (arguments[0].IsNumber()) return FlattenTo(machine, in, arguments[0].AsDouble());
  // A depth is counted down only where arrays nest.
  Value flat = FlattenTo(machine, in, 0);
  const auto nests = [](const Json& item) { return item.is_array(); };
  if (flat.failed() || std::none_of(flat.array().begin(), flat.array().end(), nests)) return flat;
  return Calculate(machine, Arithmetic::kSubtract, std::move(arguments[0]), Value::Int(1));
}

Value Reverse(Machine& machine, Value&& in, Value*) {
  if (in.IsString()) {
    const std::string& text = in.str();
    if (!machine.Room(text.size())) return Value::Failed();
    std::string reversed;
    for (std::size_t end = text.size(); end > 0;) {
      std::size_t begin = end - 1;
      while (begin > 0 && IsContinuationByte(text[begin])) --begin;
      reversed.append(text, begin, end - begin);
      end = begin;
    }
    return machine.MakeString(std::move(reversed));
  }
  ArrayBuilder out(machine.heap());
  if (!in.IsArray()) {
    const Value length = Length(machine, Value(in), nullptr);
    if (length.failed()) return length;
    return Compare(length, Value::Int(0)) == 0 ? out.Finish()
                                               : GetMember(machine, in, Value::Int(0));
  }
  for (auto item = in.array().rbegin(); item != in.array().rend(); ++item) {
    if (!machine.Step()) return Value::Failed();
    out.Add(in.Part(*item));
  }
  return out.Finish();
}

// Whatever has a length may be a row, as long as it is not looked into.
Value Transpose(Machine& machine, Value&& in, Value*) {
  const Value rows = in.IsArray() ? std::move(in) : FlattenTo(machine, in, 0);
  if (rows.failed()) return rows;
  double width = 0;
  for (const Json& row : rows.array()) {
    const Value length = Length(machine, rows.Part(row), nullptr);
    if (length.failed()) return length;
    width = std::max(width, length.AsDouble());
  }
  ArrayBuilder columns(machine.heap());
  for (std::int64_t i = 0; static_cast<double>(i) < width; ++i) {
    ArrayBuilder column(machine.heap());
    if (!machine.Step(rows.array().size())) return Value::Failed();
    for (const Json& row : rows.array()) {
      Value cell = GetMember(machine, rows.Part(row), Value::Int(i));
      if (cell.failed()) return cell;
      column.Add(std::move(cell));
    }
    columns.Add(column.Finish());
  }
  return columns.Finish();
}

Value BinarySearch(Machine& machine, Value&& in, Value* arguments) {
  if (!in.IsArray()) return machine.Fail(Describe(in) + " cannot be searched from");
  const Value& wanted = arguments[0];
  const auto& items = in.array();
  // Of equal elements, the one that halving comes by first.
  std::size_t first = 0;
  std::size_t end = items.size();
  while (first < end) {
    const std::size_t middle = first + (end - first) / 2;
    std::uint64_t work = 0;
    const int order = Compare(wanted, in.Part(items[middle]), work);
    if (!machine.Step(work)) return Value::Failed();
    if (order == 0) return Value::Int(static_cast<std::int64_t>(middle));
    if (order < 0) {
      end = middle;
    } else {
      first = middle + 1;
    }
  }
  return Value::Int(-1 - static_cast<std::int64_t>(first));
}

Value SetAtPath(Machine& machine, Value&& in, Value* arguments) {
  Path path;
  if (!ToPath(machine, arguments[0], path)) return Value::Failed();
  return SetPath(machine, std::move(in), path, std::move(arguments[1]));
}

Value DeleteAtPaths(Machine& machine, Value&& in, Value* arguments) {
  if (!arguments[0].IsArray()) return machine.Fail("Paths must be specified as an array");
  std::vector<Path> paths;
  for (const Json& item : arguments[0].array()) {
    const Value keys = arguments[0].Part(item);
    if (!keys.IsArray())
      return machine.Fail("Path must be specified as array, not " + std::string(TypeOf(keys)));
    ToPath(machine, keys, paths.emplace_back());
  }
  return DeletePaths(machine, std::move(in), std::move(paths));
}

Value Join(Machine& machine, Value&& in, Value* arguments) {
  if (!in.IsArray() && !in.IsObject()) return machine.Fail("Cannot iterate over " + Describe(in));
  Value joined;
  const auto append = [&](const Json& json) {
    Value item = in.Part(json);
    if (!machine.Step()) return false;
    if (item.kind() == Kind::kNumber || item.tag() == Value::Tag::kBool)
      item = PlainText(machine, std::move(item));
    if (item.IsNull()) item = machine.MakeString("");
    joined = joined.Has() ? Add(machine, std::move(joined), arguments[0]) : machine.MakeString("");
    if (!joined.failed()) joined = Add(machine, std::move(joined), std::move(item));
    return !joined.failed();
  };
  if (in.IsArray()) {
    for (const Json& item : in.array()) {
      if (!append(item)) return Value::Failed();
    }
  } else {
    for (const auto& member : in.object()) {
      if (!append(member.second)) return Value::Failed();
    }
  }
  return joined.Has() ? std::move(joined) : machine.MakeString("");
}

constexpr std::array kNatives = {
    Native{"length", 0, Length},
    Native{"keys", 0, Keys},
    Native{"keys_unsorted", 0, KeysUnsorted},
    Native{"has", 1, Has},
    Native{"contains", 1, ContainsValue},
    Native{"to_entries", 0, ToEntries},
    Native{"flatten", 0, Flatten},
    Native{"flatten", 1, FlattenDepth},
    Native{"reverse", 0, Reverse},
    Native{"transpose", 0, Transpose},
    Native{"bsearch", 1, BinarySearch},
    Native{"setpath", 2, SetAtPath},
    Native{"delpaths", 1, DeleteAtPaths},
    Native{"join", 1, Join},
};

}  // namespace

std::span<const Native> CollectionNatives() {
  return kNatives;
}

}  // namespace ocean::jq
