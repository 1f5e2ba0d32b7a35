#include "compare.hpp"

#include <algorithm>
#include <vector>

namespace ocean::jq {
namespace {

int Sign(bool less, bool greater) {
  return less ? -1 : greater ? 1 : 0;
}

int CompareNumbers(const Value& a, const Value& b) {
  if (a.tag() == Value::Tag::kInt && b.tag() == Value::Tag::kInt) {
    return Sign(a.integer() < b.integer(), a.integer() > b.integer());
  }
  const double x = a.AsDouble();
  const double y = b.AsDouble();
  return x < y || x != x ? -1 : x == y ? 0 : 1;
}

int CompareArrays(const Json::array_t& a, const Json::array_t& b, std::uint64_t& work) {
  const std::size_t common = std::min(a.size(), b.size());
  for (std::size_t i = 0; i < common; ++i) {
    if (const int order = Compare(Value::Borrow(a[i]), Value::Borrow(b[i]), work)) return order;
  }
  return Sign(a.size() < b.size(), a.size() > b.size());
}

// The sorted keys decide first; then the values, in the order of the keys.
int CompareObjects(const Json::object_t& a, const Json::object_t& b, std::uint64_t& work) {
  const auto keys_a = SortedKeys(a);
  const auto keys_b = SortedKeys(b);
  work += keys_a.size() + keys_b.size();
  const std::size_t common = std::min(keys_a.size(), keys_b.size());
  for (std::size_t i = 0; i < common; ++i) {
    if (const int order = keys_a[i]->compare(*keys_b[i])) return order;
  }
  if (keys_a.size() != keys_b.size()) return Sign(keys_a.size() < keys_b.size(), true);
  for (const std::string* key : keys_a) {
    const Value x = Value::Borrow(a.find(*key)->second);
    if (const int order = Compare(x, Value::Borrow(b.find(*key)->second), work)) return order;
  }
  return 0;
}

}  // namespace

std::vector<const std::string*> SortedKeys(const Json::object_t& object) {
  std::vector<const std::string*> keys;
  keys.reserve(object.size());
  for (const auto& member : object) keys.push_back(&member.first);
  std::sort(keys.begin(), keys.end(),
            [](const std::string* x, const std::string* y) { return *x < *y; });
  return keys;
}

int Compare(const Value& a, const Value& b, std::uint64_t& work) {
  constexpr std::size_t kBytesOfWork = 256;
  const Kind kind_a = a.kind();
  const Kind kind_b = b.kind();
  if (kind_a != kind_b) return kind_a < kind_b ? -1 : 1;
  ++work;
  switch (kind_a) {
    case Kind::kNumber:
      return CompareNumbers(a, b);
    case Kind::kString:
      work += std::min(a.str().size(), b.str().size()) / kBytesOfWork;
      return a.str().compare(b.str());
    case Kind::kArray:
      return CompareArrays(a.array(), b.array(), work);
    case Kind::kObject:
      return CompareObjects(a.object(), b.object(), work);
    default:
      return 0;
  }
}

int Compare(const Value& a, const Value& b) {
  std::uint64_t ignored = 0;
  return Compare(a, b, ignored);
}

int Compare(const Json& a, const Json& b) {
  return Compare(Value::Borrow(a), Value::Borrow(b));
}

}  // namespace ocean::jq
