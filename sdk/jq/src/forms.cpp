/// @file Builtins that evaluate their arguments themselves.

#include <algorithm>
#include <cmath>

#include "access.hpp"
#include "arithmetic.hpp"
#include "compare.hpp"
#include "machine.hpp"

namespace ocean::jq {

// The state is moved into each update, so that it can be changed in place; an update without output leaves null.
bool Machine::RunReduce(const Node* node, const Environment& env, const Item& in, Output out) {
  return Run(node->b, env, in, [&](Item&& state) {
    const auto update = [&](const Environment& scope) {
      Item current = std::exchange(state, Item{Value::Null(), in.path});
      return Run(node->c, scope, std::move(current), [&](Item&& next) {
        state = std::move(next);
        return true;
      });
    };
    const bool done = Each(node->a, env, in.value, [&](Value&& item) {
      return BindAll(node, env, in.value, item, update);
    });
    return done && out(std::move(state));
  });
}

bool Machine::RunForeach(const Node* node, const Environment& env, const Item& in, Output out) {
  return Run(node->b, env, in, [&](Item&& state) {
    const auto update = [&](const Environment& scope) {
      Item current = std::exchange(state, Item{Value::Null(), in.path});
      return Run(node->c, scope, std::move(current), [&](Item&& next) {
        state = std::move(next);
        return node->d == nullptr ? out(Item(state)) : Run(node->d, scope, state, out);
      });
    };
    return Each(node->a, env, in.value,
                [&](Value&& item) { return BindAll(node, env, in.value, item, update); });
  });
}

bool Machine::RunFirst(const Node* node, const Environment& env, Item in, Output out) {
  const std::int64_t label = ++next_label_;
  Item first;
  const bool done = Run(node->a, env, std::move(in), [&](Item&& item) {
    first = std::move(item);
    return Break(label);
  });
  if (!done && !Arrived(label)) return false;
  return !first.value.Has() || out(std::move(first));
}

bool Machine::RunLast(const Node* node, const Environment& env, Item in, Output out) {
  Item last;
  const bool done = Run(node->a, env, std::move(in), [&](Item&& item) {
    last = std::move(item);
    return true;
  });
  return done && (!last.value.Has() || out(std::move(last)));
}

// What is no number is counted down only where there is something to count.
bool Machine::CountDown(const Node* node, const Environment& env, const Item& in, Value count) {
  return Run(node, env, in, [&](Item&&) {
    return Calculate(*this, Arithmetic::kSubtract, std::move(count), Value::Int(1)).Has();
  });
}

bool Machine::RunLimit(const Node* node, const Environment& env, const Item& in, Output out) {
  return Each(node->a, env, in.value, [&](Value&& count) {
    if (Compare(count, Value::Int(0)) < 0)
      return Fail("limit doesn't support negative count").Has();
    if (!count.IsNumber()) return CountDown(node->b, env, in, std::move(count));
    double left = count.AsDouble();
    if (left <= 0) return true;
    const std::int64_t label = ++next_label_;
    const bool done = Run(node->b, env, in, [&](Item&& item) {
      if (--left > 0) return out(std::move(item));
      return out(std::move(item)) && Break(label);
    });
    return done || Arrived(label);
  });
}

bool Machine::RunSkip(const Node* node, const Environment& env, const Item& in, Output out) {
  return Each(node->a, env, in.value, [&](Value&& count) {
    if (Compare(count, Value::Int(0)) < 0) return Fail("skip doesn't support negative count").Has();
    if (!count.IsNumber()) return CountDown(node->b, env, in, std::move(count));
    double left = count.AsDouble();
    return Run(node->b, env, in, [&](Item&& item) {
      if (left <= 0) return out(std::move(item));
      --left;
      return true;
    });
  });
}

// The first bound is the outermost loop.
bool Machine::RunRange(const Node* node, const Environment& env, const Value& in, std::size_t at,
                       Value* bounds, Output out) {
  if (at == node->list.size()) return Range(bounds, at, out);
  return Each(node->list[at], env, in, [&](Value&& bound) {
    bounds[at] = std::move(bound);
    return RunRange(node, env, in, at + 1, bounds, out);
  });
}

bool Machine::Range(Value* bounds, std::size_t count, Output out) {
  for (std::size_t i = 0; i < count; ++i) {
    if (!bounds[i].IsNumber()) return Fail("Range bounds must be numeric").Has();
  }
  double at = count == 1 ? 0 : bounds[0].AsDouble();
  const double end = bounds[count == 1 ? 0 : 1].AsDouble();
  const double by = count == 3 ? bounds[2].AsDouble() : 1;
  for (; by > 0 ? at < end : by < 0 && at > end; at += by) {
    if (!Step() || !out({Value::Number(at), {}})) return false;
  }
  return true;
}

bool Machine::RunGetPath(const Node* node, const Environment& env, const Item& in, Output out) {
  return Each(node->a, env, in.value, [&](Value&& array) {
    Path path;
    if (!ToPath(*this, array, path)) return false;
    if (!in.path) {
      Value value = GetPath(*this, in.value, path);
      return value.Has() && out({std::move(value), {}});
    }
    Item item = in;
    for (const Value& key : path) {
      item = MemberOf(item, key);
      if (item.value.failed()) return false;
    }
    return out(std::move(item));
  });
}

bool Machine::RunError(const Node* node, const Environment& env, const Value& in) {
  if (node->a == nullptr) return FailWith(in).Has();
  return Each(node->a, env, in, [&](Value&& error) { return FailWith(std::move(error)).Has(); });
}

namespace {

struct Keyed {
  Value key;
  Value item;
  std::size_t place;
};

/// Looks at two values that are the work of a step.
constexpr std::uint64_t kComparisonsPerStep = 4;

/// Equal ones keep their order. Not a number is less than itself, which no sorting may be told.
bool ComesBefore(const Keyed& x, const Keyed& y, std::uint64_t& work) {
  const int order = Compare(x.key, y.key, work);
  if (order == 0 || (order < 0 && Compare(y.key, x.key) < 0)) return x.place < y.place;
  return order < 0;
}

Value GroupsOf(Machine& machine, std::vector<Keyed>& sorted) {
  ArrayBuilder groups(machine.heap());
  for (std::size_t i = 0; i < sorted.size();) {
    ArrayBuilder group(machine.heap());
    const Value key = sorted[i].key;
    // The first one belongs to it even where it does not equal itself: not a number.
    do {
      group.Add(std::move(sorted[i].item));
    } while (++i < sorted.size() && Equal(sorted[i].key, key));
    groups.Add(group.Finish());
  }
  return groups.Finish();
}

Value ItemsOf(Machine& machine, std::vector<Keyed>& sorted, bool only_first) {
  ArrayBuilder items(machine.heap());
  items.Reserve(sorted.size());
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (only_first && i > 0 && Equal(sorted[i].key, sorted[i - 1].key)) continue;
    items.Add(std::move(sorted[i].item));
  }
  return items.Finish();
}

/// Of equal ones, min takes the first and max the last.
Value ExtremeOf(std::vector<Keyed>& all, bool is_max) {
  if (all.empty()) return Value::Null();
  std::size_t best = 0;
  for (std::size_t i = 1; i < all.size(); ++i) {
    const int order = Compare(all[i].key, all[best].key);
    if (is_max ? order >= 0 : order < 0) best = i;
  }
  return std::move(all[best].item);
}

}  // namespace

// The keys are computed first, so they may fail first.
Value Machine::CannotSort(const Node* node, const Environment& env, const Value& in) {
  const bool is_extreme = node->by == By::kMin || node->by == By::kMax;
  if (node->a == nullptr && !is_extreme)
    return Fail(Describe(in) + " cannot be sorted, as it is not an array");
  Value keys = in;
  if (node->a != nullptr) {
    ArrayBuilder all(heap_);
    const bool done = Iterate({in, {}}, false, [&](Item&& item) {
      Value key = OneArray(node, env, item.value);
      if (key.Has()) all.Add(std::move(key));
      return unwinding_ == Unwinding::kNone;
    });
    if (!done) return Value::Failed();
    keys = all.Finish();
  }
  return Fail(Describe(in) + " and " + Describe(keys) + " cannot be " +
              (is_extreme ? "iterated over" : "sorted, as they are not both arrays"));
}

Value Machine::SortBy(const Node* node, const Environment& env, Value in) {
  if (!in.IsArray()) return CannotSort(node, env, in);
  if (!Room(in.array().size() * sizeof(Keyed))) return Value::Failed();
  std::vector<Keyed> all;
  all.reserve(in.array().size());
  for (const Json& json : in.array()) {
    if (!Step()) return Value::Failed();
    Value item = in.Part(json);
    Value key = node->a == nullptr ? item : OneArray(node, env, item);
    if (key.failed()) return key;
    all.push_back({std::move(key), std::move(item), all.size()});
  }
  if (node->by == By::kMin || node->by == By::kMax) return ExtremeOf(all, node->by == By::kMax);
  std::uint64_t work = 0;
  std::sort(all.begin(), all.end(),
            [&](const Keyed& x, const Keyed& y) { return ComesBefore(x, y, work); });
  if (!Step(work / kComparisonsPerStep)) return Value::Failed();
  if (node->by == By::kGroup) return GroupsOf(*this, all);
  return ItemsOf(*this, all, node->by == By::kUnique);
}

}  // namespace ocean::jq
