#pragma once
/// @file The order of values: null, false, true, numbers, strings, arrays, objects.

#include "value.hpp"

namespace ocean::jq {

/// Negative, zero or positive. Not a number is less than any number, itself included.
int Compare(const Value& a, const Value& b);
int Compare(const Json& a, const Json& b);

/// The same; adds to `work` the values it looks at, and more for long strings.
int Compare(const Value& a, const Value& b, std::uint64_t& work);

inline bool Equal(const Value& a, const Value& b) {
  return Compare(a, b) == 0;
}

/// The keys of an object, sorted.
std::vector<const std::string*> SortedKeys(const Json::object_t& object);

}  // namespace ocean::jq
