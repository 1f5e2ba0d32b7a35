#include "ocean/jq/program.hpp"

#include <cmath>
#include <limits>

#include "access.hpp"
#include "compiler.hpp"
#include "explain.hpp"
#include "infer.hpp"
#include "machine.hpp"
#include "ocean/base/error.hpp"
#include "ocean/jq/explanation.hpp"
#include "parser.hpp"

namespace ocean::jq {

struct Program::Impl {
  std::string text;
  CompileOptions options;
  std::unique_ptr<const Code> code;
  std::optional<Json> constant;
  /// The root is a path of names from the input on, such as `.fields.status.name`.
  bool is_plain_path = false;
};

namespace {

/// What computing a constant at compile time may take.
Limits ConstantLimits() {
  Limits limits;
  limits.steps = 20'000;
  limits.value_bytes = 1 << 20;
  return limits;
}

bool IsPlainPath(const Node& root) {
  if (root.op != Op::kFields || root.a != nullptr) return false;
  for (const Step& step : root.steps) {
    if (!step.key.is_string()) return false;
  }
  return true;
}

/// The value at the end of the path; null where the general way has to be taken.
const Json* WalkPath(const Node& root, const Json& input) {
  static const Json null;
  const Json* at = &input;
  for (const Step& step : root.steps) {
    const auto* members = at->get_ptr<const Json::object_t*>();
    if (members == nullptr) return at->is_null() ? &null : nullptr;
    const auto found = members->find(*step.key.get_ptr<const std::string*>());
    if (found == members->end()) return &null;
    at = &found->second;
  }
  return at;
}

/// What leaves a run: infinity becomes the largest number, as JSON has no other.
Json OutputOf(Value&& value) {
  if (value.tag() == Value::Tag::kDouble && std::isinf(value.AsDouble())) {
    return Json(std::copysign(std::numeric_limits<double>::max(), value.AsDouble()));
  }
  Measure ignored;
  return std::move(value).Take(ignored);
}

[[noreturn]] void ThrowStopped(const std::string& text) {
  ThrowCancelled("evaluating " + text);
}

/// The result of a run that unwound.
Result Failure(const Machine& machine, const std::string& text) {
  Result result;
  switch (machine.unwinding()) {
    case Machine::Unwinding::kCancelled:
      ThrowStopped(text);
    case Machine::Unwinding::kLimit:
      result.error = machine.exceeded();
      result.budget_exceeded = true;
      break;
    case Machine::Unwinding::kError:
      result.error = machine.error().IsString() ? machine.error().str() : TextOf(machine.error());
      if (result.error.empty()) result.error = "error without a message";
      break;
    default:
      result.error = "break";
  }
  return result;
}

Result FirstOf(const Code& code, const std::string& text, const Json& input, Budget& budget) {
  Machine machine(budget);
  Value first;
  bool done = true;
  if (code.root->at_most_one) {
    first = machine.RunOne(code.root, {}, Value::Borrow(input));
    done = !first.failed();
  } else {
    done = machine.Run(code.root, {}, {Value::Borrow(input), {}}, [&](Item&& item) {
      first = std::move(item.value);
      machine.Stop();
      return false;
    });
    done = done || machine.unwinding() == Machine::Unwinding::kStopped;
  }
  if (!done) return Failure(machine, text);
  Result result;
  if (first.Has()) result.value = OutputOf(std::move(first));
  return result;
}

}  // namespace

Program Program::Compile(std::string_view text, const CompileOptions& options) {
  auto impl = std::make_shared<Impl>();
  impl->text = std::string(text);
  impl->options = options;
  const std::string source = SourceOf(text, options);
  impl->code = CompileExpr(source, *Parse(source), options);
  const Node& root = *impl->code->root;
  impl->is_plain_path = IsPlainPath(root);
  if (!root.reads_input) {
    Budget budget(ConstantLimits());
    impl->constant = FirstOf(*impl->code, impl->text, Json(), budget).value;
  }
  return Program(std::move(impl));
}

Result Program::First(const Json& input, Budget& budget) const {
  if (budget.stop().stop_requested()) ThrowStopped(impl_->text);
  Result result;
  if (impl_->constant) {
    result.value = impl_->constant;
    return result;
  }
  if (impl_->is_plain_path) {
    if (const Json* found = WalkPath(*impl_->code->root, input)) {
      Measure ignored;
      result.value = CopyJson(*found, ignored);
      return result;
    }
  }
  return FirstOf(*impl_->code, impl_->text, input, budget);
}

void Program::ForEach(const Json& input, Budget& budget,
                      const std::function<bool(Json&&)>& output) const {
  if (budget.stop().stop_requested()) ThrowStopped(impl_->text);
  Machine machine(budget);
  const bool done =
      machine.Run(impl_->code->root, {}, {Value::Borrow(input), {}}, [&](Item&& item) {
        if (output(OutputOf(std::move(item.value)))) return true;
        machine.Stop();
        return false;
      });
  if (done || machine.unwinding() == Machine::Unwinding::kStopped) return;
  throw Error(ErrorKind::kPermanent, Failure(machine, impl_->text).error);
}

Explanation Program::Explain(const Json& input, Budget& budget) const {
  return ExplainRun(impl_->text, impl_->options, First(input, budget), input, budget.limits());
}

const std::string& Program::text() const {
  return impl_->text;
}

std::optional<Json> Program::Constant() const {
  return impl_->constant;
}

std::vector<std::string> Program::Reads() const {
  return InferFacts(*impl_->code).reads;
}

Type Program::ResultType() const {
  return InferFacts(*impl_->code).type;
}

}  // namespace ocean::jq
