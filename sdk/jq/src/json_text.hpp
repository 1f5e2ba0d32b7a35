#pragma once
/// @file The compact JSON text of values.

#include <cstddef>
#include <string>
#include <string_view>

#include "value.hpp"

namespace ocean::jq {

/// Takes a text piece by piece.
class TextSink {
 public:
  virtual ~TextSink() = default;
  /// False when no more is wanted.
  virtual bool Append(std::string_view piece) = 0;
};

/// Writes the compact JSON text of a value as jq does; false as soon as `sink` wants no more.
bool WriteJson(const Value& value, TextSink& sink);

/// The beginning of that text: all of it when it has at most `limit` bytes, else one byte more than that. For people; a text that
/// becomes a value is made by a TextBuilder.
std::string TextOf(const Value& value, std::size_t limit);

}  // namespace ocean::jq
