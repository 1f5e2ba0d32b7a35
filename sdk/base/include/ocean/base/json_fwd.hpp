#pragma once
/// @file Names ocean::Json without its definition, for headers that only pass it on.

#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

namespace ocean {

template <class Key, class T, class IgnoredLess, class Allocator>
class OrderedMap;

/// The JSON value of the whole SDK: nlohmann/json whose objects keep insertion order.
///
/// Integers are exact to 64 bits; every other number is a double.
using Json = nlohmann::basic_json<OrderedMap>;

}  // namespace ocean
