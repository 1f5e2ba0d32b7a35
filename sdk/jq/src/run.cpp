/// @file Generators: nodes with any number of outputs.

#include "access.hpp"
#include "arithmetic.hpp"
#include "level.hpp"
#include "machine.hpp"

namespace ocean::jq {
namespace {

/// Whether a kBind is `source as $x | …` with at most one source.
bool IsPlain(const Node& node) {
  return node.a->at_most_one && node.bind->alternatives.size() == 1 &&
         node.bind->alternatives[0].slot == 0;
}

}  // namespace

// Whatever comes last in a pipe, a branch or a function is evaluated in this activation: tail calls need no stack.
bool Machine::Run(const Node* node, const Environment& outer, Item in, Output out) {
  Level level(*this);
  if (level.IsTooDeep()) return false;
  Environment env = outer;
  while (true) {
    if (!Step()) return false;
    if (node->at_most_one && !in.path) {
      Value value = RunOne(node, env, std::move(in.value));
      return value.Has() ? out({std::move(value), {}}) : !value.failed();
    }
    switch (node->op) {
      case Op::kPipe: {
        const Callee left = Resolve(node->a, env);
        if (in.path || !left.node->at_most_one) return RunPipe(node, env, std::move(in), out);
        in.value = RunOne(left.node, *left.env, std::move(in.value));
        if (!in.value.Has()) return !in.value.failed();
        node = node->b;
        continue;
      }
      case Op::kComma:
        for (std::size_t i = 0; i + 1 < node->list.size(); ++i) {
          if (!Run(node->list[i], env, in, out)) return false;
        }
        node = node->list.back();
        continue;
      case Op::kIf: {
        const Callee test = Resolve(node->a, env);
        if (!test.node->at_most_one) return RunIf(node, env, in, out);
        const Value condition = RunOne(test.node, *test.env, in.value);
        if (!condition.Has()) return !condition.failed();
        node = condition.Truthy() ? node->b : node->c;
        if (node == nullptr) return out(std::move(in));
        continue;
      }
      case Op::kAlternative: {
        bool had_output = false;
        if (!RunAlternative(node, env, in, out, had_output)) return false;
        if (had_output) return true;
        node = node->b;
        continue;
      }
      case Op::kClosure: {
        const Cell& cell = env.At(node->hops);
        node = cell.closure;
        env = Environment(cell.scope);
        continue;
      }
      case Op::kCall:
        if (!level.EnterCall()) return false;
        env = CallScope(node, env);
        node = node->function->body;
        continue;
      case Op::kTry:
        return RunTry(node, env, in, out);
      case Op::kEmpty:
        return true;
      case Op::kIdentity:
        return out(std::move(in));
      case Op::kFields:
        return RunSteps(node, env, std::move(in), out);
      case Op::kIndex:
        return RunIndex(node, env, std::move(in), out);
      case Op::kSlice:
        return RunSlice(node, env, std::move(in), out);
      case Op::kIterate:
        return RunIterate(node, env, std::move(in), out);
      case Op::kDescend:
        return RunDescend(in, out);
      case Op::kBind: {
        if (!IsPlain(*node)) return RunBind(node, env, in, out);
        Value source = RunOne(node->a, env, in.value);
        if (!source.Has()) return !source.failed();
        env = env.With(heap_, std::move(source));
        node = node->b;
        continue;
      }
      case Op::kBreak:
        return Break(env.At(node->hops).value.integer());
      case Op::kReduce:
        return RunReduce(node, env, in, out);
      case Op::kForeach:
        return RunForeach(node, env, in, out);
      case Op::kLabel:
        return RunLabel(node, env, std::move(in), out);
      case Op::kFirst:
        return RunFirst(node, env, std::move(in), out);
      case Op::kLast:
        return RunLast(node, env, std::move(in), out);
      case Op::kLimit:
        return RunLimit(node, env, in, out);
      case Op::kSkip:
        return RunSkip(node, env, in, out);
      case Op::kGetPath:
        return RunGetPath(node, env, in, out);
      case Op::kTrace:
        return RunTraced(node, env, std::move(in), out);
      default:
        return RunValues(node, env, std::move(in), out);
    }
  }
}

// Nodes that make values, which lie nowhere: the path, where there is one, stays that of the input.
bool Machine::RunValues(const Node* node, const Environment& env, Item in, Output out) {
  if (node->at_most_one) {
    Value value = RunOne(node, env, std::move(in.value));
    return value.Has() ? out({std::move(value), in.path}) : !value.failed();
  }
  const auto keep_path = [&](Item&& item) { return out({std::move(item.value), in.path}); };
  const Output values(keep_path);
  switch (node->op) {
    case Op::kObject: {
      ObjectBuilder members(heap_);
      return RunObject(node, env, in.value, 0, members, values);
    }
    case Op::kString:
      return RunString(node, env, in.value, 0, "", values);
    case Op::kNegate:
      return Each(node->a, env, in.value, [&](Value&& value) {
        Value result = Negate(*this, std::move(value));
        return result.Has() && values({std::move(result), {}});
      });
    case Op::kArithmetic:
      return RunBinary(node, env, in.value, values);
    case Op::kAnd:
    case Op::kOr:
      return RunLogic(node, env, in.value, values);
    case Op::kNative: {
      std::vector<Value> arguments(node->list.size());
      return RunNative(node, env, in.value, node->list.size(), arguments.data(), values);
    }
    case Op::kAssign:
    case Op::kUpdate:
    case Op::kUpdateAlternative:
      return RunAssign(node, env, in.value, values);
    case Op::kPath:
      return RunPath(node, env, in.value, values);
    case Op::kRange: {
      std::vector<Value> bounds(node->list.size());
      return RunRange(node, env, in.value, 0, bounds.data(), values);
    }
    case Op::kError:
      return RunError(node, env, in.value);
    case Op::kReplace:
      return RunReplace(node, env, in.value, values);
    default:
      return Fail("this expression cannot be evaluated").Has();
  }
}

bool Machine::RunPipe(const Node* node, const Environment& env, Item in, Output out) {
  return Run(node->a, env, std::move(in),
             [&](Item&& middle) { return Run(node->b, env, std::move(middle), out); });
}

bool Machine::RunSteps(const Node* node, const Environment& env, Item in, Output out) {
  const auto walk = [&](Item&& item) {
    for (const jq::Step& step : node->steps) {
      const Value key = Value::Borrow(step.key);
      if (!CheckIntact(item, key)) return false;
      Item next = MemberOf(item, key);
      if (next.value.failed()) {
        if (!step.optional || unwinding_ != Unwinding::kError) return false;
        CatchError();
        return true;
      }
      item = std::move(next);
    }
    return out(std::move(item));
  };
  return node->a == nullptr ? walk(std::move(in)) : Run(node->a, env, std::move(in), walk);
}

// The key is the outer loop, the target the inner one.
bool Machine::RunIndex(const Node* node, const Environment& env, Item in, Output out) {
  return Each(node->b, env, in.value, [&](Value&& key) {
    const auto access = [&](Item&& target) {
      if (!CheckIntact(target, key)) return false;
      Item member = MemberOf(target, key);
      if (!member.value.failed()) return out(std::move(member));
      if (!node->optional || unwinding_ != Unwinding::kError) return false;
      CatchError();
      return true;
    };
    return node->a == nullptr ? access(Item(in)) : Run(node->a, env, in, access);
  });
}

bool Machine::RunSlice(const Node* node, const Environment& env, Item in, Output out) {
  const auto with_bound = [&](const Node* bound, const std::function<bool(Value&&)>& use) {
    return bound == nullptr ? use(Value::Null()) : Each(bound, env, in.value, use);
  };
  return with_bound(node->b, [&](Value&& from) {
    return with_bound(node->c, [&](Value&& to) {
      const Value key = SliceKey(*this, from, to);
      const auto access = [&](Item&& target) {
        if (!CheckIntact(target, key)) return false;
        Item member = MemberOf(target, key);
        if (!member.value.failed()) return out(std::move(member));
        if (!node->optional || unwinding_ != Unwinding::kError) return false;
        CatchError();
        return true;
      };
      return node->a == nullptr ? access(Item(in)) : Run(node->a, env, in, access);
    });
  });
}

bool Machine::RunIterate(const Node* node, const Environment& env, Item in, Output out) {
  if (node->a == nullptr) return Iterate(in, node->optional, out);
  return Run(node->a, env, std::move(in),
             [&](Item&& target) { return Iterate(target, node->optional, out); });
}

bool Machine::Iterate(const Item& target, bool optional, Output out) {
  if (!IsIntact(target)) {
    return Fail("Invalid path expression near attempt to iterate through " +
                Excerpt(target.value, kPathExcerptBytes))
        .Has();
  }
  const auto emit = [&](const Json& part, const auto& key) {
    if (!Step()) return false;
    Item item{target.value.Part(part), {}};
    if (target.path) {
      if (!MayNest(target.path->length + 1)) return false;
      item.path = std::make_shared<PathLink>(
          PathLink{target.path, key(), item.value, target.path->length + 1});
    }
    return out(std::move(item));
  };
  if (target.value.IsArray()) {
    std::int64_t index = 0;
    for (const Json& part : target.value.array()) {
      if (!emit(part, [&] { return Value::Int(index); })) return false;
      ++index;
    }
    return true;
  }
  if (target.value.IsObject()) {
    for (const auto& [name, part] : target.value.object()) {
      if (!emit(part, [&key = name, this] { return MakeString(std::string(key)); })) return false;
    }
    return true;
  }
  if (optional) return true;
  return Fail("Cannot iterate over " + Describe(target.value)).Has();
}

bool Machine::RunDescend(const Item& in, Output out) {
  const Level level(*this);
  if (level.IsTooDeep() || !Step() || !out(Item(in))) return false;
  if (!in.value.IsArray() && !in.value.IsObject()) return true;
  return Iterate(in, true, [&](Item&& part) { return RunDescend(part, out); });
}

// The first key is the outermost loop; `members` holds what earlier ones gave.
bool Machine::RunObject(const Node* node, const Environment& env, const Value& in, std::size_t at,
                        ObjectBuilder& members, Output out) {
  if (at == node->list.size()) {
    Value object = members.Copy().Finish();
    return out({std::move(object), {}});
  }
  return Each(node->list[at], env, in, [&](Value&& key) {
    return Each(node->list[at + 1], env, in, [&](Value&& value) {
      if (!key.IsString()) return Fail("Cannot use " + Describe(key) + " as object key").Has();
      ObjectBuilder longer = members.Copy();
      longer.Set(key.str(), std::move(value));
      if (!Step()) return false;
      return RunObject(node, env, in, at + 2, longer, out);
    });
  });
}

// As with operators, the last interpolation is the outermost loop.
bool Machine::RunString(const Node* node, const Environment& env, const Value& in, std::size_t at,
                        const std::string& text, Output out) {
  if (at == node->list.size()) return out({MakeString(std::string(text)), {}});
  const std::size_t index = node->list.size() - 1 - at;
  if (index % 2 == 0) {
    return RunString(node, env, in, at + 1,
                     node->list[index]->literal.get_ref<const std::string&>() + text, out);
  }
  return Each(node->list[index], env, in, [&](Value&& value) {
    const Value part = node->native->run(*this, std::move(value), nullptr);
    if (part.failed() || !Room(part.str().size() + text.size())) return false;
    return RunString(node, env, in, at + 1, part.str() + text, out);
  });
}

// The right operand is the outer loop.
bool Machine::RunBinary(const Node* node, const Environment& env, const Value& in, Output out) {
  return Each(node->b, env, in, [&](Value&& right) {
    return Each(node->a, env, in, [&](Value&& left) {
      Value result = Calculate(*this, node->arithmetic, std::move(left), Value(right));
      return result.Has() && out({std::move(result), {}});
    });
  });
}

bool Machine::RunLogic(const Node* node, const Environment& env, const Value& in, Output out) {
  const bool decides = node->op == Op::kOr;
  return Each(node->a, env, in, [&](Value&& left) {
    if (left.Truthy() == decides) return out({Value::Bool(decides), {}});
    return Each(node->b, env, in,
                [&](Value&& right) { return out({Value::Bool(right.Truthy()), {}}); });
  });
}

bool Machine::RunAlternative(const Node* node, const Environment& env, const Item& in, Output out,
                             bool& had_output) {
  return Run(node->a, env, in, [&](Item&& item) {
    if (!item.value.Truthy()) return true;
    had_output = true;
    return out(std::move(item));
  });
}

bool Machine::RunIf(const Node* node, const Environment& env, const Item& in, Output out) {
  return Each(node->a, env, in.value, [&](Value&& condition) {
    const Node* branch = condition.Truthy() ? node->b : node->c;
    return branch == nullptr ? out(Item(in)) : Run(branch, env, in, out);
  });
}

// Only errors of the body are caught, not those of whoever uses its outputs.
bool Machine::RunTry(const Node* node, const Environment& env, const Item& in, Output out) {
  bool is_ours = true;
  const bool done =
      Run(node->a, env, in, [&](Item&& item) { return is_ours = out(std::move(item)); });
  if (done) return true;
  if (!is_ours || unwinding_ != Unwinding::kError) return false;
  Value error = CatchError();
  return node->b == nullptr || Run(node->b, env, {std::move(error), in.path}, out);
}

bool Machine::RunBind(const Node* node, const Environment& env, const Item& in, Output out) {
  return Each(node->a, env, in.value, [&](Value&& source) {
    return BindAll(node, env, in.value, source,
                   [&](const Environment& scope) { return Run(node->b, scope, in, out); });
  });
}

bool Machine::RunLabel(const Node* node, const Environment& env, Item in, Output out) {
  const std::int64_t label = ++next_label_;
  return Run(node->a, env.With(heap_, Value::Int(label)), std::move(in), out) || Arrived(label);
}

bool Machine::Break(std::int64_t label) {
  unwinding_ = Unwinding::kBreak;
  label_ = label;
  return false;
}

bool Machine::Arrived(std::int64_t label) {
  if (unwinding_ != Unwinding::kBreak || label_ != label) return false;
  unwinding_ = Unwinding::kNone;
  return true;
}

bool Machine::RunTraced(const Node* node, const Environment& env, Item in, Output out) {
  tracer_->Enter(*node->source, in.value);
  bool is_ours = true;
  const bool done = Run(node->a, env, std::move(in), [&](Item&& item) {
    tracer_->Emit(*node->source, item.value);
    return is_ours = out(std::move(item));
  });
  if (!done && is_ours && unwinding_ == Unwinding::kError) tracer_->Fail(*node->source, error_);
  return done;
}

// The last argument is the outermost loop.
bool Machine::RunNative(const Node* node, const Environment& env, const Value& in, std::size_t at,
                        Value* arguments, Output out) {
  if (at == 0) {
    prepared_regex_ = node->regex.get();
    std::vector<Value> copies(arguments, arguments + node->list.size());
    Value result = node->native->run(*this, Value(in), copies.data());
    return result.Has() ? out({std::move(result), {}}) : !result.failed();
  }
  return Each(node->list[at - 1], env, in, [&](Value&& value) {
    arguments[at - 1] = std::move(value);
    return RunNative(node, env, in, at - 1, arguments, out);
  });
}

}  // namespace ocean::jq
