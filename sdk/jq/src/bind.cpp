/// @file Variables and the scopes of calls.

#include "access.hpp"
#include "machine.hpp"

namespace ocean::jq {

// An alternative is left for the next one by an error in it or in what uses its variables.
bool Machine::BindAll(const Node* node, const Environment& env, const Value& in,
                      const Value& source, const std::function<bool(const Environment&)>& body) {
  const BindCode& bind = *node->bind;
  if (bind.alternatives.size() == 1 && bind.alternatives[0].slot == 0) {
    return body(env.With(heap_, Value(source)));
  }
  for (std::size_t i = 0;; ++i) {
    std::vector<Value> slots(bind.slots, Value::Null());
    const auto rest = [&] { return body(WithSlots(env, slots)); };
    if (BindPattern(bind.alternatives[i], env, in, source, slots, rest)) return true;
    if (unwinding_ != Unwinding::kError || i + 1 == bind.alternatives.size()) return false;
    CatchError();
  }
}

Environment Machine::WithSlots(const Environment& env, const std::vector<Value>& slots) {
  Environment scope = env;
  for (const Value& slot : slots) scope = scope.With(heap_, Value(slot));
  return scope;
}

bool Machine::BindPattern(const PatternCode& pattern, const Environment& env, const Value& in,
                          const Value& source, std::vector<Value>& slots,
                          const std::function<bool()>& rest) {
  if (!Step()) return false;
  if (pattern.slot >= 0) {
    slots[static_cast<std::size_t>(pattern.slot)] = source;
    return rest();
  }
  return pattern.is_array ? BindElements(pattern, 0, env, in, source, slots, rest)
                          : BindEntries(pattern, 0, env, in, source, slots, rest);
}

bool Machine::BindElements(const PatternCode& pattern, std::size_t at, const Environment& env,
                           const Value& in, const Value& source, std::vector<Value>& slots,
                           const std::function<bool()>& rest) {
  if (at == pattern.elements.size()) return rest();
  const Value part = GetMember(*this, source, Value::Int(static_cast<std::int64_t>(at)));
  if (part.failed()) return false;
  return BindPattern(pattern.elements[at], env, in, part, slots,
                     [&] { return BindElements(pattern, at + 1, env, in, source, slots, rest); });
}

bool Machine::BindEntries(const PatternCode& pattern, std::size_t at, const Environment& env,
                          const Value& in, const Value& source, std::vector<Value>& slots,
                          const std::function<bool()>& rest) {
  if (at == pattern.entries.size()) return rest();
  const PatternCode::Entry& entry = pattern.entries[at];
  const auto next = [&] { return BindEntries(pattern, at + 1, env, in, source, slots, rest); };
  return Each(entry.key, env, in, [&](Value&& key) {
    if (!key.IsString()) return Fail("Cannot index object with " + std::string(TypeOf(key))).Has();
    const Value part = GetMember(*this, source, key);
    if (part.failed()) return false;
    if (entry.slot >= 0) slots[static_cast<std::size_t>(entry.slot)] = part;
    return entry.value ? BindPattern(*entry.value, env, in, part, slots, next) : next();
  });
}

// A closure that only passes a closure of the caller on is that closure: recursion does not lengthen chains.
Environment Machine::CallScope(const Node* node, const Environment& env) {
  Environment scope = env.Up(node->hops);
  for (const Node* argument : node->list) {
    if (argument->op == Op::kClosure) {
      const Cell& cell = env.At(argument->hops);
      scope = scope.With(heap_, cell.closure, cell.scope);
    } else {
      scope = scope.With(heap_, argument, env);
    }
  }
  return scope;
}

}  // namespace ocean::jq
