#pragma once
/// @file Values without secrets.

#include "ocean/base/json.hpp"
#include "ocean/base/log.hpp"

namespace ocean::sync {

/// The value with the secrets in its texts hidden.
inline Json Masked(const Json& value, const SecretMasker& masker) {
  if (value.is_string()) return masker.Mask(value.get_ref<const std::string&>());
  Json copy = value;
  if (copy.is_structured()) {
    for (Json& member : copy) member = Masked(member, masker);
  }
  return copy;
}

}  // namespace ocean::sync
