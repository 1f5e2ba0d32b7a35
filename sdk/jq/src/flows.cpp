#include "flows.hpp"

#include "access.hpp"

namespace ocean::jq {
namespace {

constexpr std::size_t kShownOutputs = 3;
constexpr std::size_t kShownBytes = 160;

std::string Shown(const Value& value) {
  std::string text = TextOf(value);
  if (text.size() <= kShownBytes) return text;
  std::size_t end = kShownBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end) + "…";
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
