#include "machine.hpp"

#include "access.hpp"

namespace ocean::jq {
namespace {

/// How many steps pass between looks at the clock and the stop token.
constexpr std::uint64_t kCheckInterval = 1024;
/// A program with more computed regexes than this compiles some of them again.
constexpr std::size_t kMaxRememberedRegexes = 32;
constexpr std::uint64_t kStepsPerPatternByte = 8;

std::string AmountOf(const Limits& limits, std::string_view limit) {
  if (limit == "steps") return std::to_string(limits.steps);
  if (limit == "depth") return std::to_string(limits.depth);
  if (limit == "time") return std::to_string(limits.time.count()) + " ms";
  return std::to_string(limit == "output_bytes" ? limits.output_bytes : limits.value_bytes);
}

}  // namespace

std::string ExceededText(const Limits& limits, std::string_view limit) {
  return "the expression exceeds its budget: " + std::string(limit) + " (" +
         AmountOf(limits, limit) + ")";
}

Machine::Machine(Budget& budget)
    : budget_(budget),
      heap_(budget.limits().value_bytes, budget.limits().depth),
      next_check_(std::min(kCheckInterval, budget.limits().steps)),
      stack_base_(static_cast<const char*>(__builtin_frame_address(0))) {}

bool Machine::Check() {
  if (unwinding_ == Unwinding::kLimit || unwinding_ == Unwinding::kCancelled) return false;
  if (heap_.Exhausted()) return Exceed(heap_.is_too_deep() ? "depth" : "value_bytes"), false;
  if (Spent() >= budget_.limits().steps) return Exceed("steps"), false;
  if (budget_.stop().stop_requested()) return unwinding_ = Unwinding::kCancelled, false;
  // The first look starts the clock.
  const auto deadline = budget_.Deadline();
  if (std::chrono::steady_clock::now() >= deadline) return Exceed("time"), false;
  next_check_ = std::min(Spent() + kCheckInterval, budget_.limits().steps);
  return true;
}

Value Machine::Fail(std::string message) {
  if (!Room(message.size())) return Value::Failed();
  return FailWith(MakeString(std::move(message)));
}

Value Machine::FailWith(Value error) {
  unwinding_ = Unwinding::kError;
  error_ = std::move(error);
  return Value::Failed();
}

Value Machine::Exceed(std::string_view limit) {
  if (unwinding_ != Unwinding::kLimit) {
    unwinding_ = Unwinding::kLimit;
    exceeded_ = ExceededText(budget_.limits(), limit);
  }
  return Value::Failed();
}

bool Machine::Room(std::size_t bytes) {
  if (heap_.HasRoom(bytes)) return true;
  Exceed("value_bytes");
  return false;
}

bool Machine::MayNest(int depth) {
  if (depth <= budget_.limits().depth) return true;
  Exceed("depth");
  return false;
}

Value Machine::CatchError() {
  unwinding_ = Unwinding::kNone;
  return std::move(error_);
}

std::shared_ptr<const Regex> Machine::RegexFor(const Value& pattern, const Value& flags) {
  if (!pattern.IsString()) {
    Fail(Describe(pattern) + " is not a string");
    return nullptr;
  }
  if (!flags.IsString() && !flags.IsNull()) {
    Fail(Describe(flags) + " is not a string");
    return nullptr;
  }
  const auto key = std::make_pair(pattern.str(), flags.IsNull() ? std::string() : flags.str());
  const auto known = regexes_.find(key);
  if (known != regexes_.end()) return known->second;
  if (!Step(key.first.size() * kStepsPerPatternByte)) return nullptr;
  std::string problem;
  auto regex = Regex::Make(key.first, key.second, problem);
  if (!regex) {
    Fail(problem);
    return nullptr;
  }
  if (regexes_.size() >= kMaxRememberedRegexes) regexes_.clear();
  regexes_.emplace(key, regex);
  return regex;
}

bool Machine::CheckIntact(const Item& item, const Value& key) {
  if (IsIntact(item)) return true;
  Fail("Invalid path expression near attempt to access element " + Excerpt(key) + " of " +
       Excerpt(item.value, kPathExcerptBytes));
  return false;
}

Item Machine::MemberOf(const Item& item, const Value& key) {
  if (!CheckIntact(item, key)) return {Value::Failed(), {}};
  Item member{GetMember(*this, item.value, key), {}};
  if (member.value.failed() || !item.path) return member;
  if (!MayNest(item.path->length + 1)) return {Value::Failed(), {}};
  member.path =
      std::make_shared<PathLink>(PathLink{item.path, key, member.value, item.path->length + 1});
  return member;
}

}  // namespace ocean::jq
