#pragma once
/// @file Who hears of what flows through the expressions of a program.

#include "value.hpp"

namespace ocean::jq {

struct Expr;

/// Told by the machine of the expressions of a program that was compiled for tracing. Evaluations nest.
class Tracer {
 public:
  virtual ~Tracer() = default;
  /// `expr` is about to be evaluated.
  virtual void Enter(const Expr& expr, const Value& input) = 0;
  /// `expr` gave an output.
  virtual void Emit(const Expr& expr, const Value& output) = 0;
  /// `expr` ended with an error.
  virtual void Fail(const Expr& expr, const Value& error) = 0;
};

}  // namespace ocean::jq
