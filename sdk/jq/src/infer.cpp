/// @file Evaluates a program on what is known of values, in place of values.

#include "infer.hpp"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include "lexer.hpp"
#include "native_types.hpp"
#include "ocean/base/json.hpp"

namespace ocean::jq {
namespace {

/// How much is looked at (nodes, parts of constants, places in the input), how many places are remembered of one value and of
/// all, and how deep nodes nest, before the analysis gives up.
constexpr std::size_t kMaxWork = 100'000;
constexpr std::size_t kMaxOrigins = 2'000;
constexpr int kMaxDepth = 400;
/// A path goes no deeper: it stands for what lies below it.
constexpr std::size_t kMaxKeys = 32;

/// Keys from the root of the input on; "[]" stands for any element.
using Keys = std::vector<std::string>;

/// What is known of the outputs of a node.
struct Known {
  Type type = {};
  /// Where in the input the values lie; empty for what was made.
  std::set<Keys> origins = {};
};

Known Made(Type type) {
  return {std::move(type), {}};
}
Known Either(Known x, const Known& y) {
  x.type = Union(x.type, y.type);
  x.origins.insert(y.origins.begin(), y.origins.end());
  return x;
}

/// `work` counts the values that it looks at.
Type TypeOfLiteral(const Json& literal, std::size_t& work) {
  ++work;
  switch (literal.type()) {
    case Json::value_t::null:
      return Type::Of(Type::kNull);
    case Json::value_t::boolean:
      return Type::Of(Type::kBoolean);
    case Json::value_t::string:
      return Type::Of(Type::kString);
    case Json::value_t::object:
      return Type::Of(Type::kObject);
    case Json::value_t::array: {
      Type elements = Type::Of(Type::kNothing);
      for (const Json& element : literal) elements = Union(elements, TypeOfLiteral(element, work));
      return Type::ArrayOf(elements);
    }
    default:
      return Type::Of(Type::kNumber);
  }
}

Type ElementsOf(const Type& type) {
  return type.IsOnly(Type::kArray | Type::kNull) && type.elements ? *type.elements : Type{};
}

/// What a member of such a value may be; null where it is not there.
Type MemberOf(const Type& type, bool by_number) {
  if (type.IsOnly(Type::kNull)) return Type::Of(Type::kNull);
  return by_number ? Union(ElementsOf(type), Type::Of(Type::kNull)) : Type{};
}

Type SumOf(const Type& x, const Type& y) {
  Type sum =
      Type::Of(x.kinds & y.kinds & (Type::kNumber | Type::kString | Type::kArray | Type::kObject));
  if (x.Has(Type::kArray) && y.Has(Type::kArray)) sum.elements = Union(x, y).elements;
  if (x.Has(Type::kNull)) sum = Union(sum, y);
  if (y.Has(Type::kNull)) sum = Union(sum, x);
  return sum;
}

Type ArithmeticType(Arithmetic arithmetic, const Type& x, const Type& y) {
  const auto both = [&](Type::Kind kind) { return x.Has(kind) && y.Has(kind) ? kind : 0; };
  switch (arithmetic) {
    case Arithmetic::kAdd:
      return SumOf(x, y);
    case Arithmetic::kSubtract: {
      Type difference = Type::Of(both(Type::kNumber) | both(Type::kArray));
      difference.elements = x.elements;
      return difference;
    }
    case Arithmetic::kMultiply: {
      const bool repeats = (x.Has(Type::kString) && y.Has(Type::kNumber)) ||
                           (y.Has(Type::kString) && x.Has(Type::kNumber));
      return Type::Of(both(Type::kNumber) | both(Type::kObject) |
                      (repeats ? Type::kString | Type::kNull : 0));
    }
    case Arithmetic::kDivide: {
      const Type numbers = Type::Of(both(Type::kNumber));
      return both(Type::kString) != 0 ? Union(numbers, Type::ArrayOf(Type::Of(Type::kString)))
                                      : numbers;
    }
    case Arithmetic::kModulo:
      return Type::Of(Type::kNumber);
    default:
      return Type::Of(Type::kBoolean);
  }
}

class Inference {
 public:
  Facts Run(const Code& code) {
    const Known outputs = Of(code.root, nullptr, {Type{}, {Keys{}}});
    Use(outputs);
    if (gave_up_) return {{"."}, Type{}};
    return {Texts(), outputs.type};
  }

 private:
  struct Cell;
  using Scope = std::shared_ptr<const Cell>;
  struct Cell {
    Scope parent;
    Known value;
    const Node* closure;
    Scope closure_scope;
  };

  static Scope With(Scope parent, Known value) {
    return std::make_shared<Cell>(Cell{std::move(parent), std::move(value), nullptr, nullptr});
  }
  static const Cell& At(const Scope& scope, int hops) {
    const Cell* cell = scope.get();
    for (; hops > 0; --hops) cell = cell->parent.get();
    return *cell;
  }
  static Scope Up(Scope scope, int hops) {
    for (; hops > 0; --hops) scope = scope->parent;
    return scope;
  }

  /// Something is made of the value, or it is looked at.
  void Use(const Known& value) {
    work_ += value.origins.size();
    reads_.insert(value.origins.begin(), value.origins.end());
    if (reads_.size() > kMaxOrigins) gave_up_ = true;
  }

  Known Of(const Node* node, const Scope& scope, const Known& in) {
    if (++work_ > kMaxWork || depth_ >= kMaxDepth) gave_up_ = true;
    if (gave_up_) return {};
    ++depth_;
    Known known = Visit(*node, scope, in);
    --depth_;
    work_ += known.origins.size();
    if (known.origins.size() > kMaxOrigins) gave_up_ = true;
    return known;
  }
  /// Null stands for the input.
  Known OfTarget(const Node* node, const Scope& scope, const Known& in) {
    return node == nullptr ? in : Of(node, scope, in);
  }
  void UseOf(const Node* node, const Scope& scope, const Known& in) {
    if (node != nullptr) Use(Of(node, scope, in));
  }
  void UseList(const Node& node, const Scope& scope, const Known& in) {
    for (const Node* item : node.list) UseOf(item, scope, in);
  }

  Known Visit(const Node& node, const Scope& scope, const Known& in) {
    if (MayGiveNothing(node)) gives_nothing_ = true;
    switch (node.op) {
      case Op::kIdentity:
        return in;
      case Op::kLiteral:
        return Made(TypeOfLiteral(node.literal, work_));
      case Op::kFields:
      case Op::kIndex:
      case Op::kSlice:
      case Op::kIterate:
        return Access(node, scope, in);
      case Op::kPipe:
        return Of(node.b, scope, Of(node.a, scope, in));
      case Op::kComma:
        return All(node, scope, in);
      case Op::kAlternative: {
        Known left = Of(node.a, scope, in);
        left.type.kinds &= static_cast<std::uint8_t>(~Type::kNull);
        return Either(std::move(left), Of(node.b, scope, in));
      }
      case Op::kIf:
        UseOf(node.a, scope, in);
        return Either(Of(node.b, scope, in), OfTarget(node.c, scope, in));
      case Op::kTry: {
        Known body = Of(node.a, scope, in);
        return node.b == nullptr ? body : Either(std::move(body), Of(node.b, scope, Made({})));
      }
      case Op::kVariable:
        return At(scope, node.hops).value;
      case Op::kClosure: {
        const Cell& cell = At(scope, node.hops);
        return Of(cell.closure, cell.closure_scope, in);
      }
      case Op::kCall:
        return Call(node, scope, in);
      case Op::kBind:
        return OfBind(node, scope, in);
      case Op::kReduce:
      case Op::kForeach:
        return Fold(node, scope, in);
      case Op::kLabel:
        return Of(node.a, With(scope, {}), in);
      case Op::kFirst:
      case Op::kLast:
      case Op::kTrace:
        return Of(node.a, scope, in);
      case Op::kLimit:
      case Op::kSkip:
        UseOf(node.a, scope, in);
        return Of(node.b, scope, in);
      default:
        return Result(node, scope, in);
    }
  }

  // Whether the node itself, whatever its operands do, may have no output.
  static bool MayGiveNothing(const Node& node) {
    switch (node.op) {
      case Op::kEmpty:
      case Op::kBreak:
      case Op::kIterate:
      case Op::kTry:
      case Op::kForeach:
      case Op::kRange:
      case Op::kLimit:
      case Op::kSkip:
      case Op::kGetPath:
        return true;
      case Op::kFields:
        return std::any_of(node.steps.begin(), node.steps.end(),
                           [](const Step& step) { return step.optional; });
      default:
        return node.optional;
    }
  }

  // Nodes that make something of their operands.
  Known Result(const Node& node, const Scope& scope, const Known& in) {
    switch (node.op) {
      case Op::kArray: {
        if (node.a == nullptr) return Made(Type::ArrayOf(Type::Of(Type::kNothing)));
        const bool outside = gives_nothing_;
        const Known content = Of(node.a, scope, in);
        gives_nothing_ = outside;
        Use(content);
        return Made(Type::ArrayOf(content.type));
      }
      case Op::kObject:
        UseList(node, scope, in);
        return Made(Type::Of(Type::kObject));
      case Op::kString:
        UseList(node, scope, in);
        return Made(Type::Of(Type::kString));
      case Op::kRange:
        UseList(node, scope, in);
        return Made(Type::Of(Type::kNumber));
      case Op::kNegate:
        UseOf(node.a, scope, in);
        return Made(Type::Of(Type::kNumber));
      case Op::kArithmetic: {
        const Known x = Of(node.a, scope, in);
        const Known y = Of(node.b, scope, in);
        Use(x);
        Use(y);
        return Made(ArithmeticType(node.arithmetic, x.type, y.type));
      }
      case Op::kAnd:
      case Op::kOr:
        UseOf(node.a, scope, in);
        UseOf(node.b, scope, in);
        return Made(Type::Of(Type::kBoolean));
      case Op::kNative:
        if (NativeReadsInput(node.native->name)) Use(in);
        UseList(node, scope, in);
        return Made(NativeType(node.native->name));
      case Op::kSortBy:
        return Sorted(node, scope, in);
      case Op::kEmpty:
      case Op::kBreak:
        return Made(Type::Of(Type::kNothing));
      case Op::kError:
        node.a == nullptr ? Use(in) : UseOf(node.a, scope, in);
        return Made(Type::Of(Type::kNothing));
      case Op::kPath:
        Use(in);
        UseOf(node.a, scope, in);
        return Made(Type::Of(Type::kArray));
      case Op::kReplace:
        Use(in);
        UseOf(node.a, scope, in);
        UseOf(node.b, scope, Made(Type::Of(Type::kObject)));
        return Made(Type::Of(Type::kString));
      default:
        // Assignments, `..`, getpath: may reach all of the input.
        Use(in);
        UseOf(node.a, scope, in);
        UseOf(node.b, scope, in);
        return Made({});
    }
  }

  Known All(const Node& node, const Scope& scope, const Known& in) {
    Known all = Made(Type::Of(Type::kNothing));
    for (const Node* item : node.list) all = Either(std::move(all), Of(item, scope, in));
    return all;
  }

  Known Access(const Node& node, const Scope& scope, const Known& in) {
    Known target = OfTarget(node.a, scope, in);
    switch (node.op) {
      case Op::kFields:
        for (const Step& step : node.steps) target = Member(target, step.key);
        return target;
      case Op::kIndex: {
        const Known key = Of(node.b, scope, in);
        Use(key);
        Use(target);
        return Made(MemberOf(target.type, key.type.IsOnly(Type::kNumber)));
      }
      case Op::kSlice:
        UseOf(node.b, scope, in);
        UseOf(node.c, scope, in);
        target.type.kinds &= Type::kArray | Type::kString | Type::kNull;
        return target;
      default:
        return Element(target);
    }
  }

  Known Below(const Known& target, const std::string& key, Type type) {
    Known member = Made(std::move(type));
    work_ += target.origins.size();
    if (work_ > kMaxWork) gave_up_ = true;
    if (gave_up_) return member;
    for (Keys origin : target.origins) {
      if (origin.size() < kMaxKeys) origin.push_back(key);
      member.origins.insert(std::move(origin));
    }
    return member;
  }
  // Which element a number means is not told apart.
  Known Member(const Known& target, const Json& key) {
    const bool by_number = key.is_number();
    return Below(target, by_number ? "[]" : key.get<std::string>(),
                 MemberOf(target.type, by_number));
  }
  Known Element(const Known& target) {
    Known element = Below(target, "[]", ElementsOf(target.type));
    iterated_.insert(element.origins.begin(), element.origins.end());
    if (iterated_.size() > kMaxOrigins) gave_up_ = true;
    return element;
  }

  // A function that calls itself gets its input and arguments from what it was given before, all of which then counts as read.
  Known Call(const Node& node, const Scope& scope, const Known& in) {
    if (std::count(calls_.begin(), calls_.end(), node.function) > 0) {
      Use(in);
      UseList(node, scope, in);
      gives_nothing_ = true;
      return Made({});
    }
    Scope inner = Up(scope, node.hops);
    for (const Node* argument : node.list)
      inner = std::make_shared<Cell>(Cell{std::move(inner), {}, argument, scope});
    calls_.push_back(node.function);
    Known result = Of(node.function->body, inner, in);
    calls_.pop_back();
    return result;
  }

  Known OfBind(const Node& node, const Scope& scope, const Known& in) {
    const Known source = Of(node.a, scope, in);
    return Of(node.b, Bound(node, scope, source, in), in);
  }

  Known Fold(const Node& node, const Scope& scope, const Known& in) {
    const Known source = Of(node.a, scope, in);
    const Known start = Of(node.b, scope, in);
    const Scope inner = Bound(node, scope, source, in);
    Use(start);
    const bool outside = std::exchange(gives_nothing_, false);
    Known next = Of(node.c, inner, Made({}));
    Use(next);
    // An update without output leaves null.
    if (gives_nothing_) next.type = Union(next.type, Type::Of(Type::kNull));
    gives_nothing_ = outside || node.op == Op::kForeach;
    if (node.d != nullptr) return Of(node.d, inner, next);
    return Made(node.op == Op::kReduce ? Union(start.type, next.type) : next.type);
  }

  // The scope of what a pattern binds; a variable that several alternatives bind may be any of them, or null.
  Scope Bound(const Node& node, Scope scope, const Known& source, const Known& in) {
    const BindCode& bind = *node.bind;
    std::vector<Known> slots(bind.slots, Made(Type::Of(Type::kNothing)));
    for (const PatternCode& pattern : bind.alternatives) Match(pattern, scope, source, in, slots);
    for (Known& slot : slots) {
      if (bind.alternatives.size() > 1) slot.type = Union(slot.type, Type::Of(Type::kNull));
      scope = With(std::move(scope), std::move(slot));
    }
    return scope;
  }

  void Match(const PatternCode& pattern, const Scope& scope, const Known& source, const Known& in,
             std::vector<Known>& slots) {
    if (pattern.slot >= 0) Bind(pattern.slot, source, slots);
    for (const PatternCode& element : pattern.elements)
      Match(element, scope, Member(source, 0), in, slots);
    for (const PatternCode::Entry& entry : pattern.entries) {
      Known value;
      if (entry.key->op == Op::kLiteral && entry.key->literal.is_string()) {
        value = Member(source, entry.key->literal);
      } else {
        UseOf(entry.key, scope, in);
        Use(source);
        value = Made({});
      }
      if (entry.slot >= 0) Bind(entry.slot, value, slots);
      if (entry.value) Match(*entry.value, scope, value, in, slots);
    }
  }
  static void Bind(int slot, const Known& value, std::vector<Known>& slots) {
    Known& known = slots[static_cast<std::size_t>(slot)];
    known = Either(std::move(known), value);
  }

  Known Sorted(const Node& node, const Scope& scope, const Known& in) {
    Use(in);
    const Type elements = ElementsOf(in.type);
    UseOf(node.a, scope, Element(in));
    if (node.by == By::kMin || node.by == By::kMax)
      return Made(Union(elements, Type::Of(Type::kNull)));
    const Type items = Type::ArrayOf(elements);
    return Made(node.by == By::kGroup ? Type::ArrayOf(items) : items);
  }

  // Without those that lie below others. What was iterated counts where nothing of it did.
  std::vector<std::string> Texts() {
    for (const Keys& keys : iterated_) {
      const auto below = reads_.lower_bound(keys);
      const bool is_read = below != reads_.end() && below->size() >= keys.size() &&
                           std::equal(keys.begin(), keys.end(), below->begin());
      if (!is_read) reads_.insert(keys);
    }
    std::vector<std::string> texts;
    const Keys* last = nullptr;
    for (const Keys& keys : reads_) {
      if (last != nullptr && keys.size() >= last->size() &&
          std::equal(last->begin(), last->end(), keys.begin()))
        continue;
      last = &keys;
      texts.push_back(Text(keys));
    }
    return texts;
  }

  static std::string Text(const Keys& keys) {
    std::string text;
    for (const std::string& key : keys) {
      if (key == "[]") {
        text += text.empty() ? ".[]" : "[]";
      } else {
        text += "." + (IsName(key) ? key : DumpJson(key));
      }
    }
    return text.empty() ? "." : text;
  }

  std::set<Keys> reads_;
  std::set<Keys> iterated_;
  std::vector<const Function*> calls_;
  std::size_t work_ = 0;
  int depth_ = 0;
  bool gave_up_ = false;
  /// Something that was looked at may have no output.
  bool gives_nothing_ = false;
};

}  // namespace

Facts InferFacts(const Code& code) {
  return Inference().Run(code);
}

}  // namespace ocean::jq
