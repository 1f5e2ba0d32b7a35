#include "value.hpp"

#include <cmath>
#include <limits>

namespace ocean::jq {
namespace {

/// Up to here every whole double stands for exactly one integer.
constexpr double kExactLimit = 9007199254740991.0;

bool IsWhole(double value, double limit) {
  return std::fabs(value) <= limit && std::nearbyint(value) == value &&
         (value != 0 || !std::signbit(value));
}

Json JsonOf(double value) {
  if (IsWhole(value, 9.2e18)) return Json(static_cast<std::int64_t>(value));
  return Json(value);
}

Json CopyArray(const Json::array_t& from, Measure& measure) {
  Json::array_t to;
  to.reserve(from.size());
  Measure own{kContainerBytes, 1};
  for (const Json& item : from) {
    Measure child{kSlotBytes, 0};
    to.push_back(CopyJson(item, child));
    own.Include(child);
  }
  measure.Include({own.bytes, own.depth - 1});
  return Json(std::move(to));
}

Json CopyObject(const Json::object_t& from, Measure& measure) {
  Json::object_t to;
  to.reserve(from.size());
  Measure own{kContainerBytes, 1};
  for (const auto& [key, value] : from) {
    Measure child{kMemberBytes + StringBytes(key.size()), 0};
    Json copy = CopyJson(value, child);
    to.emplace(key, std::move(copy));
    own.Include(child);
  }
  measure.Include({own.bytes, own.depth - 1});
  return Json(std::move(to));
}

}  // namespace

// A measure handed down starts at depth 0 for a value; a container raises it to its own depth.
Json CopyJson(const Json& json, Measure& measure) {
  switch (json.type()) {
    case Json::value_t::array:
      return CopyArray(*json.get_ptr<const Json::array_t*>(), measure);
    case Json::value_t::object:
      return CopyObject(*json.get_ptr<const Json::object_t*>(), measure);
    case Json::value_t::string:
      measure.bytes += StringBytes(json.get_ptr<const std::string*>()->size());
      return json;
    case Json::value_t::number_float:
      return JsonOf(json.get<double>());
    default:
      return json;
  }
}

Measure MeasureJson(const Json& json) {
  Measure measure;
  if (json.is_string()) {
    measure.bytes = StringBytes(json.get_ptr<const std::string*>()->size());
  } else if (json.is_array()) {
    measure = {kContainerBytes, 1};
    for (const Json& item : json) {
      measure.bytes += kSlotBytes;
      measure.Include(MeasureJson(item));
    }
  } else if (json.is_object()) {
    measure = {kContainerBytes, 1};
    for (const auto& [key, value] : *json.get_ptr<const Json::object_t*>()) {
      measure.bytes += kMemberBytes + StringBytes(key.size());
      measure.Include(MeasureJson(value));
    }
  }
  return measure;
}

Value::Value(const Json& json, Box* box) {
  switch (json.type()) {
    case Json::value_t::boolean:
      tag_ = Tag::kBool;
      as_.boolean = json.get<bool>();
      return;
    case Json::value_t::number_integer:
      tag_ = Tag::kInt;
      as_.integer = json.get<std::int64_t>();
      return;
    case Json::value_t::number_unsigned: {
      const auto natural = json.get<std::uint64_t>();
      if (natural <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        tag_ = Tag::kInt;
        as_.integer = static_cast<std::int64_t>(natural);
      } else {
        tag_ = Tag::kUnsigned;
        as_.natural = natural;
      }
      return;
    }
    case Json::value_t::number_float:
      *this = Number(json.get<double>());
      return;
    case Json::value_t::string:
    case Json::value_t::array:
    case Json::value_t::object:
      tag_ = Tag::kJson;
      as_.json = &json;
      box_ = box;
      if (box_ != nullptr) ++box_->references;
      return;
    default:
      tag_ = Tag::kNull;
  }
}

Value Value::Number(double value) {
  if (IsWhole(value, kExactLimit)) return Int(static_cast<std::int64_t>(value));
  Value result(Tag::kDouble);
  result.as_.real = value;
  return result;
}

Value Value::Make(Heap& heap, Json&& json, const Measure& measure) {
  if (!json.is_structured() && !json.is_string()) return Value(json, nullptr);
  const std::size_t bytes = measure.bytes + sizeof(Box);
  Box* box = new Box{std::move(json), 1, measure.depth, bytes, &heap};
  heap.Charge(bytes);
  heap.NoteDepth(measure.depth);
  Value result(Tag::kJson);
  result.as_.json = &box->json;
  result.box_ = box;
  return result;
}

Value Value::String(Heap& heap, std::string&& text) {
  const std::size_t bytes = StringBytes(text.size());
  return Make(heap, Json(std::move(text)), {bytes, 0});
}

void Value::Release() {
  if (--box_->references > 0) return;
  box_->heap->Refund(box_->bytes);
  delete box_;
}

Kind Value::kind() const {
  switch (tag_) {
    case Tag::kBool:
      return as_.boolean ? Kind::kTrue : Kind::kFalse;
    case Tag::kInt:
    case Tag::kUnsigned:
    case Tag::kDouble:
      return Kind::kNumber;
    case Tag::kJson:
      if (as_.json->is_string()) return Kind::kString;
      return as_.json->is_array() ? Kind::kArray : Kind::kObject;
    default:
      return Kind::kNull;
  }
}

double Value::AsDouble() const {
  switch (tag_) {
    case Tag::kInt:
      return static_cast<double>(as_.integer);
    case Tag::kUnsigned:
      return static_cast<double>(as_.natural);
    case Tag::kDouble:
      return as_.real;
    default:
      return 0;
  }
}

Json Value::Take(Measure& measure) && {
  switch (tag_) {
    case Tag::kBool:
      return Json(as_.boolean);
    case Tag::kInt:
      return Json(as_.integer);
    case Tag::kUnsigned:
      return Json(as_.natural);
    case Tag::kDouble:
      return JsonOf(as_.real);
    case Tag::kJson:
      break;
    default:
      return Json();
  }
  if (!OwnsRoot()) return CopyJson(*as_.json, measure);
  measure.bytes += box_->bytes > sizeof(Box) ? box_->bytes - sizeof(Box) : 0;
  if (box_->depth > measure.depth) measure.depth = box_->depth;
  Json taken = std::move(box_->json);
  Release();
  box_ = nullptr;
  tag_ = Tag::kNone;
  return taken;
}

Json& Value::Writable(Heap& heap) {
  if (!OwnsRoot()) {
    Measure measure;
    Json copy = std::move(*this).Take(measure);
    // A scalar has no box of its own, but its place in the tree may be written to: null becomes an object.
    const std::size_t bytes = measure.bytes + sizeof(Box);
    Box* box = new Box{std::move(copy), 1, measure.depth, bytes, &heap};
    heap.Charge(bytes);
    Value made(Tag::kJson);
    made.as_.json = &box->json;
    made.box_ = box;
    Swap(made);
  }
  return box_->json;
}

void Value::Settle() {
  if (tag_ != Tag::kJson || as_.json->is_structured() || as_.json->is_string()) return;
  *this = Value(*as_.json, nullptr);
}

void Value::Grown(const Measure& part) {
  box_->bytes += part.bytes;
  box_->heap->Charge(part.bytes);
  box_->heap->NoteDepth(part.depth);
  if (part.depth > box_->depth) box_->depth = part.depth;
}

void Value::Shrunk(std::size_t bytes) {
  bytes = bytes < box_->bytes ? bytes : box_->bytes;
  box_->bytes -= bytes;
  box_->heap->Refund(bytes);
}

bool Value::IsIdentical(const Value& other) const {
  if (tag_ != other.tag_) return false;
  switch (tag_) {
    case Tag::kBool:
      return as_.boolean == other.as_.boolean;
    case Tag::kInt:
      return as_.integer == other.as_.integer;
    case Tag::kUnsigned:
      return as_.natural == other.as_.natural;
    case Tag::kDouble:
      return std::isnan(as_.real) ? std::isnan(other.as_.real) : as_.real == other.as_.real;
    case Tag::kJson:
      return as_.json == other.as_.json;
    default:
      return true;
  }
}

void ArrayBuilder::Add(Value&& value) {
  Measure child{kSlotBytes, 0};
  items_.push_back(std::move(value).Take(child));
  measure_.Include(child);
  heap_->Charge(child.bytes);
}

void ArrayBuilder::AddString(std::string&& text) {
  const std::size_t bytes = kSlotBytes + StringBytes(text.size());
  items_.emplace_back(std::move(text));
  measure_.bytes += bytes;
  heap_->Charge(bytes);
}

Value ArrayBuilder::Finish() {
  heap_->Refund(measure_.bytes);
  Value made = Value::Make(*heap_, Json(std::move(items_)), measure_);
  items_ = {};
  measure_ = {0, 1};
  return made;
}

void ObjectBuilder::Set(const std::string& key, Value&& value) {
  Measure child{kMemberBytes + StringBytes(key.size()), 0};
  Json json = std::move(value).Take(child);
  members_.emplace(key, Json()).first->second = std::move(json);
  measure_.Include(child);
  heap_->Charge(child.bytes);
}

Value ObjectBuilder::Finish() {
  heap_->Refund(measure_.bytes);
  Value made = Value::Make(*heap_, Json(std::move(members_)), measure_);
  members_ = {};
  measure_ = {0, 1};
  return made;
}

}  // namespace ocean::jq
