#include "compiler.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "access.hpp"
#include "fold.hpp"
#include "forms.hpp"
#include "natives.hpp"
#include "ocean/base/text.hpp"
#include "prelude.hpp"
#include "scope.hpp"
#include "source_error.hpp"

namespace ocean::jq {
namespace {

std::optional<Arithmetic> ArithmeticOf(std::string_view op) {
  static const std::map<std::string_view, Arithmetic> kOperators = {
      {"+", Arithmetic::kAdd},          {"-", Arithmetic::kSubtract},
      {"*", Arithmetic::kMultiply},     {"/", Arithmetic::kDivide},
      {"%", Arithmetic::kModulo},       {"==", Arithmetic::kEqual},
      {"!=", Arithmetic::kNotEqual},    {"<", Arithmetic::kLess},
      {"<=", Arithmetic::kLessEqual},   {">", Arithmetic::kGreater},
      {">=", Arithmetic::kGreaterEqual}};
  const auto found = kOperators.find(op);
  return found == kOperators.end() ? std::nullopt : std::optional(found->second);
}

bool IsLiteral(const Node* node) {
  return node != nullptr && node->op == Op::kLiteral;
}

class Compiler {
 public:
  Compiler(std::string_view text, const CompileOptions& options, Tracing tracing)
      : text_(text), tracing_(tracing), environment_(Json::object()) {
    if (!options.allow_environment) return;
    for (const auto& [name, value] : options.environment) environment_[name] = value;
  }

  std::unique_ptr<const Code> Run(const Expr& program) {
    code_->root = Compile(program);
    return std::move(code_);
  }

 private:
  [[noreturn]] void Fail(const Expr& at, const std::string& message, const std::string& hint = "") {
    ThrowSourceError(text_, at.position, message, hint);
  }

  Node& New(Op op, const Expr& expr) {
    Node& node = code_->nodes.emplace_back();
    node.op = op;
    node.position = expr.position;
    return node;
  }
  const Node* Finish(Node& node) {
    SetFlags(node);
    return Folded(node);
  }
  const Node* Make(Op op, const Expr& expr, const Node* a = nullptr, const Node* b = nullptr,
                   const Node* c = nullptr) {
    Node& node = New(op, expr);
    node.a = a;
    node.b = b;
    node.c = c;
    return Finish(node);
  }
  const Node* Literal(const Expr& expr, Json value) {
    Node& node = New(Op::kLiteral, expr);
    node.literal = std::move(value);
    return Finish(node);
  }
  const Node* Child(const Expr& expr, std::size_t index) {
    return expr.children[index] ? Compile(*expr.children[index]) : nullptr;
  }
  /// Null stands for the input itself.
  const Node* Target(const Expr& expr) {
    const Node* target = Child(expr, 0);
    return target->op == Op::kIdentity ? nullptr : target;
  }

  const Node* Compile(const Expr& expr) {
    const Node* node = Translate(expr);
    const bool is_trivial = node->op == Op::kIdentity || node->op == Op::kLiteral;
    if (tracing_ == Tracing::kOff || is_trivial || expr.begin == expr.end) return node;
    Node& trace = New(Op::kTrace, expr);
    trace.a = node;
    trace.source = &expr;
    return Finish(trace);
  }

  const Node* Translate(const Expr& expr) {
    switch (expr.kind) {
      case ExprKind::kIdentity:
        return Make(Op::kIdentity, expr);
      case ExprKind::kRecurse:
        return Make(Op::kDescend, expr);
      case ExprKind::kLiteral:
        return Literal(expr, expr.literal);
      case ExprKind::kString:
        return String(expr);
      case ExprKind::kFormat:
        return NativeCall(expr, FormatOf(expr), {});
      case ExprKind::kArray:
        return Make(Op::kArray, expr, Child(expr, 0));
      case ExprKind::kObject:
        return Object(expr);
      case ExprKind::kIndex:
        return Index(expr);
      case ExprKind::kSlice:
        return Slice(expr);
      case ExprKind::kIterate:
        return Iterate(expr);
      case ExprKind::kNegate:
        return Make(Op::kNegate, expr, Child(expr, 0));
      case ExprKind::kPipe:
        return Pipe(expr, Child(expr, 0), Child(expr, 1));
      case ExprKind::kComma:
        return List(Op::kComma, expr);
      case ExprKind::kBinary:
        return Binary(expr);
      case ExprKind::kAnd:
        return Make(Op::kAnd, expr, Child(expr, 0), Child(expr, 1));
      case ExprKind::kOr:
        return Make(Op::kOr, expr, Child(expr, 0), Child(expr, 1));
      case ExprKind::kAlternative:
        return Make(Op::kAlternative, expr, Child(expr, 0), Child(expr, 1));
      case ExprKind::kUpdate:
        return Update(expr);
      case ExprKind::kIf:
        return Make(Op::kIf, expr, Child(expr, 0), Child(expr, 1), Child(expr, 2));
      case ExprKind::kTry:
        return Make(Op::kTry, expr, Child(expr, 0), Child(expr, 1));
      case ExprKind::kReduce:
      case ExprKind::kForeach:
        return Fold(expr);
      case ExprKind::kDefine:
        return Define(expr);
      case ExprKind::kCall:
        return Call(expr);
      case ExprKind::kVariable:
        return Variable(expr);
      case ExprKind::kBind:
        return Bind(expr);
      case ExprKind::kLabel:
        return Label(expr);
      case ExprKind::kBreak:
        return Break(expr);
    }
    Fail(expr, "this cannot be compiled");
  }

  const Node* List(Op op, const Expr& expr) {
    Node& node = New(op, expr);
    for (const ExprPtr& child : expr.children) node.list.push_back(Compile(*child));
    return Finish(node);
  }

  const Native* FormatOf(const Expr& expr) {
    const Native* format = FindNative(expr.text, 0);
    if (format == nullptr) Fail(expr, expr.text + " is not a format");
    return format;
  }

  const Node* String(const Expr& expr) {
    const Native* format = FormatOf(expr);
    Node& node = New(Op::kString, expr);
    node.native = format;
    for (const ExprPtr& part : expr.children) node.list.push_back(Compile(*part));
    return Finish(node);
  }

  const Node* Object(const Expr& expr) {
    for (std::size_t i = 0; i < expr.children.size(); i += 2) CheckKey(*expr.children[i]);
    return List(Op::kObject, expr);
  }

  void CheckKey(const Expr& key) {
    const std::size_t mark = scope_.Mark();
    const bool is_literal = key.kind == ExprKind::kLiteral && !key.literal.is_string();
    const bool is_word = key.kind == ExprKind::kCall && key.children.empty() &&
                         (key.text == "true" || key.text == "false" || key.text == "null") &&
                         scope_.FindCallable(key.text, 0) == nullptr;
    scope_.Restore(mark);
    if (is_literal || is_word) {
      Fail(key,
           "cannot use " + (is_word ? key.text : Describe(Value::Borrow(key.literal))) +
               " as the key of an object",
           "keys are strings");
    }
  }

  // Constant keys that follow each other make one node.
  const Node* Index(const Expr& expr) {
    const Node* key = Child(expr, 1);
    const Node* target = Target(expr);
    if (!IsLiteral(key) || !(key->literal.is_string() || key->literal.is_number())) {
      Node& node = New(Op::kIndex, expr);
      node.a = target;
      node.b = key;
      node.optional = expr.optional;
      return Finish(node);
    }
    Node& node = New(Op::kFields, expr);
    node.a = target;
    if (target != nullptr && target->op == Op::kFields) {
      node.a = target->a;
      node.steps = target->steps;
    }
    node.steps.push_back({key->literal, expr.optional});
    return Finish(node);
  }

  const Node* Slice(const Expr& expr) {
    Node& node = New(Op::kSlice, expr);
    node.a = Target(expr);
    node.b = Child(expr, 1);
    node.c = Child(expr, 2);
    node.optional = expr.optional;
    return Finish(node);
  }

  const Node* Iterate(const Expr& expr) {
    Node& node = New(Op::kIterate, expr);
    node.a = Target(expr);
    node.optional = expr.optional;
    return Finish(node);
  }

  const Node* Pipe(const Expr& expr, const Node* left, const Node* right) {
    if (left->op == Op::kIdentity) return right;
    if (right->op == Op::kIdentity) return left;
    if (right->op == Op::kFields && right->a == nullptr) {
      Node& node = New(Op::kFields, expr);
      const bool joins = left->op == Op::kFields;
      node.a = joins ? left->a : left;
      if (joins) node.steps = left->steps;
      node.steps.insert(node.steps.end(), right->steps.begin(), right->steps.end());
      return Finish(node);
    }
    return Make(Op::kPipe, expr, left, right);
  }

  const Node* Binary(const Expr& expr) {
    Node& node = New(Op::kArithmetic, expr);
    node.arithmetic = *ArithmeticOf(expr.text);
    node.a = Child(expr, 0);
    node.b = Child(expr, 1);
    return Finish(node);
  }

  const Node* Update(const Expr& expr) {
    const std::string_view op = std::string_view(expr.text).substr(0, expr.text.size() - 1);
    Node& node = New(op.empty()   ? Op::kAssign
                     : op == "|"  ? Op::kModify
                     : op == "//" ? Op::kUpdateAlternative
                                  : Op::kUpdate,
                     expr);
    node.a = Child(expr, 0);
    node.b = Child(expr, 1);
    if (node.op == Op::kUpdate) node.arithmetic = *ArithmeticOf(op);
    return Finish(node);
  }

  const Node* Fold(const Expr& expr) {
    Node& node = New(expr.kind == ExprKind::kReduce ? Op::kReduce : Op::kForeach, expr);
    node.a = Child(expr, 0);
    node.b = Child(expr, 1);
    const std::size_t mark = scope_.Mark();
    node.bind = Patterns(expr);
    node.c = Child(expr, 2);
    if (expr.kind == ExprKind::kForeach) node.d = Child(expr, 3);
    scope_.Restore(mark);
    return Finish(node);
  }

  const Node* Bind(const Expr& expr) {
    Node& node = New(Op::kBind, expr);
    node.a = Child(expr, 0);
    const std::size_t mark = scope_.Mark();
    node.bind = Patterns(expr);
    node.b = Child(expr, 1);
    scope_.Restore(mark);
    return Finish(node);
  }

  // Compiles the patterns, and leaves their variables in scope.
  std::unique_ptr<BindCode> Patterns(const Expr& expr) {
    std::vector<std::string> names;
    for (const Pattern& pattern : expr.patterns) CollectNames(pattern, names);
    auto bind = std::make_unique<BindCode>();
    bind->slots = names.size();
    for (const Pattern& pattern : expr.patterns) {
      const Slots slots = SlotsOf(pattern, names, expr.patterns.size() > 1);
      bind->alternatives.push_back(PatternOf(pattern, slots));
    }
    for (std::string& name : names) scope_.PushCell(Scope::Kind::kVariable, std::move(name));
    return bind;
  }

  static void AddName(const std::string& name, std::vector<std::string>& names) {
    if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end())
      names.push_back(name);
  }
  static void CollectNames(const Pattern& pattern, std::vector<std::string>& names) {
    AddName(pattern.variable, names);
    for (const Pattern& element : pattern.elements) CollectNames(element, names);
    for (const Pattern::Entry& entry : pattern.entries) {
      AddName(entry.variable, names);
      if (entry.value) CollectNames(*entry.value, names);
    }
  }

  // The slot of each variable in a pattern, by the place of its name.
  using Slots = std::map<const std::string*, int>;
  static int SlotOf(const std::string& name, const Slots& slots) {
    const auto found = slots.find(&name);
    return found == slots.end() ? -1 : found->second;
  }

  // The names of a pattern in the order in which the reference binds them.
  static void InOrder(const Pattern& pattern, std::vector<const std::string*>& order) {
    if (!pattern.variable.empty()) order.push_back(&pattern.variable);
    for (const Pattern& element : pattern.elements) InOrder(element, order);
    for (auto entry = pattern.entries.rbegin(); entry != pattern.entries.rend(); ++entry) {
      if (entry->value) InOrder(*entry->value, order);
      if (!entry->variable.empty()) order.push_back(&entry->variable);
    }
  }

  // Of several variables with one name the last that is bound counts, and the first one where there are alternatives.
  static Slots SlotsOf(const Pattern& pattern, const std::vector<std::string>& names,
                       bool has_alternatives) {
    std::vector<const std::string*> order;
    InOrder(pattern, order);
    if (!has_alternatives) std::reverse(order.begin(), order.end());
    Slots slots;
    std::vector<bool> taken(names.size());
    for (const std::string* name : order) {
      const auto slot =
          static_cast<std::size_t>(std::find(names.begin(), names.end(), *name) - names.begin());
      if (!taken[slot]) slots[name] = static_cast<int>(slot);
      taken[slot] = true;
    }
    return slots;
  }

  PatternCode PatternOf(const Pattern& pattern, const Slots& slots) {
    PatternCode code;
    if (pattern.shape == Pattern::Shape::kVariable) {
      code.slot = SlotOf(pattern.variable, slots);
      return code;
    }
    code.is_array = pattern.shape == Pattern::Shape::kArray;
    for (const Pattern& element : pattern.elements)
      code.elements.push_back(PatternOf(element, slots));
    for (const Pattern::Entry& entry : pattern.entries) {
      CheckKey(*entry.key);
      const int slot = SlotOf(entry.variable, slots);
      std::unique_ptr<PatternCode> value;
      if (entry.value) value = std::make_unique<PatternCode>(PatternOf(*entry.value, slots));
      code.entries.push_back({slot, Compile(*entry.key), std::move(value)});
    }
    return code;
  }

  const Node* Variable(const Expr& expr) {
    if (expr.text == "__loc__") {
      return Literal(expr, {{"file", "<top-level>"}, {"line", LineOf(text_, expr.position)}});
    }
    const Scope::Entry* entry = scope_.Find(Scope::Kind::kVariable, expr.text);
    if (entry == nullptr) {
      if (expr.text == "ENV") return Literal(expr, environment_);
      std::vector<std::string> known;
      for (const Scope::Entry& other : scope_.entries()) {
        if (other.kind == Scope::Kind::kVariable) known.push_back(other.name);
      }
      const auto near = ClosestMatch(expr.text, known);
      Fail(expr, "$" + expr.text + " is not defined", near ? "did you mean $" + *near + "?" : "");
    }
    Node& node = New(Op::kVariable, expr);
    node.hops = scope_.HopsTo(*entry);
    return Finish(node);
  }

  const Node* Label(const Expr& expr) {
    const std::size_t mark = scope_.Mark();
    scope_.PushCell(Scope::Kind::kLabel, expr.text);
    const Node* body = Child(expr, 0);
    scope_.Restore(mark);
    return Make(Op::kLabel, expr, body);
  }

  const Node* Break(const Expr& expr) {
    const Scope::Entry* entry = scope_.Find(Scope::Kind::kLabel, expr.text);
    if (entry == nullptr) {
      Fail(expr, "label $" + expr.text + " is not defined",
           "a label is set with `label $" + expr.text + " | …`");
    }
    Node& node = New(Op::kBreak, expr);
    node.hops = scope_.HopsTo(*entry);
    return Finish(node);
  }

  const Node* Define(const Expr& expr) {
    const std::size_t mark = scope_.Mark();
    DefineFunction(expr);
    const Node* rest = expr.children[1] ? Child(expr, 1) : Make(Op::kIdentity, expr);
    scope_.Restore(mark);
    return rest;
  }

  // The function stays in scope, for itself and for what follows.
  const Function* DefineFunction(const Expr& expr) {
    Function& function = code_->functions.emplace_back();
    function.level = scope_.cells();
    scope_.PushFunction(expr.text, expr.parameters.size(), &function);
    const std::size_t mark = scope_.Mark();
    for (const std::string& parameter : expr.parameters) {
      scope_.PushCell(Scope::Kind::kClosure, parameter.substr(parameter[0] == '$' ? 1 : 0));
    }
    function.body = Body(expr, 0);
    function.at_most_one = function.body->at_most_one;
    function.reads_input = function.body->reads_input;
    scope_.Restore(mark);
    return &function;
  }

  // A parameter $a is a closure a whose every output is bound to $a.
  const Node* Body(const Expr& expr, std::size_t at) {
    while (at < expr.parameters.size() && expr.parameters[at][0] != '$') ++at;
    if (at == expr.parameters.size()) return Child(expr, 0);
    const std::string name = expr.parameters[at].substr(1);
    Node& closure = New(Op::kClosure, expr);
    closure.hops = scope_.HopsTo(*scope_.Find(Scope::Kind::kClosure, name));
    Node& bind = New(Op::kBind, expr);
    bind.a = Finish(closure);
    bind.bind = std::make_unique<BindCode>();
    bind.bind->alternatives.emplace_back().slot = 0;
    bind.bind->slots = 1;
    scope_.PushCell(Scope::Kind::kVariable, name);
    bind.b = Body(expr, at + 1);
    return Finish(bind);
  }

  const Node* Call(const Expr& expr) {
    const std::size_t arity = expr.children.size();
    if (const Scope::Entry* entry = scope_.FindCallable(expr.text, arity)) {
      if (entry->kind == Scope::Kind::kFunction) return FunctionCall(expr, entry->function);
      Node& closure = New(Op::kClosure, expr);
      closure.hops = scope_.HopsTo(*entry);
      return Finish(closure);
    }
    if (const Form* form = FindForm(expr.text, arity)) return FormCall(expr, *form);
    if (const Native* native = FindNative(expr.text, arity))
      return NativeCall(expr, native, Arguments(expr));
    if (const Expr* definition = FindDefinition(expr.text, arity))
      return FunctionCall(expr, Builtin(*definition));
    Unknown(expr);
  }

  // Builtins see no names of the program; each is compiled once, where it is first used.
  const Function* Builtin(const Expr& definition) {
    const auto known = builtins_.find(&definition);
    if (known != builtins_.end()) return known->second;
    Scope outer = std::exchange(scope_, Scope());
    const Tracing tracing = std::exchange(tracing_, Tracing::kOff);
    Function& function = code_->functions.emplace_back();
    builtins_.emplace(&definition, &function);
    const Function* compiled = DefineFunction(definition);
    function = *compiled;
    scope_ = std::move(outer);
    tracing_ = tracing;
    return &function;
  }

  std::vector<const Node*> Arguments(const Expr& expr) {
    std::vector<const Node*> arguments;
    for (const ExprPtr& child : expr.children) arguments.push_back(Compile(*child));
    return arguments;
  }

  const Node* FunctionCall(const Expr& expr, const Function* function) {
    Node& node = New(Op::kCall, expr);
    node.function = function;
    node.hops = scope_.cells() - function->level;
    node.list = Arguments(expr);
    return Finish(node);
  }

  const Node* NativeCall(const Expr& expr, const Native* native,
                         std::vector<const Node*> arguments) {
    Node& node = New(Op::kNative, expr);
    node.native = native;
    node.list = std::move(arguments);
    if (native->takes_regex) {
      node.regex = LiteralRegex(node.list[0], node.list.size() > 1 ? node.list[1] : nullptr);
    }
    return Finish(node);
  }

  // Null where pattern or flags are computed, or wrong: that is for the run to say.
  static std::shared_ptr<const Regex> LiteralRegex(const Node* pattern, const Node* flags) {
    if (!IsLiteral(pattern) || !pattern->literal.is_string()) return nullptr;
    if (flags != nullptr &&
        (!IsLiteral(flags) || !(flags->literal.is_string() || flags->literal.is_null())))
      return nullptr;
    std::string problem;
    const bool has_flags = flags != nullptr && flags->literal.is_string();
    return Regex::Make(pattern->literal.get<std::string>(),
                       has_flags ? flags->literal.get<std::string>() : "", problem);
  }

  const Node* FormCall(const Expr& expr, const Form& form) {
    const std::vector<const Node*> arguments = Arguments(expr);
    const auto at = [&](std::size_t i) { return i < arguments.size() ? arguments[i] : nullptr; };
    switch (form.kind) {
      case FormKind::kRefused:
        Fail(expr, expr.text + " is not available: there are no files, streams and modules");
      case FormKind::kEnvironment:
        return Literal(expr, environment_);
      case FormKind::kSelect:
        return Make(Op::kIf, expr, at(0), Make(Op::kIdentity, expr), Make(Op::kEmpty, expr));
      case FormKind::kMap:
        return Make(Op::kArray, expr, Pipe(expr, Make(Op::kIterate, expr), at(0)));
      case FormKind::kEach: {
        const Native* native = FindNative(form.native, arguments.size());
        return Make(Op::kIterate, expr, NativeCall(expr, native, arguments));
      }
      case FormKind::kRange: {
        Node& node = New(Op::kRange, expr);
        node.list = arguments;
        return Finish(node);
      }
      case FormKind::kNode:
        break;
    }
    Node& node = New(form.op, expr);
    node.a = at(0);
    node.b = at(1);
    node.c = at(2);
    node.by = form.by;
    node.optional = form.all;
    if (form.op == Op::kReplace) node.regex = LiteralRegex(node.a, node.c);
    return Finish(node);
  }

  [[noreturn]] void Unknown(const Expr& expr) {
    std::vector<std::string> known;
    for (const std::string& name : AllBuiltins()) known.push_back(name.substr(0, name.find('/')));
    for (const Scope::Entry& entry : scope_.entries()) {
      if (entry.kind == Scope::Kind::kFunction || entry.kind == Scope::Kind::kClosure)
        known.push_back(entry.name);
    }
    std::string hint;
    if (std::find(known.begin(), known.end(), expr.text) != known.end()) {
      hint = "there is a function `" + expr.text + "` with another number of arguments";
    } else if (const auto near = ClosestMatch(expr.text, known)) {
      hint = "did you mean `" + *near + "`?";
    } else {
      hint = "a string is written in double quotes, a member of the input as ." + expr.text;
    }
    const std::size_t arity = expr.children.size();
    Fail(expr, expr.text + (arity == 0 ? "" : "/" + std::to_string(arity)) + " is not defined",
         hint);
  }

  std::string_view text_;
  Tracing tracing_;
  Json environment_;
  std::unique_ptr<Code> code_ = std::make_unique<Code>();
  Scope scope_;
  std::map<const Expr*, const Function*> builtins_;
};

}  // namespace

std::unique_ptr<const Code> CompileExpr(std::string_view text, const Expr& program,
                                        const CompileOptions& options, Tracing tracing) {
  return Compiler(text, options, tracing).Run(program);
}

}  // namespace ocean::jq
