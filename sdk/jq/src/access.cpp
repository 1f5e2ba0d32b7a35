#include "access.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "compare.hpp"
#include "json_text.hpp"
#include "utf8.hpp"

namespace ocean::jq {
namespace {

/// jq refuses longer arrays.
constexpr std::int64_t kMaxIndex = 536870900;

/// Longer keys are not told.
constexpr std::size_t kNamedKeyBytes = 30;

Value CannotIndex(Machine& machine, std::string_view target_type, const Value& key) {
  std::string with(TypeOf(key));
  if (key.IsString() && key.str().size() < kNamedKeyBytes) with += " \"" + key.str() + "\"";
  return machine.Fail("Cannot index " + std::string(target_type) + " with " + with);
}

std::int64_t ToIndex(double number) {
  constexpr double kLimit = std::numeric_limits<std::int32_t>::max();
  return static_cast<std::int64_t>(std::clamp(number, -kLimit, kLimit));
}

struct Bounds {
  std::size_t from = 0;
  std::size_t to = 0;
};

/// The bounds of a slice of something that long; false after failing.
bool ToBounds(Machine& machine, const Value& from, const Value& to, std::size_t size,
              Bounds& bounds) {
  for (const Value* bound : {&from, &to}) {
    if (bound->IsNumber() || bound->IsNull()) continue;
    machine.Fail("Array/string slice indices must be integers");
    return false;
  }
  const auto length = static_cast<double>(size);
  const auto clamp = [&](double at) { return std::clamp(at < 0 ? at + length : at, 0.0, length); };
  double first = from.IsNull() ? 0 : from.AsDouble();
  double last = to.IsNull() ? length : to.AsDouble();
  first = std::isnan(first) ? 0 : clamp(first);
  last = std::isnan(last) ? length : clamp(last);
  bounds.from = static_cast<std::size_t>(first);
  bounds.to = std::max(bounds.from, std::min(size, static_cast<std::size_t>(std::ceil(last))));
  return true;
}

/// What lacks a bound is no slice: false is refused as one.
Value Bound(const Value& slice, const char* name) {
  const auto found = slice.object().find(name);
  return found == slice.object().end() ? Value::Bool(false) : slice.Part(found->second);
}

Value SliceOfArray(Machine& machine, const Value& target, const Bounds& bounds) {
  ArrayBuilder builder(machine.heap());
  builder.Reserve(bounds.to - bounds.from);
  for (std::size_t i = bounds.from; i < bounds.to; ++i) {
    if (!machine.Step()) return Value::Failed();
    builder.Add(target.Part(target.array()[i]));
  }
  return builder.Finish();
}

Value SliceOfString(Machine& machine, const Value& target, const Value& from, const Value& to) {
  const std::string& text = target.str();
  if (!machine.StepBytes(text.size())) return Value::Failed();
  Bounds bounds;
  if (!ToBounds(machine, from, to, CountCodePoints(text), bounds)) return Value::Failed();
  const std::size_t start = ByteOffset(text, bounds.from);
  const std::string_view rest = std::string_view(text).substr(start);
  return machine.MakeString(std::string(rest.substr(0, ByteOffset(rest, bounds.to - bounds.from))));
}

/// The places at which `part` occurs in `whole`.
Value IndexesOf(Machine& machine, const Value& whole, const Value& part) {
  ArrayBuilder places(machine.heap());
  const auto& items = whole.array();
  const auto& wanted = part.array();
  for (std::size_t i = 0; !wanted.empty() && i + wanted.size() <= items.size(); ++i) {
    if (!machine.Step(wanted.size())) return Value::Failed();
    const auto is_equal = [](const Json& a, const Json& b) { return Compare(a, b) == 0; };
    if (std::equal(wanted.begin(), wanted.end(), items.begin() + static_cast<std::ptrdiff_t>(i),
                   is_equal)) {
      places.Add(Value::Int(static_cast<std::int64_t>(i)));
    }
  }
  return places.Finish();
}

Value GetElement(const Value& target, double number) {
  if (std::isnan(number)) return Value::Null();
  std::int64_t index = ToIndex(number);
  const auto size = static_cast<std::int64_t>(target.array().size());
  if (index < 0) index += size;
  if (index < 0 || index >= size) return Value::Null();
  return target.Part(target.array()[static_cast<std::size_t>(index)]);
}

/// What a change of a tree costs in bytes.
struct Growth {
  std::size_t added = 0;
  std::size_t removed = 0;
};

Json* ElementPlace(Machine& machine, Json& target, double number, Growth& growth) {
  if (target.is_null()) target = Json::array();
  auto& items = target.get_ref<Json::array_t&>();
  if (std::isnan(number)) return machine.Fail("Cannot set array element at NaN index"), nullptr;
  std::int64_t index = ToIndex(number);
  if (index < 0) index += static_cast<std::int64_t>(items.size());
  if (index < 0) return machine.Fail("Out of bounds negative array index"), nullptr;
  if (index > kMaxIndex) return machine.Fail("Array index too large"), nullptr;
  const auto wanted = static_cast<std::size_t>(index) + 1;
  if (wanted > items.size()) {
    const std::size_t bytes = (wanted - items.size()) * kSlotBytes;
    if (!machine.Room(bytes)) return nullptr;
    growth.added += bytes;
    items.resize(wanted);
  }
  return &items[wanted - 1];
}

/// Where the member `key` of `target` is to be written: made when it is not there. Null after failing.
Json* PlaceFor(Machine& machine, Json& target, const Value& key, Growth& growth) {
  if (key.IsString() && (target.is_object() || target.is_null())) {
    if (target.is_null()) target = Json::object();
    auto& members = target.get_ref<Json::object_t&>();
    const auto [place, inserted] = members.emplace(key.str(), Json());
    if (inserted) growth.added += kMemberBytes + StringBytes(key.str().size());
    return &place->second;
  }
  if (key.IsNumber() && (target.is_array() || target.is_null())) {
    return ElementPlace(machine, target, key.AsDouble(), growth);
  }
  if (key.IsArray() && target.is_array()) {
    return machine.Fail("Cannot update field at array index of array"), nullptr;
  }
  CannotIndex(machine, TypeOf(Value::Borrow(target)), key);
  return nullptr;
}

bool SetIn(Machine& machine, Json& root, const Path& path, std::size_t at, Json&& value,
           Growth& growth);

/// Says why a slice of a text cannot be set: where the path goes on, it is what comes next that cannot be.
void RefuseTextSlice(Machine& machine, const Path& path, std::size_t at) {
  Bounds bounds;
  if (!ToBounds(machine, Bound(path[at], "start"), Bound(path[at], "end"), 0, bounds)) return;
  if (at + 1 == path.size()) {
    machine.Fail("Cannot update string slices");
  } else if (path[at + 1].IsObject()) {
    RefuseTextSlice(machine, path, at + 1);
  } else {
    CannotIndex(machine, "string", path[at + 1]);
  }
}

bool SetSlice(Machine& machine, Json& target, const Path& path, std::size_t at, Json&& value,
              Growth& growth) {
  const Value& key = path[at];
  if (target.is_string()) return RefuseTextSlice(machine, path, at), false;
  if (!target.is_array() && !target.is_null()) {
    return CannotIndex(machine, TypeOf(Value::Borrow(target)), key), false;
  }
  if (target.is_null()) target = Json::array();
  auto& items = target.get_ref<Json::array_t&>();
  Bounds bounds;
  if (!ToBounds(machine, Bound(key, "start"), Bound(key, "end"), items.size(), bounds))
    return false;
  const auto from = items.begin() + static_cast<std::ptrdiff_t>(bounds.from);
  const auto to = items.begin() + static_cast<std::ptrdiff_t>(bounds.to);
  Json part(Json::array_t(std::make_move_iterator(from), std::make_move_iterator(to)));
  if (at + 1 == path.size()) {
    part = std::move(value);
  } else if (!SetIn(machine, part, path, at + 1, std::move(value), growth)) {
    return false;
  }
  if (!part.is_array())
    return machine.Fail("A slice of an array can only be assigned another array"), false;
  auto& fresh = part.get_ref<Json::array_t&>();
  growth.added += fresh.size() * kSlotBytes;
  const auto gap = items.erase(from, to);
  items.insert(gap, std::make_move_iterator(fresh.begin()), std::make_move_iterator(fresh.end()));
  return true;
}

bool SetIn(Machine& machine, Json& root, const Path& path, std::size_t at, Json&& value,
           Growth& growth) {
  Json* place = &root;
  for (; at < path.size(); ++at) {
    if (path[at].IsObject()) return SetSlice(machine, *place, path, at, std::move(value), growth);
    place = PlaceFor(machine, *place, path[at], growth);
    if (place == nullptr) return false;
  }
  growth.removed += MeasureJson(*place).bytes;
  *place = std::move(value);
  return true;
}

/// What lies at `path`, null when nothing does or a slice is on the way.
Json* FindPlace(Json& root, const Path& path) {
  Json* place = &root;
  for (const Value& key : path) {
    if (key.IsString() && place->is_object()) {
      auto& members = place->get_ref<Json::object_t&>();
      const auto found = members.find(key.str());
      if (found == members.end()) return nullptr;
      place = &found->second;
    } else if (key.tag() == Value::Tag::kInt && key.integer() >= 0 && place->is_array()) {
      auto& items = place->get_ref<Json::array_t&>();
      if (static_cast<std::size_t>(key.integer()) >= items.size()) return nullptr;
      place = &items[static_cast<std::size_t>(key.integer())];
    } else {
      return nullptr;
    }
  }
  return place;
}

bool DeleteElements(Machine& machine, Json::array_t& items, const std::vector<Value>& keys) {
  std::vector<bool> doomed(items.size());
  const auto size = static_cast<std::int64_t>(items.size());
  for (const Value& key : keys) {
    Bounds bounds;
    if (key.IsObject()) {
      if (!ToBounds(machine, Bound(key, "start"), Bound(key, "end"), items.size(), bounds))
        return false;
    } else if (key.IsNumber()) {
      const double number = key.AsDouble();
      std::int64_t index = std::isnan(number) ? size : ToIndex(number);
      if (index < 0) index += size;
      if (index < 0 || index >= size) continue;
      bounds = {static_cast<std::size_t>(index), static_cast<std::size_t>(index) + 1};
    } else {
      return machine.Fail("Cannot delete " + std::string(TypeOf(key)) + " element of array"), false;
    }
    for (std::size_t i = bounds.from; i < bounds.to; ++i) doomed[i] = true;
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (doomed[i]) continue;
    if (kept != i) items[kept] = std::move(items[i]);
    ++kept;
  }
  items.resize(kept);
  return true;
}

bool DeleteMembers(Machine& machine, Json::object_t& members, const std::vector<Value>& keys) {
  for (const Value& key : keys) {
    if (key.IsString()) continue;
    return machine.Fail("Cannot delete " + std::string(TypeOf(key)) + " field of object"), false;
  }
  if (keys.size() == 1) return members.erase(keys[0].str()), true;
  Json::object_t kept;
  kept.reserve(members.size());
  const auto is_doomed = [&](const std::string& name) {
    return std::any_of(keys.begin(), keys.end(),
                       [&](const Value& key) { return key.str() == name; });
  };
  for (auto& [name, value] : members) {
    if (!machine.Step(keys.size())) return false;
    if (!is_doomed(name)) kept.emplace(name, std::move(value));
  }
  members.swap(kept);
  return true;
}

bool DeleteKeys(Machine& machine, Json& target, const std::vector<Value>& keys) {
  if (target.is_null() || keys.empty()) return true;
  if (target.is_array()) return DeleteElements(machine, target.get_ref<Json::array_t&>(), keys);
  if (target.is_object()) return DeleteMembers(machine, target.get_ref<Json::object_t&>(), keys);
  const std::string type(TypeOf(Value::Borrow(target)));
  return machine.Fail("Cannot delete fields from " + type), false;
}

using PathIterator = std::vector<Path>::const_iterator;

bool DeleteSorted(Machine& machine, Json& target, PathIterator first, PathIterator last,
                  std::size_t level);

/// Deletes below `key`; slices are taken out and put back.
bool DeleteBelow(Machine& machine, Json& target, const Value& key, PathIterator first,
                 PathIterator last, std::size_t level) {
  const Path step{key};
  if (Json* place = FindPlace(target, step)) {
    return place->is_null() || DeleteSorted(machine, *place, first, last, level + 1);
  }
  const Value part = GetMember(machine, Value::Borrow(target), key);
  if (part.failed()) return false;
  if (part.IsNull()) return true;
  Measure ignored;
  Json rest = Value(part).Take(ignored);
  if (!DeleteSorted(machine, rest, first, last, level + 1)) return false;
  Growth growth;
  return SetIn(machine, target, step, 0, std::move(rest), growth);
}

bool DeleteSorted(Machine& machine, Json& target, PathIterator first, PathIterator last,
                  std::size_t level) {
  std::vector<Value> whole;
  while (first != last) {
    const Value& key = (*first)[level];
    const auto end =
        std::find_if(first, last, [&](const Path& path) { return !Equal(path[level], key); });
    if (!machine.Step(static_cast<std::uint64_t>(end - first))) return false;
    if (first->size() == level + 1) {
      whole.push_back(key);
    } else if (!DeleteBelow(machine, target, key, first, end, level)) {
      return false;
    }
    first = end;
  }
  return DeleteKeys(machine, target, whole);
}

bool IsLess(const Path& a, const Path& b) {
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    if (const int order = Compare(a[i], b[i])) return order < 0;
  }
  return a.size() < b.size();
}

}  // namespace

Value GetMember(Machine& machine, const Value& target, const Value& key) {
  if (target.IsObject() && key.IsString()) {
    const auto found = target.object().find(key.str());
    return found == target.object().end() ? Value::Null() : target.Part(found->second);
  }
  if (target.IsArray() && key.IsNumber()) return GetElement(target, key.AsDouble());
  if (target.IsArray() && key.IsArray()) return IndexesOf(machine, target, key);
  const bool is_sliceable = target.IsArray() || target.IsString() || target.IsNull();
  if (key.IsObject() && is_sliceable) {
    return GetSlice(machine, target, Bound(key, "start"), Bound(key, "end"));
  }
  if (target.IsNull() && (key.IsString() || key.IsNumber())) return Value::Null();
  return CannotIndex(machine, TypeOf(target), key);
}

Value GetSlice(Machine& machine, const Value& target, const Value& from, const Value& to) {
  if (target.IsNull()) return target;
  if (target.IsString()) return SliceOfString(machine, target, from, to);
  if (!target.IsArray())
    return machine.Fail("Cannot index " + std::string(TypeOf(target)) + " with object");
  Bounds bounds;
  if (!ToBounds(machine, from, to, target.array().size(), bounds)) return Value::Failed();
  return SliceOfArray(machine, target, bounds);
}

Value GetPath(Machine& machine, const Value& root, const Path& path) {
  Value at = root;
  for (const Value& key : path) {
    at = GetMember(machine, at, key);
    if (at.failed()) return at;
  }
  return at;
}

Value SetPath(Machine& machine, Value root, const Path& path, Value value) {
  Measure measure;
  Json json = std::move(value).Take(measure);
  if (!machine.MayNest(static_cast<int>(path.size()) + measure.depth)) return Value::Failed();
  Growth growth;
  if (!SetIn(machine, root.Writable(machine.heap()), path, 0, std::move(json), growth))
    return Value::Failed();
  root.Grown({measure.bytes + growth.added, static_cast<int>(path.size()) + measure.depth});
  root.Shrunk(growth.removed);
  root.Settle();
  return root;
}

Value UpdatePath(Machine& machine, Value root, const Path& path,
                 const std::function<Value(Value&&)>& update) {
  Json* const place = FindPlace(root.Writable(machine.heap()), path);
  if (place == nullptr) {
    root.Settle();
    Value old = GetPath(machine, root, path);
    if (old.failed()) return old;
    Value fresh = update(std::move(old));
    if (!fresh.Has()) return fresh.failed() ? std::move(fresh) : std::move(root);
    return SetPath(machine, std::move(root), path, std::move(fresh));
  }
  // The old value is moved out, so that it can be changed in place; a container's bytes stay accounted to the root meanwhile.
  const auto below = static_cast<int>(path.size());
  const std::size_t text_bytes = place->is_string() ? MeasureJson(*place).bytes : 0;
  Value old = Value::Make(machine.heap(), std::move(*place),
                          {text_bytes, std::max(0, root.DepthBound() - below)});
  *place = Json();
  root.Shrunk(text_bytes);
  Value fresh = update(std::move(old));
  if (!fresh.Has()) {
    root.Settle();
    return fresh.failed() ? std::move(fresh) : std::move(root);
  }
  Measure measure;
  *place = std::move(fresh).Take(measure);
  if (!machine.MayNest(measure.depth + below)) return Value::Failed();
  root.Grown({measure.bytes, measure.depth + below});
  root.Settle();
  return root;
}

Value DeletePaths(Machine& machine, Value root, std::vector<Path> paths) {
  if (paths.empty()) return root;
  std::sort(paths.begin(), paths.end(), IsLess);
  if (paths.front().empty()) return Value::Null();
  const bool done =
      DeleteSorted(machine, root.Writable(machine.heap()), paths.begin(), paths.end(), 0);
  root.Settle();
  return done ? std::move(root) : Value::Failed();
}

bool ToPath(Machine& machine, const Value& array, Path& path) {
  if (!array.IsArray()) return machine.Fail("Path must be specified as an array"), false;
  for (const Json& key : array.array()) path.push_back(array.Part(key));
  return true;
}

Value FromPath(Machine& machine, const Path& path) {
  ArrayBuilder builder(machine.heap());
  for (const Value& key : path) builder.Add(Value(key));
  return builder.Finish();
}

Path KeysOf(const PathLink* link) {
  Path keys;
  for (; link->parent; link = link->parent.get()) keys.push_back(link->key);
  std::reverse(keys.begin(), keys.end());
  return keys;
}

Value SliceKey(Machine& machine, const Value& from, const Value& to) {
  ObjectBuilder builder(machine.heap());
  builder.Set("start", Value(from));
  builder.Set("end", Value(to));
  return builder.Finish();
}

std::string Excerpt(const Value& value, std::size_t limit) {
  const std::string text = TextOf(value, limit);
  return text.size() <= limit ? text : CutText(text, limit - 3) + "...";
}

std::string Describe(const Value& value) {
  return std::string(TypeOf(value)) + " (" + Excerpt(value) + ")";
}

std::string_view TypeOf(const Value& value) {
  switch (value.kind()) {
    case Kind::kNull:
      return "null";
    case Kind::kFalse:
    case Kind::kTrue:
      return "boolean";
    case Kind::kNumber:
      return "number";
    case Kind::kString:
      return "string";
    case Kind::kArray:
      return "array";
    default:
      return "object";
  }
}

}  // namespace ocean::jq
