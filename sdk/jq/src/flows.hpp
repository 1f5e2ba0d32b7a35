#pragma once
/// @file What flowed through the expressions of one traced run.

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "tracer.hpp"

namespace ocean::jq {

/// What an evaluation came to.
enum class Outcome { kNothing, kValue, kError };

/// What flowed through an expression.
struct Flow {
  std::uint64_t evaluations = 0;
  std::uint64_t output_count = 0;
  /// Texts of the first outputs.
  std::vector<std::string> outputs = {};
  std::string error = {};
  /// The last evaluation: when it began, what it got, and what it came to last.
  std::uint64_t began = 0;
  Value input = {};
  Outcome outcome = Outcome::kNothing;
  Value output = {};

  /// Whether the last evaluation gave something other than null.
  bool GaveSomething() const { return outcome == Outcome::kValue && !output.IsNull(); }
};

/// Remembers; must not outlive the machine that it listens to.
class Flows : public Tracer {
 public:
  void Enter(const Expr& expr, const Value& input) override;
  void Emit(const Expr& expr, const Value& output) override;
  void Fail(const Expr& expr, const Value& error) override;

  /// Null when `expr` was not traced or never reached.
  const Flow* Find(const Expr& expr) const {
    const auto found = flows_.find(&expr);
    return found == flows_.end() ? nullptr : &found->second;
  }

 private:
  std::unordered_map<const Expr*, Flow> flows_;
  std::uint64_t clock_ = 0;
};

}  // namespace ocean::jq
