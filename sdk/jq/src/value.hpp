#pragma once
/// @file What flows through a run: values that borrow what is only read and share what was made.

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "ocean/base/json.hpp"

namespace ocean::jq {

/// The bytes that a run holds, and how deep its values nest. Charging never fails: the machine looks at Exhausted() with every step.
class Heap {
 public:
  Heap(std::size_t limit, int depth_limit) : limit_(limit), depth_limit_(depth_limit) {}

  void Charge(std::size_t bytes) {
    live_ += bytes;
    made_ += bytes;
  }
  void Refund(std::size_t bytes) { live_ -= bytes < live_ ? bytes : live_; }
  /// Notes that a value nests that deep.
  void NoteDepth(int depth) { is_too_deep_ = is_too_deep_ || depth > depth_limit_; }
  bool Exhausted() const { return live_ > limit_ || is_too_deep_; }
  bool is_too_deep() const { return is_too_deep_; }
  /// All bytes that were ever charged: how much was made and copied.
  std::uint64_t made() const { return made_; }
  /// Whether `bytes` more would still be within the limit.
  bool HasRoom(std::size_t bytes) const { return bytes <= limit_ && live_ + bytes <= limit_; }

 private:
  std::size_t live_ = 0;
  std::uint64_t made_ = 0;
  std::size_t limit_;
  int depth_limit_;
  bool is_too_deep_ = false;
};

/// How much a piece of Json takes, and how deep it nests (a scalar: 0).
struct Measure {
  std::size_t bytes = 0;
  int depth = 0;

  void Include(const Measure& child) {
    bytes += child.bytes;
    if (child.depth >= depth) depth = child.depth + 1;
  }
};

/// A value that a run made. References are counted without locks: a run belongs to one thread.
struct Box {
  Json json;
  std::uint32_t references;
  int depth;
  std::size_t bytes;
  Heap* heap;
};

/// The types in the order in which jq sorts them.
enum class Kind : std::uint8_t { kNull, kFalse, kTrue, kNumber, kString, kArray, kObject };

/// A JSON value in flight, or the lack of one.
///
/// Scalars are held inline. Other values are a pointer to Json: borrowed (the input, a constant of the program) or kept alive by a
/// Box, whose root or any part it may be.
class Value {
 public:
  enum class Tag : std::uint8_t { kNone, kFailed, kNull, kBool, kInt, kUnsigned, kDouble, kJson };

  /// No output.
  Value() = default;
  /// The run is unwinding; the machine knows why.
  static Value Failed() { return Value(Tag::kFailed); }
  static Value Null() { return Value(Tag::kNull); }
  static Value Bool(bool value) {
    Value result(Tag::kBool);
    result.as_.boolean = value;
    return result;
  }
  static Value Int(std::int64_t value) {
    Value result(Tag::kInt);
    result.as_.integer = value;
    return result;
  }
  /// A computed number: whole ones that a double holds exactly become integers.
  static Value Number(double value);
  /// A value that outlives the run.
  static Value Borrow(const Json& json) { return Value(json, nullptr); }
  static Value Make(Heap& heap, Json&& json, const Measure& measure);
  static Value String(Heap& heap, std::string&& text);

  Value(const Value& other) : tag_(other.tag_), as_(other.as_), box_(other.box_) {
    if (box_ != nullptr) ++box_->references;
  }
  Value(Value&& other) noexcept : tag_(other.tag_), as_(other.as_), box_(other.box_) {
    other.box_ = nullptr;
    other.tag_ = Tag::kNone;
  }
  Value& operator=(const Value& other) {
    Value copy(other);
    Swap(copy);
    return *this;
  }
  Value& operator=(Value&& other) noexcept {
    Swap(other);
    return *this;
  }
  ~Value() {
    if (box_ != nullptr) Release();
  }

  Tag tag() const { return tag_; }
  /// Whether there is a value at all.
  bool Has() const { return tag_ > Tag::kFailed; }
  bool failed() const { return tag_ == Tag::kFailed; }

  Kind kind() const;
  bool IsNull() const { return tag_ == Tag::kNull; }
  bool IsNumber() const { return tag_ >= Tag::kInt && tag_ <= Tag::kDouble; }
  bool IsString() const { return tag_ == Tag::kJson && as_.json->is_string(); }
  bool IsArray() const { return tag_ == Tag::kJson && as_.json->is_array(); }
  bool IsObject() const { return tag_ == Tag::kJson && as_.json->is_object(); }
  /// All but null and false are true.
  bool Truthy() const { return tag_ == Tag::kBool ? as_.boolean : tag_ != Tag::kNull; }

  bool boolean() const { return as_.boolean; }
  std::int64_t integer() const { return as_.integer; }
  std::uint64_t natural() const { return as_.natural; }
  double AsDouble() const;
  const std::string& str() const { return *as_.json->get_ptr<const Json::string_t*>(); }
  const Json::array_t& array() const { return *as_.json->get_ptr<const Json::array_t*>(); }
  const Json::object_t& object() const { return *as_.json->get_ptr<const Json::object_t*>(); }
  const Json& json() const { return *as_.json; }

  /// A part of this value's Json; it keeps the whole alive.
  Value Part(const Json& part) const { return Value(part, box_); }

  /// The value as Json: moved when nobody else holds it, else copied; `measure` grows by it. Only for values that are there.
  Json Take(Measure& measure) &&;
  /// The Json of this value, for changing it in place: copied first unless nobody else holds it.
  Json& Writable(Heap& heap);
  /// To be called when the writing is done: what became a scalar is held inline again.
  void Settle();
  /// Notes that Writable() Json has grown.
  void Grown(const Measure& part);

  /// Notes that Writable() Json has shrunk.
  void Shrunk(std::size_t bytes);
  /// How deep the value nests, at most. Borrowed values count as 0: they are measured when they are copied.
  int DepthBound() const { return box_ != nullptr ? box_->depth : 0; }

  /// Whether both are the very same thing: the same scalar, or the same place in memory.
  bool IsIdentical(const Value& other) const;

 private:
  explicit Value(Tag tag) : tag_(tag) {}
  Value(const Json& json, Box* box);
  bool OwnsRoot() const {
    return box_ != nullptr && box_->references == 1 && as_.json == &box_->json;
  }
  void Release();
  void Swap(Value& other) noexcept {
    std::swap(tag_, other.tag_);
    std::swap(as_, other.as_);
    std::swap(box_, other.box_);
  }

  Tag tag_ = Tag::kNone;
  union {
    bool boolean;
    std::int64_t integer;
    std::uint64_t natural;
    double real;
    const Json* json;
  } as_ = {};
  Box* box_ = nullptr;
};

/// A copy in which whole doubles are integers.
Json CopyJson(const Json& json, Measure& measure);
/// What `json` takes.
Measure MeasureJson(const Json& json);
/// What a string of `size` bytes takes, with what the allocator adds: its head, and its text unless that fits into the head.
constexpr std::size_t StringBytes(std::size_t size) {
  return size < sizeof(std::string) / 2 ? 48 : 64 + size;
}
/// What an array or an object takes besides its slots or members.
inline constexpr std::size_t kContainerBytes = 64;
/// What a slot in an array takes besides what it refers to.
inline constexpr std::size_t kSlotBytes = sizeof(Json);
/// What a member of an object takes besides key text and value.
inline constexpr std::size_t kMemberBytes = 16;

/// Makes an array of values.
class ArrayBuilder {
 public:
  explicit ArrayBuilder(Heap& heap) : heap_(&heap) {}
  ~ArrayBuilder() { heap_->Refund(measure_.bytes); }
  ArrayBuilder(const ArrayBuilder&) = delete;
  ArrayBuilder& operator=(const ArrayBuilder&) = delete;

  void Reserve(std::size_t count) { items_.reserve(count); }
  void Add(Value&& value);
  void AddString(std::string&& text);
  std::size_t size() const { return items_.size(); }
  Value Finish();

 private:
  Heap* heap_;
  Json::array_t items_;
  Measure measure_{0, 1};
};

/// Makes an object; a key that comes again replaces the value.
class ObjectBuilder {
 public:
  explicit ObjectBuilder(Heap& heap) : heap_(&heap) {}
  ~ObjectBuilder() { heap_->Refund(measure_.bytes); }
  ObjectBuilder(ObjectBuilder&&) = delete;
  ObjectBuilder& operator=(const ObjectBuilder&) = delete;

  void Set(const std::string& key, Value&& value);
  ObjectBuilder Copy() const { return *this; }
  Value Finish();

 private:
  ObjectBuilder(const ObjectBuilder& other)
      : heap_(other.heap_), members_(other.members_), measure_(other.measure_) {
    heap_->Charge(measure_.bytes);
  }

  Heap* heap_;
  Json::object_t members_;
  Measure measure_{0, 1};
};

}  // namespace ocean::jq
