#pragma once
/// @file Addresses that differ from run to run.

#include <string_view>
#include <utility>

#include "ocean/base/json.hpp"
#include "ocean/base/text.hpp"

namespace ocean::testing {

/// `value` with `from` replaced by `to` in every text in it.
inline Json Replaced(Json value, std::string_view from, std::string_view to) {
  if (value.is_string()) return ReplaceAll(value.get_ref<const std::string&>(), from, to);
  if (value.is_structured()) {
    for (Json& element : value) element = Replaced(std::move(element), from, to);
  }
  return value;
}

}  // namespace ocean::testing
