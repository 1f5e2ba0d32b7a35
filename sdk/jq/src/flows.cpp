#include "flows.hpp"

#include "json_text.hpp"
#include "utf8.hpp"

namespace ocean::jq {
namespace {

constexpr std::size_t kShownOutputs = 3;
constexpr std::size_t kShownBytes = 160;

std::string Shown(const Value& value) {
  const std::string text = TextOf(value, kShownBytes);
  return text.size() <= kShownBytes ? text : CutText(text, kShownBytes) + "…";
}

}  // namespace

void Flows::Enter(const Expr& expr, const Value& input) {
  Flow& flow = flows_[&expr];
  ++flow.evaluations;
  flow.began = ++clock_;
  flow.input = input;
  flow.outcome = Outcome::kNothing;
  flow.output = {};
}

void Flows::Emit(const Expr& expr, const Value& output) {
  Flow& flow = flows_[&expr];
  ++flow.output_count;
  if (flow.outputs.size() < kShownOutputs) flow.outputs.push_back(Shown(output));
  flow.outcome = Outcome::kValue;
  flow.output = output;
}

void Flows::Fail(const Expr& expr, const Value& error) {
  Flow& flow = flows_[&expr];
  flow.error = error.IsString() ? error.str() : Shown(error);
  flow.outcome = Outcome::kError;
  flow.output = {};
}

}  // namespace ocean::jq
