#include "explain.hpp"

#include <iterator>

#include "compiler.hpp"
#include "flows.hpp"
#include "machine.hpp"
#include "ocean/base/error.hpp"
#include "ocean/base/text.hpp"
#include "parser.hpp"
#include "reason.hpp"

namespace ocean::jq {
namespace {

/// Adds the step of `expr`, which stands in `text`; one that is not traced leaves its parts to its parent.
void AddStep(std::string_view text, const Expr& expr, const Flows& flows,
             std::vector<Explanation::Step>& steps) {
  std::vector<Explanation::Step> parts;
  for (const ExprPtr& child : expr.children) {
    if (child) AddStep(text, *child, flows, parts);
  }
  const bool is_trivial = expr.kind == ExprKind::kLiteral || expr.kind == ExprKind::kIdentity;
  if (is_trivial || expr.begin == expr.end) {
    std::move(parts.begin(), parts.end(), std::back_inserter(steps));
    return;
  }
  Explanation::Step step;
  step.text = std::string(text.substr(expr.begin, expr.end - expr.begin));
  step.parts = std::move(parts);
  if (const Flow* flow = flows.Find(expr)) {
    step.outputs = flow->outputs;
    step.output_count = flow->output_count;
    step.evaluations = flow->evaluations;
    step.error = flow->error;
  }
  steps.push_back(std::move(step));
}

std::string OutcomeOf(const Explanation::Step& step) {
  if (step.evaluations == 0) return "not reached";
  std::string text = Join(step.outputs, ", ");
  if (step.output_count > step.outputs.size())
    text += ", … (" + std::to_string(step.output_count) + " in all)";
  if (!step.error.empty()) text += (text.empty() ? "error: " : "; error: ") + step.error;
  return text.empty() ? "nothing" : text;
}

void Print(const Explanation::Step& step, const std::string& indent, std::string& text) {
  text += indent + step.text + "  →  " + OutcomeOf(step) + "\n";
  for (const Explanation::Step& part : step.parts) Print(part, indent + "  ", text);
}

}  // namespace

std::string SourceOf(std::string_view text, const CompileOptions& options) {
  return options.rewrite_single_quotes ? RewriteSingleQuotes(text) : std::string(text);
}

Explanation ExplainRun(std::string_view text, const CompileOptions& options, Result result,
                       const Json& input, Budget& budget) {
  Explanation explanation;
  const std::string source = SourceOf(text, options);
  const ExprPtr program = Parse(source);
  const auto code = CompileExpr(source, *program, options, Tracing::kOn);
  Machine machine(budget);
  Flows flows;
  machine.set_tracer(&flows);
  machine.Run(code->root, {}, {Value::Borrow(input), {}}, [&](Item&&) {
    machine.Stop();
    return false;
  });
  if (machine.unwinding() == Machine::Unwinding::kCancelled)
    ThrowCancelled("explaining " + std::string(text));
  if (result.budget_exceeded) {
    explanation.reason = result.error;
  } else if (!result.value || result.value->is_null()) {
    explanation.reason = FindReason(text, *program, flows);
  }
  explanation.result = std::move(result);
  std::vector<Explanation::Step> steps;
  AddStep(text, *program, flows, steps);
  if (steps.size() == 1) {
    explanation.root = std::move(steps[0]);
  } else {
    explanation.root.text = std::string(text);
  }
  return explanation;
}

std::string ToText(const Explanation::Step& root) {
  std::string text;
  Print(root, "", text);
  return text;
}

}  // namespace ocean::jq
