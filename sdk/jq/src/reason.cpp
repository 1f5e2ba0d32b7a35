#include "reason.hpp"

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
        return OfParts(expr, {expr.children[1].get(), expr.children[0].get()}, *flow, upstream);
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

  static bool IsInput(const Expr& expr) { return expr.kind == ExprKind::kIdentity; }

  // What is not traced is a constant or `.`.
  std::string Whole(const Expr& expr, const Upstream* upstream) {
    if (!IsInput(expr)) return Quoted(expr) + " is null";
    return upstream == nullptr ? "the item is null" : Of(*upstream->expr, upstream->before);
  }

  std::string OfPipe(const Expr& expr, const Flow& flow, const Upstream* upstream) {
    const Expr& left = *expr.children[0];
    const Upstream from_left{&left, upstream};
    if (const Flow* found = flows_.Find(left); found != nullptr && found->began >= flow.began) {
      if (found->outcome != Outcome::kValue) return Of(left, upstream);
    }
    return Of(*expr.children[1], IsInput(left) ? upstream : &from_left);
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
    const Value& held = IsInput(target) || from == nullptr ? flow.input : from->output;
    if (flow.outcome == Outcome::kError) return OfError(expr, {}, flow, upstream);
    if (held.IsNull() && IsInput(target) && upstream != nullptr)
      return Of(*upstream->expr, upstream->before);
    return Quoted(expr) + ": " + WhyNoMember(expr, held);
  }

  std::string WhyNoMember(const Expr& access, const Value& held) const {
    if (held.IsNull()) return "the item is null";
    if (access.kind == ExprKind::kIterate) {
      return held.IsArray() || held.IsObject() ? "it is empty"
                                               : "it is a " + std::string(TypeOf(held));
    }
    if (access.kind == ExprKind::kSlice) return "there is no such part";
    const Value key = KeyOf(*access.children[1]);
    if (held.IsObject() && key.IsString()) return WhyNoKey(held.object(), key.str());
    if (held.IsArray() && key.IsNumber()) return WhyNoElement(held.array(), key.AsDouble());
    return "a " + std::string(TypeOf(held)) + " has no member " + Excerpt(key);
  }

  Value KeyOf(const Expr& key) const {
    if (key.kind == ExprKind::kLiteral) return Value::Borrow(key.literal);
    const Flow* flow = flows_.Find(key);
    return flow != nullptr && flow->outcome == Outcome::kValue ? flow->output : Value::Null();
  }

  static std::string WhyNoKey(const Json::object_t& members, const std::string& key) {
    if (members.find(key) != members.end()) return "its value is null";
    std::vector<std::string> known;
    for (const auto& [name, value] : members) known.push_back(name);
    const auto near = ClosestMatch(key, known);
    return "no key `" + key + "`" + (near ? "; did you mean `" + *near + "`?" : "");
  }

  static std::string WhyNoElement(const Json::array_t& elements, double index) {
    const auto size = static_cast<double>(elements.size());
    if (index < size && index >= -size) return "its value is null";
    return "the array has " + std::to_string(elements.size()) + " elements";
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
    if (expr.text == "select" && expr.children.size() == 1 && flow.outcome == Outcome::kNothing) {
      const Flow* condition = flows_.Find(*expr.children[0]);
      if (condition == nullptr || condition->outcome == Outcome::kValue)
        return Quoted(expr) + ": the condition is not true";
    }
    if (flow.input.IsNull() && upstream != nullptr && flow.outcome != Outcome::kError)
      return Of(*upstream->expr, upstream->before);
    std::vector<const Expr*> parts = AllChildren(expr);
    if (const Expr* definition = TakeDefinition(expr))
      parts.push_back(definition->children[0].get());
    return OfParts(expr, parts, flow, upstream);
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
    const std::string error = Quoted(expr) + ": " + flow.error;
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
  /// Those that the search came by.
  std::vector<const Expr*> definitions_;
};

}  // namespace

std::string FindReason(std::string_view text, const Expr& program, const Flows& flows) {
  return Search(text, flows).Of(program, nullptr);
}

}  // namespace ocean::jq
