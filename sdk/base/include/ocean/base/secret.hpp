#pragma once
/// @file A value that must not be shown.

#include <ostream>
#include <string>
#include <utility>

namespace ocean {

/// Text that prints as "***"; Reveal() is the only way to it.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}

  const std::string& Reveal() const { return value_; }
  bool empty() const { return value_.empty(); }

  friend std::ostream& operator<<(std::ostream& out, const Secret&) { return out << "***"; }

 private:
  std::string value_;
};

}  // namespace ocean
