#pragma once
/// @file Hashes, for recognition and not for secrecy.

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "ocean/base/json_fwd.hpp"

namespace ocean {

/// 128 bits of XXH3: two different texts are taken for the same with a chance of about n²/2^129.
struct Hash128 {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  auto operator<=>(const Hash128&) const = default;
  /// 32 lower-case hexadecimal digits.
  std::string Hex() const;
};

Hash128 HashBytes(std::string_view bytes);
/// Hashes the pair without joining it: ("ab", "c") differs from ("a", "bc").
Hash128 HashPair(std::string_view first, std::string_view second);

/// Lower-case hexadecimal SHA-256.
std::string Sha256Hex(std::string_view bytes);

/// A random (version 4) UUID.
std::string RandomUuid();

}  // namespace ocean

template <>
struct std::hash<ocean::Hash128> {
  std::size_t operator()(const ocean::Hash128& value) const noexcept { return value.low; }
};
