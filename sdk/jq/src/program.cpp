#include "ocean/jq/program.hpp"

#include <cmath>
#include <limits>

#include "access.hpp"
#include "compiler.hpp"
#include "explain.hpp"
#include "infer.hpp"
#include "json_text.hpp"
#include "machine.hpp"
#include "ocean/base/error.hpp"
#include "ocean/jq/explanation.hpp"
#include "parser.hpp"
#include "utf8.hpp"

namespace ocean::jq {

struct Program::Impl {
  std::string text;
  CompileOptions options;
  std::unique_ptr<const Code> code;
  std::optional<Json> constant;
  std::size_t constant_bytes = 0;
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

/// Longer messages are cut.
constexpr std::size_t kMaxErrorBytes = std::size_t{64} << 10;

/// What leaves a run: infinity becomes the largest number, as JSON has no other.
Json OutputOf(Value&& value, Measure& measure) {
  if (value.tag() == Value::Tag::kDouble && std::isinf(value.AsDouble())) {
    return Json(std::copysign(std::numeric_limits<double>::max(), value.AsDouble()));
  }
  return std::move(value).Take(measure);
}

/// Moves an output out of a run. False, and unwinding, when it, or what the run holds with it, is more than the limits allow;
/// `bytes` are those of the outputs so far.
bool TakeOutput(Machine& machine, const Limits& limits, Value&& value, std::size_t& bytes,
                Json& output) {
  if (machine.heap().Exhausted()) return machine.Check();
  Measure measure;
  output = OutputOf(std::move(value), measure);
  bytes += measure.bytes;
  return bytes <= limits.output_bytes || machine.Exceed("output_bytes").Has();
}

Result Exceeds(const Limits& limits, std::string_view limit) {
  return {std::nullopt, ExceededText(limits, limit), true};
}

/// The text of an error, cut at a character where it is very long.
std::string MessageOf(const Value& error) {
  std::string text =
      error.IsString() ? error.str().substr(0, kMaxErrorBytes + 1) : TextOf(error, kMaxErrorBytes);
  if (text.empty()) return "error without a message";
  return text.size() <= kMaxErrorBytes ? text : CutText(text, kMaxErrorBytes) + "…";
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
      result.error = MessageOf(machine.error());
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
  Result result;
  std::size_t bytes = 0;
  if (done && first.Has())
    done = TakeOutput(machine, budget.limits(), std::move(first), bytes, result.value.emplace());
  return done ? result : Failure(machine, text);
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
    if (impl->constant) impl->constant_bytes = MeasureJson(*impl->constant).bytes;
  }
  return Program(std::move(impl));
}

Result Program::First(const Json& input, Budget& budget) const {
  if (budget.stop().stop_requested()) ThrowStopped(impl_->text);
  const Limits& limits = budget.limits();
  if (impl_->constant) {
    if (impl_->constant_bytes > limits.output_bytes) return Exceeds(limits, "output_bytes");
    return {impl_->constant, "", false};
  }
  if (impl_->is_plain_path) {
    if (const Json* found = WalkPath(*impl_->code->root, input)) {
      Measure measure;
      Json copy = CopyJson(*found, measure);
      if (measure.bytes > limits.output_bytes) return Exceeds(limits, "output_bytes");
      return {std::move(copy), "", false};
    }
  }
  return FirstOf(*impl_->code, impl_->text, input, budget);
}

void Program::ForEach(const Json& input, Budget& budget,
                      const std::function<bool(Json&&)>& output) const {
  if (budget.stop().stop_requested()) ThrowStopped(impl_->text);
  Machine machine(budget);
  std::size_t bytes = 0;
  const bool done =
      machine.Run(impl_->code->root, {}, {Value::Borrow(input), {}}, [&](Item&& item) {
        Json taken;
        if (!TakeOutput(machine, budget.limits(), std::move(item.value), bytes, taken))
          return false;
        if (output(std::move(taken))) return true;
        machine.Stop();
        return false;
      });
  if (done || machine.unwinding() == Machine::Unwinding::kStopped) return;
  throw Error(ErrorKind::kPermanent, Failure(machine, impl_->text).error);
}

Explanation Program::Explain(const Json& input, Budget& budget) const {
  return ExplainRun(impl_->text, impl_->options, First(input, budget), input, budget);
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
