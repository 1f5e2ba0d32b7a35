#pragma once
/// @file What is known of values without looking at them.

#include <cstdint>
#include <memory>
#include <string>

namespace ocean::jq {

/// The JSON types that a value may have: a set, so that the empty one stands for "no value ever".
struct Type {
  enum Kind : std::uint8_t {
    kNothing = 0,
    kNull = 1,
    kBoolean = 2,
    kNumber = 4,
    kString = 8,
    kArray = 16,
    kObject = 32,
    kAnything = 63,
  };

  std::uint8_t kinds = kAnything;
  /// Of the elements of arrays; null when nothing is known of them.
  std::shared_ptr<const Type> elements = {};

  bool Has(Kind kind) const { return (kinds & kind) != 0; }
  /// Whether no other types than these are possible.
  bool IsOnly(unsigned allowed) const { return (kinds & ~allowed) == 0; }

  static Type Of(unsigned kinds) { return {static_cast<std::uint8_t>(kinds), {}}; }
  static Type ArrayOf(Type elements) {
    return {kArray, std::make_shared<const Type>(std::move(elements))};
  }

  /// For people: "string or null", "array of objects", "anything", "nothing".
  std::string ToText() const;
};

/// What either may be.
Type Union(const Type& x, const Type& y);

}  // namespace ocean::jq
