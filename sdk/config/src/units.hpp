#pragma once
/// @file Amounts with units, as people write them.

#include <cstdint>
#include <optional>
#include <string_view>

namespace ocean::config {

/// "8388608", "512KiB", "8 MiB", "1.5GB", "8Mi": bytes.
std::optional<std::int64_t> ParseByteSize(std::string_view text);

/// "500ms", "90s", "15m", "1h", "1d", "2w": seconds. Empty without a unit.
std::optional<double> ParseDurationSeconds(std::string_view text);

/// The whole of `text` as a decimal number.
std::optional<double> ParseDecimal(std::string_view text);

}  // namespace ocean::config
