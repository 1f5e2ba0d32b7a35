/// @file Nodes that have at most one output.

#include "access.hpp"
#include "arithmetic.hpp"
#include "level.hpp"
#include "machine.hpp"

namespace ocean::jq {

Value Machine::RunOne(const Node* node, const Environment& outer, Value in) {
  // The commonest nodes need no scope, and no guard, as they call nothing.
  if (node->op == Op::kLiteral) return Value::Borrow(node->literal);
  if (node->op == Op::kIdentity) return in;
  if (node->op == Op::kFields && node->a == nullptr) return OneFields(node, outer, std::move(in));

  Level level(*this);
  if (level.IsTooDeep()) return Value::Failed();
  Environment env = outer;
  while (true) {
    if (!Step()) return Value::Failed();
    switch (node->op) {
      case Op::kPipe:
        in = RunOne(node->a, env, std::move(in));
        if (!in.Has()) return in;
        node = node->b;
        continue;
      case Op::kIf: {
        const Value condition = RunOne(node->a, env, in);
        if (!condition.Has()) return condition;
        node = condition.Truthy() ? node->b : node->c;
        if (node == nullptr) return in;
        continue;
      }
      case Op::kBind:
        if (node->bind->alternatives.size() == 1 && node->bind->alternatives[0].slot == 0) {
          Value source = RunOne(node->a, env, in);
          if (!source.Has()) return source;
          env = env.With(heap_, std::move(source));
          node = node->b;
          continue;
        }
        return OneByGenerator(node, env, std::move(in));
      case Op::kCall:
        if (!level.EnterCall()) return Value::Failed();
        env = CallScope(node, env);
        node = node->function->body;
        continue;
      case Op::kAnd:
      case Op::kOr: {
        const Value left = RunOne(node->a, env, in);
        if (!left.Has()) return left;
        if (left.Truthy() == (node->op == Op::kOr)) return Value::Bool(left.Truthy());
        const Value right = RunOne(node->b, env, std::move(in));
        return right.Has() ? Value::Bool(right.Truthy()) : right;
      }
      case Op::kAlternative: {
        Value left = RunOne(node->a, env, in);
        if (left.failed() || (left.Has() && left.Truthy())) return left;
        node = node->b;
        continue;
      }
      case Op::kIdentity:
        return in;
      case Op::kLiteral:
        return Value::Borrow(node->literal);
      case Op::kVariable:
        return env.At(node->hops).value;
      case Op::kEmpty:
        return Value();
      case Op::kFields:
        return OneFields(node, env, std::move(in));
      case Op::kIndex:
        return OneIndex(node, env, std::move(in));
      case Op::kSlice:
        return OneSlice(node, env, std::move(in));
      case Op::kString:
        return OneString(node, env, in);
      case Op::kArray:
        return OneArray(node, env, in);
      case Op::kObject:
        return OneObject(node, env, in);
      case Op::kArithmetic:
        return OneArithmetic(node, env, std::move(in));
      case Op::kNative:
        return OneNative(node, env, std::move(in));
      case Op::kModify:
        return Modify(node, env, std::move(in));
      case Op::kSortBy:
        return SortBy(node, env, std::move(in));
      case Op::kTrace:
        return OneTraced(node, env, std::move(in));
      case Op::kNegate: {
        Value value = RunOne(node->a, env, std::move(in));
        return value.Has() ? Negate(*this, std::move(value)) : value;
      }
      default:
        return OneByGenerator(node, env, std::move(in));
    }
  }
}

// These are written as generators only; here each gives one output at most.
Value Machine::OneByGenerator(const Node* node, const Environment& env, Value in) {
  Value only;
  const auto keep = [&](Item&& item) {
    only = std::move(item.value);
    return true;
  };
  const auto run = [&](Output out) {
    switch (node->op) {
      case Op::kBind:
        return RunBind(node, env, {std::move(in), {}}, out);
      case Op::kTry:
        return RunTry(node, env, {std::move(in), {}}, out);
      case Op::kReduce:
        return RunReduce(node, env, {std::move(in), {}}, out);
      case Op::kLabel:
        return RunLabel(node, env, {std::move(in), {}}, out);
      case Op::kFirst:
        return RunFirst(node, env, {std::move(in), {}}, out);
      case Op::kLast:
        return RunLast(node, env, {std::move(in), {}}, out);
      case Op::kLimit:
        return RunLimit(node, env, {std::move(in), {}}, out);
      case Op::kSkip:
        return RunSkip(node, env, {std::move(in), {}}, out);
      case Op::kGetPath:
        return RunGetPath(node, env, {std::move(in), {}}, out);
      case Op::kBreak:
        return Break(env.At(node->hops).value.integer());
      case Op::kError:
        return RunError(node, env, in);
      case Op::kPath:
        return RunPath(node, env, in, out);
      case Op::kReplace:
        return RunReplace(node, env, in, out);
      default:
        return RunAssign(node, env, in, out);
    }
  };
  return run(keep) ? std::move(only) : Value::Failed();
}

// Walks the borrowed input without touching counts, and takes hold of what it arrives at.
Value Machine::OneFields(const Node* node, const Environment& env, Value in) {
  if (node->a != nullptr) {
    in = RunOne(node->a, env, std::move(in));
    if (!in.Has()) return in;
  }
  if (in.IsNull()) return in;
  const Json* at = in.tag() == Value::Tag::kJson ? &in.json() : nullptr;
  for (const jq::Step& step : node->steps) {
    if (at != nullptr && at->is_object() && step.key.is_string()) {
      const auto& members = *at->get_ptr<const Json::object_t*>();
      const auto found = members.find(*step.key.get_ptr<const std::string*>());
      if (found == members.end()) return Value::Null();
      at = &found->second;
      if (at->is_null()) return Value::Null();
      continue;
    }
    Value next = GetMember(*this, at == nullptr ? in : in.Part(*at), Value::Borrow(step.key));
    if (next.failed() && step.optional && unwinding_ == Unwinding::kError) {
      CatchError();
      return Value();
    }
    if (next.failed() || next.IsNull()) return next;
    in = std::move(next);
    at = in.tag() == Value::Tag::kJson ? &in.json() : nullptr;
  }
  return at == nullptr ? std::move(in) : in.Part(*at);
}

Value Machine::OneIndex(const Node* node, const Environment& env, Value in) {
  const Value key = RunOne(node->b, env, in);
  if (!key.Has()) return key;
  const Value target = node->a == nullptr ? std::move(in) : RunOne(node->a, env, std::move(in));
  if (!target.Has()) return target;
  Value member = GetMember(*this, target, key);
  if (!member.failed() || !node->optional || unwinding_ != Unwinding::kError) return member;
  CatchError();
  return Value();
}

Value Machine::OneSlice(const Node* node, const Environment& env, Value in) {
  const Value from = node->b == nullptr ? Value::Null() : RunOne(node->b, env, in);
  if (!from.Has()) return from;
  const Value to = node->c == nullptr ? Value::Null() : RunOne(node->c, env, in);
  if (!to.Has()) return to;
  const Value target = node->a == nullptr ? std::move(in) : RunOne(node->a, env, std::move(in));
  if (!target.Has()) return target;
  Value slice = GetSlice(*this, target, from, to);
  if (!slice.failed() || !node->optional || unwinding_ != Unwinding::kError) return slice;
  CatchError();
  return Value();
}

// The last interpolation is evaluated first, as in RunString.
Value Machine::OneString(const Node* node, const Environment& env, const Value& in) {
  std::vector<Value> values(node->list.size());
  std::size_t size = 0;
  for (std::size_t i = node->list.size(); i-- > 0;) {
    if (i % 2 == 0) continue;
    Value value = RunOne(node->list[i], env, in);
    if (!value.Has()) return value;
    values[i] = node->native->run(*this, std::move(value), nullptr);
    if (values[i].failed() || !Room(size += values[i].str().size())) return Value::Failed();
  }
  std::string text;
  for (std::size_t i = 0; i < node->list.size(); ++i)
    text += i % 2 == 0 ? node->list[i]->literal.get_ref<const std::string&>() : values[i].str();
  return MakeString(std::move(text));
}

Value Machine::OneArray(const Node* node, const Environment& env, const Value& in) {
  ArrayBuilder items(heap_);
  if (node->a == nullptr) return items.Finish();
  const bool done = Each(node->a, env, in, [&](Value&& item) {
    items.Add(std::move(item));
    return Step();
  });
  return done ? items.Finish() : Value::Failed();
}

Value Machine::OneObject(const Node* node, const Environment& env, const Value& in) {
  ObjectBuilder members(heap_);
  for (std::size_t i = 0; i < node->list.size(); i += 2) {
    const Value key = RunOne(node->list[i], env, in);
    if (!key.Has()) return key;
    Value value = RunOne(node->list[i + 1], env, in);
    if (!value.Has()) return value;
    if (!key.IsString()) return Fail("Cannot use " + Describe(key) + " as object key");
    members.Set(key.str(), std::move(value));
    if (!Step()) return Value::Failed();
  }
  return members.Finish();
}

Value Machine::OneArithmetic(const Node* node, const Environment& env, Value in) {
  Value right = RunOne(node->b, env, in);
  if (!right.Has()) return right;
  Value left = RunOne(node->a, env, std::move(in));
  if (!left.Has()) return left;
  return Calculate(*this, node->arithmetic, std::move(left), std::move(right));
}

Value Machine::OneNative(const Node* node, const Environment& env, Value in) {
  std::array<Value, kMaxArguments> arguments;
  for (std::size_t i = node->list.size(); i-- > 0;) {
    arguments[i] = RunOne(node->list[i], env, in);
    if (!arguments[i].Has()) return std::move(arguments[i]);
  }
  prepared_regex_ = node->regex.get();
  return node->native->run(*this, std::move(in), arguments.data());
}

Value Machine::OneTraced(const Node* node, const Environment& env, Value in) {
  tracer_->Enter(*node->source, in);
  Value value = RunOne(node->a, env, std::move(in));
  if (value.Has()) {
    tracer_->Emit(*node->source, value);
  } else if (unwinding_ == Unwinding::kError) {
    tracer_->Fail(*node->source, error_);
  }
  return value;
}

}  // namespace ocean::jq
