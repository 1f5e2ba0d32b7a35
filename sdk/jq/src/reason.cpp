#include "reason.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <optional>
#include <vector>

#include "access.hpp"
#include "ocean/base/text.hpp"

namespace ocean::jq {
namespace {

/// The expressions that gave an expression its input, the nearest first; null where that is the item itself.
struct Upstream {
  const Expr* expr;
  const Upstream* before;
};

/// An expression, and what gave it its input; no expression where that cannot be told.
struct Place {
  const Expr* expr = nullptr;
  const Upstream* upstream = nullptr;
};

bool IsInput(const Expr& expr) {
  return expr.kind == ExprKind::kIdentity;
}

bool IsCall(const Expr& expr, std::string_view name, std::size_t arity) {
  return expr.kind == ExprKind::kCall && expr.text == name && expr.children.size() == arity;
}

/// `empty` and `null` stand for what was not found before them.
bool IsGivingUp(const Expr& expr) {
  return IsCall(expr, "empty", 0) || IsCall(expr, "null", 0);
}

std::string WhyNoKey(const Json::object_t& members, const std::string& key) {
  if (members.find(key) != members.end()) return "its value is null";
  std::vector<std::string> known;
  for (const auto& [name, value] : members) known.push_back(name);
  const auto near = ClosestMatch(key, known);
  return "no key `" + key + "`" + (near ? "; did you mean `" + *near + "`?" : "");
}

std::string WhyNoElement(const Json::array_t& elements, double index) {
  const auto size = static_cast<double>(elements.size());
  if (index < size && index >= -size) return "its value is null";
  return "the array has " + std::to_string(elements.size()) +
         (elements.size() == 1 ? " element" : " elements");
}

std::string WhyNoPart(const Value& held, const Value& key) {
  if (held.IsObject() && key.IsString()) return WhyNoKey(held.object(), key.str());
  if (held.IsArray() && key.IsNumber()) return WhyNoElement(held.array(), key.AsDouble());
  return "there is no such member";
}

/// The part of a value; null where it has none.
Value PartAt(const Value& held, const Value& key) {
  if (held.IsObject() && key.IsString()) {
    const auto found = held.object().find(key.str());
    if (found != held.object().end()) return held.Part(found->second);
  } else if (held.IsArray() && key.IsNumber()) {
    const auto size = static_cast<double>(held.array().size());
    const double index = key.AsDouble() + (key.AsDouble() < 0 ? size : 0);
    if (index >= 0 && index < size) return held.Part(held.array()[static_cast<std::size_t>(index)]);
  }
  return Value::Null();
}

/// Why there is nothing at the end of a path; empty when there is something.
std::string WhyNothingAt(Value held, const std::vector<Value>& path) {
  for (const Value& key : path) {
    Value part = PartAt(held, key);
    if (part.IsNull()) return WhyNoPart(held, key);
    held = std::move(part);
  }
  return "";
}

/// The keys by which a pattern takes a variable out of a value; false when it binds none of that name, or a key is computed.
bool KeysOfVariable(const Pattern& pattern, const std::string& name, std::vector<Value>& keys) {
  if (pattern.shape == Pattern::Shape::kVariable) return pattern.variable == name;
  const auto below = [&](const Value& key, const Pattern* inner) {
    keys.push_back(key);
    if (inner == nullptr || KeysOfVariable(*inner, name, keys)) return true;
    keys.pop_back();
    return false;
  };
  for (std::size_t i = 0; i < pattern.elements.size(); ++i) {
    if (below(Value::Int(static_cast<std::int64_t>(i)), &pattern.elements[i])) return true;
  }
  for (const Pattern::Entry& entry : pattern.entries) {
    if (!entry.key || entry.key->kind != ExprKind::kLiteral) continue;
    const bool binds = entry.variable == name;
    if (!binds && !entry.value) continue;
    if (below(Value::Borrow(entry.key->literal), binds ? nullptr : entry.value.get())) return true;
  }
  return false;
}

class Search {
 public:
  Search(std::string_view text, const Flows& flows) : text_(text), flows_(flows) {}

  // Goes down from an expression that failed to give something to the one because of which it did.
  std::string Of(const Expr& expr, const Upstream* upstream) {
    const Flow* flow = flows_.Find(expr);
    if (flow == nullptr) return Whole(expr, upstream);
    if (flow->GaveSomething()) return "";
    switch (expr.kind) {
      case ExprKind::kPipe:
        return OfPipe(expr, *flow, upstream);
      case ExprKind::kIndex:
      case ExprKind::kSlice:
      case ExprKind::kIterate:
        return OfAccess(expr, *flow, upstream);
      case ExprKind::kAlternative:
        return OfAlternative(expr, *flow, upstream);
      case ExprKind::kVariable:
        return OfVariable(expr, *flow, upstream);
      case ExprKind::kBind:
        bindings_.push_back({&expr, upstream});
        return OfParts(expr, AllChildren(expr), *flow, upstream);
      case ExprKind::kIf:
        return OfParts(expr,
                       {expr.children[2].get(), expr.children[1].get(), expr.children[0].get()},
                       *flow, upstream);
      case ExprKind::kTry:
        return OfTry(expr, *flow, upstream);
      case ExprKind::kCall:
        return OfCall(expr, *flow, upstream);
      case ExprKind::kIdentity:
      case ExprKind::kRecurse:
        return upstream == nullptr ? "the item is null" : Of(*upstream->expr, upstream->before);
      case ExprKind::kDefine:
        definitions_.push_back(&expr);
        return OfParts(expr, {expr.children[1].get()}, *flow, upstream);
      default:
        return OfParts(expr, AllChildren(expr), *flow, upstream);
    }
  }

 private:
  static std::vector<const Expr*> AllChildren(const Expr& expr) {
    std::vector<const Expr*> children;
    for (const ExprPtr& child : expr.children) children.push_back(child.get());
    return children;
  }

  std::string Quoted(const Expr& expr) const {
    return "`" + std::string(text_.substr(expr.begin, expr.end - expr.begin)) + "`";
  }

  // What is not traced is a constant or `.`.
  std::string Whole(const Expr& expr, const Upstream* upstream) {
    if (!IsInput(expr)) return Quoted(expr) + " is null";
    return upstream == nullptr ? "the item is null" : Of(*upstream->expr, upstream->before);
  }

  std::string OfPipe(const Expr& expr, const Flow& flow, const Upstream* upstream) {
    const Expr& left = *expr.children[0];
    if (const Flow* found = flows_.Find(left); found != nullptr && found->began >= flow.began) {
      if (found->outcome != Outcome::kValue) return Of(left, upstream);
    }
    return Of(*expr.children[1], After(left, upstream));
  }

  // The upstream of what follows `left`.
  const Upstream* After(const Expr& left, const Upstream* before) {
    return IsInput(left) ? before : &upstreams_.emplace_back(Upstream{&left, before});
  }

  // `a // empty` has nothing because of a.
  std::string OfAlternative(const Expr& expr, const Flow& flow, const Upstream* upstream) {
    const Expr& left = *expr.children[0];
    const Flow* from = flows_.Find(left);
    if (IsGivingUp(*expr.children[1]) && from != nullptr && from->began >= flow.began) {
      const std::string cause = Of(left, upstream);
      if (!cause.empty()) return cause;
    }
    return OfParts(expr, {expr.children[1].get(), &left}, flow, upstream);
  }

  // What was bound: the source itself, or what the pattern took out of it.
  std::string OfVariable(const Expr& expr, const Flow& flow, const Upstream* upstream) {
    for (auto bound = bindings_.rbegin(); bound != bindings_.rend(); ++bound) {
      std::vector<Value> keys;
      const auto& patterns = bound->expr->patterns;
      if (patterns.size() != 1 || !KeysOfVariable(patterns[0], expr.text, keys)) continue;
      const Expr& source = *bound->expr->children[0];
      const Flow* from = flows_.Find(source);
      std::string cause;
      if (keys.empty()) {
        cause = Of(source, bound->upstream);
      } else if (const Flow* holder = from != nullptr ? from : flows_.Find(*bound->expr)) {
        cause = WhyNothingAt(from != nullptr ? holder->output : holder->input, keys);
        if (!cause.empty()) cause.insert(0, Quoted(expr) + ": ");
      }
      if (!cause.empty()) return cause;
      break;
    }
    return OfParts(expr, {}, flow, upstream);
  }

  std::string OfAccess(const Expr& expr, const Flow& flow, const Upstream* upstream) {
    const Expr& target = *expr.children[0];
    const Flow* from = flows_.Find(target);
    if (!IsInput(target) && from != nullptr && !from->GaveSomething()) {
      if (flow.outcome != Outcome::kError || from->outcome == Outcome::kError)
        return Of(target, upstream);
      return Quoted(expr) + ": " + flow.error + "; " + Of(target, upstream);
    }
    if (expr.kind == ExprKind::kIndex) {
      const Flow* key = flows_.Find(*expr.children[1]);
      if (key != nullptr && key->outcome != Outcome::kValue) return Of(*expr.children[1], upstream);
    }
    const Value& held = HeldBy(target, flow);
    if (flow.outcome == Outcome::kError) return OfError(expr, {}, flow, upstream);
    if (held.IsNull() && IsInput(target) && upstream != nullptr)
      return Of(*upstream->expr, upstream->before);
    return WhyNoMember(expr, held, upstream);
  }

  // What an access looked into.
  const Value& HeldBy(const Expr& target, const Flow& access) const {
    const Flow* from = flows_.Find(target);
    return IsInput(target) || from == nullptr ? access.input : from->output;
  }

  std::string WhyNoMember(const Expr& access, const Value& held, const Upstream* upstream) {
    const std::string text = Quoted(access) + ": ";
    if (held.IsNull()) return text + "the item is null";
    const Place maker = Maker(*access.children[0], upstream);
    const bool is_empty_array = held.IsArray() && held.array().empty();
    if (access.kind == ExprKind::kIterate) {
      if (!held.IsArray() && !held.IsObject()) return text + "it is a " + std::string(TypeOf(held));
      return text + "it is empty" + (is_empty_array ? AndWhyEmpty(maker) : "");
    }
    if (access.kind == ExprKind::kSlice) return text + "there is no such part";
    const Value key = KeyOf(*access.children[1]);
    if (is_empty_array) return text + WhyNoPart(held, key) + AndWhyEmpty(maker);
    const Place part = PartOf(maker, held, key);
    const std::string cause = part.expr == nullptr ? "" : Of(*part.expr, part.upstream);
    return cause.empty() ? text + WhyNoPart(held, key) : cause;
  }

  // The expression that made what `expr` gives: behind pipes and `.`, and behind members of what was put together before.
  Place Maker(const Expr& expr, const Upstream* upstream) {
    if (IsInput(expr))
      return upstream == nullptr ? Place{} : Maker(*upstream->expr, upstream->before);
    if (expr.kind == ExprKind::kPipe)
      return Maker(*expr.children[1], After(*expr.children[0], upstream));
    const Flow* flow = expr.kind == ExprKind::kIndex ? flows_.Find(expr) : nullptr;
    if (flow == nullptr) return {&expr, upstream};
    const Expr& target = *expr.children[0];
    const Place part =
        PartOf(Maker(target, upstream), HeldBy(target, *flow), KeyOf(*expr.children[1]));
    return part.expr == nullptr ? Place{&expr, upstream} : Maker(*part.expr, part.upstream);
  }

  // What gave the part `key` of `held`, which `maker` put together; none where it has no such part.
  static Place PartOf(const Place& maker, const Value& held, const Value& key) {
    if (maker.expr == nullptr) return {};
    const Expr& expr = *maker.expr;
    if (held.IsArray() && WhyNoPart(held, key) == "its value is null") return ContentOf(maker);
    if (expr.kind != ExprKind::kObject || !key.IsString()) return {};
    for (std::size_t i = expr.children.size(); i >= 2; i -= 2) {
      const Expr& name = *expr.children[i - 2];
      if (name.kind == ExprKind::kLiteral && name.literal == key.json() && expr.children[i - 1])
        return {expr.children[i - 1].get(), maker.upstream};
    }
    return {};
  }

  // What gave the elements of an array.
  static Place ContentOf(const Place& maker) {
    if (maker.expr == nullptr) return {};
    const Expr& expr = *maker.expr;
    const bool collects = expr.kind == ExprKind::kArray || IsCall(expr, "map", 1);
    return collects ? Place{expr.children[0].get(), maker.upstream} : Place{};
  }

  std::string AndWhyEmpty(const Place& maker) {
    const Place content = ContentOf(maker);
    const Flow* flow = content.expr == nullptr ? nullptr : flows_.Find(*content.expr);
    if (flow == nullptr || flow->outcome != Outcome::kNothing) return "";
    return "; " + Of(*content.expr, content.upstream);
  }

  Value KeyOf(const Expr& key) const {
    if (key.kind == ExprKind::kLiteral) return Value::Borrow(key.literal);
    const Flow* flow = flows_.Find(key);
    return flow != nullptr && flow->outcome == Outcome::kValue ? flow->output : Value::Null();
  }

  // `e?` hides the error of e.
  std::string OfTry(const Expr& expr, const Flow& flow, const Upstream* upstream) {
    const Expr& body = *expr.children[0];
    const Flow* from = flows_.Find(body);
    if (expr.children[1] == nullptr && from != nullptr && from->outcome == Outcome::kError)
      return Of(body, upstream) + " (the error is hidden)";
    return OfParts(expr, {expr.children[1].get(), &body}, flow, upstream);
  }

  std::string OfCall(const Expr& expr, const Flow& flow, const Upstream* upstream) {
    if (IsCall(expr, "select", 1) && flow.outcome == Outcome::kNothing) {
      const Flow* condition = flows_.Find(*expr.children[0]);
      if (condition == nullptr || condition->outcome == Outcome::kValue) {
        return Quoted(expr) + ": the condition is not true" +
               AndFirstNull(*expr.children[0], upstream);
      }
    }
    if (IsCall(expr, "getpath", 1) && flow.outcome == Outcome::kValue) {
      const std::string cause = WhyNothingAt(flow.input, PathOf(*expr.children[0]));
      if (!cause.empty()) return Quoted(expr) + ": " + cause;
    }
    if (flow.outcome == Outcome::kValue && flow.input.IsArray() && TakesElement(expr)) {
      const std::string cause = OfElement(expr, flow, upstream);
      if (!cause.empty()) return cause;
    }
    if (flow.input.IsNull() && upstream != nullptr && flow.outcome != Outcome::kError)
      return Of(*upstream->expr, upstream->before);
    std::vector<const Expr*> parts = AllChildren(expr);
    if (const Expr* definition = TakeDefinition(expr))
      parts.push_back(definition->children[0].get());
    return OfParts(expr, parts, flow, upstream);
  }

  static bool TakesElement(const Expr& call) {
    constexpr std::array<std::string_view, 5> kNames = {"first", "last", "add", "min", "max"};
    return call.children.empty() &&
           std::find(kNames.begin(), kNames.end(), call.text) != kNames.end();
  }

  // `first` and its kin give null for an array that is empty or holds it.
  std::string OfElement(const Expr& call, const Flow& flow, const Upstream* upstream) {
    const Place maker = upstream == nullptr ? Place{} : Maker(*upstream->expr, upstream->before);
    if (flow.input.array().empty())
      return Quoted(call) + ": the array is empty" + AndWhyEmpty(maker);
    const Place content = ContentOf(maker);
    return content.expr == nullptr ? "" : Of(*content.expr, content.upstream);
  }

  // The keys of a path that the program spells out.
  std::vector<Value> PathOf(const Expr& array) const {
    std::vector<Value> keys;
    const Value path = KeyOf(array);
    if (path.IsArray()) {
      for (const Json& key : path.array()) keys.push_back(path.Part(key));
    } else if (array.kind == ExprKind::kArray && array.children[0]) {
      const Expr& content = *array.children[0];
      if (content.kind == ExprKind::kLiteral) keys.push_back(Value::Borrow(content.literal));
      if (content.kind != ExprKind::kComma) return keys;
      for (const ExprPtr& key : content.children) keys.push_back(KeyOf(*key));
    }
    return keys;
  }

  // The first part of a condition that has nothing to look at.
  std::string AndFirstNull(const Expr& condition, const Upstream* upstream) {
    const Flow* flow = flows_.Find(condition);
    if (condition.kind == ExprKind::kIndex && flow != nullptr && !flow->GaveSomething()) {
      const std::string cause = Of(condition, upstream);
      return cause.empty() ? "" : "; " + cause;
    }
    const bool goes_on = condition.kind == ExprKind::kPipe;
    for (std::size_t i = 0; i < condition.children.size(); ++i) {
      const ExprPtr& child = condition.children[i];
      const bool follows = goes_on && i > 0;
      const std::string cause =
          child == nullptr
              ? ""
              : AndFirstNull(*child, follows ? After(*condition.children[0], upstream) : upstream);
      if (!cause.empty()) return cause;
    }
    return "";
  }

  // The definition that a call means. Each is taken once, as the way down a recursion would not end.
  const Expr* TakeDefinition(const Expr& call) {
    for (std::size_t i = definitions_.size(); i-- > 0;) {
      const Expr* definition = definitions_[i];
      if (definition->text != call.text || definition->parameters.size() != call.children.size())
        continue;
      definitions_.erase(definitions_.begin() + static_cast<std::ptrdiff_t>(i));
      return definition;
    }
    return nullptr;
  }

  // Of the parts that were evaluated last time, the first that came to the same as the whole; else the whole itself.
  std::string OfParts(const Expr& expr, const std::vector<const Expr*>& parts, const Flow& flow,
                      const Upstream* upstream) {
    for (const Expr* part : parts) {
      const Flow* inner = part == nullptr ? nullptr : flows_.Find(*part);
      if (inner == nullptr || inner->began < flow.began || inner->GaveSomething()) continue;
      if (inner->outcome == flow.outcome) return Of(*part, upstream);
    }
    switch (flow.outcome) {
      case Outcome::kError:
        return OfError(expr, parts, flow, upstream);
      case Outcome::kNothing:
        return Quoted(expr) + " gave no value";
      case Outcome::kValue:
        break;
    }
    return Quoted(expr) + " is null";
  }

  // An error that began here, often because of a null that came from elsewhere.
  std::string OfError(const Expr& expr, const std::vector<const Expr*>& parts, const Flow& flow,
                      const Upstream* upstream) {
    std::string error = Quoted(expr) + ": " + flow.error;
    for (const Expr* part : parts) {
      const Flow* inner = part == nullptr ? nullptr : flows_.Find(*part);
      if (inner != nullptr && inner->outcome == Outcome::kValue && inner->output.IsNull())
        return error + "; " + Of(*part, upstream);
    }
    if (!flow.input.IsNull() || upstream == nullptr) return error;
    return error + "; " + Of(*upstream->expr, upstream->before);
  }

  std::string_view text_;
  const Flows& flows_;
  std::deque<Upstream> upstreams_;
  /// The `source as pattern` that the search came by.
  std::vector<Place> bindings_;
  /// Those that the search came by.
  std::vector<const Expr*> definitions_;
};

}  // namespace

std::string FindReason(std::string_view text, const Expr& program, const Flows& flows) {
  return Search(text, flows).Of(program, nullptr);
}

}  // namespace ocean::jq
