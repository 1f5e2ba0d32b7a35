#include "units.hpp"

#include <charconv>
#include <cmath>
#include <limits>
#include <string>
#include <system_error>

#include "ocean/base/text.hpp"

namespace ocean::config {

namespace {

struct Amount {
  double number;
  std::string unit;
};

std::optional<Amount> SplitAmount(std::string_view text) {
  text = Trim(text);
  const auto end = text.find_first_not_of("0123456789.");
  const auto number = ParseDecimal(text.substr(0, end));
  if (!number) return std::nullopt;
  if (end == std::string_view::npos) return Amount{*number, ""};
  return Amount{*number, ToLower(Trim(text.substr(end)))};
}

std::optional<double> BytesOf(const std::string& unit) {
  if (unit.empty() || unit == "b") return 1;
  constexpr std::string_view kPrefixes = "kmgt";
  const auto power = kPrefixes.find(unit.front());
  if (power == std::string_view::npos) return std::nullopt;
  const std::string rest = unit.substr(1);
  const bool binary = rest == "i" || rest == "ib";
  if (!binary && !rest.empty() && rest != "b") return std::nullopt;
  return std::pow(binary ? 1024.0 : 1000.0, static_cast<double>(power + 1));
}

std::optional<double> SecondsOf(const std::string& unit) {
  if (unit == "ms") return 0.001;
  if (unit == "s") return 1;
  if (unit == "m" || unit == "min") return 60;
  if (unit == "h") return 3600;
  if (unit == "d") return 86'400;
  if (unit == "w") return 604'800;
  return std::nullopt;
}

}  // namespace

std::optional<double> ParseDecimal(std::string_view text) {
  text = Trim(text);
  if (text.find_first_not_of("0123456789+-.eE") != std::string_view::npos) return std::nullopt;
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::int64_t> ParseByteSize(std::string_view text) {
  const auto amount = SplitAmount(text);
  if (!amount) return std::nullopt;
  const auto unit = BytesOf(amount->unit);
  if (!unit) return std::nullopt;
  const double bytes = amount->number * *unit;
  if (bytes >= static_cast<double>(std::numeric_limits<std::int64_t>::max())) return std::nullopt;
  return static_cast<std::int64_t>(bytes);
}

std::optional<double> ParseDurationSeconds(std::string_view text) {
  const auto amount = SplitAmount(text);
  if (!amount) return std::nullopt;
  const auto unit = SecondsOf(amount->unit);
  if (!unit) return std::nullopt;
  return amount->number * *unit;
}

}  // namespace ocean::config
