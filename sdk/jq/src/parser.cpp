#include "parser.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <limits>
#include <utility>

#include "lexer.hpp"
#include "number.hpp"
#include "source_error.hpp"

namespace ocean::jq {
namespace {

/// Brackets within brackets.
constexpr int kMaxNesting = 400;
/// Levels of the tree, which long chains of operators deepen too.
constexpr int kMaxTreeDepth = 1500;

constexpr std::array<std::string_view, 18> kKeywords = {
    "def", "if",    "then",  "elif", "else", "end",    "as",      "reduce", "foreach",
    "try", "catch", "label", "and",  "or",   "import", "include", "module", "__loc__"};

bool IsKeyword(std::string_view word) {
  return std::find(kKeywords.begin(), kKeywords.end(), word) != kKeywords.end();
}

/// Binary operators by how strongly they bind.
enum Level {
  kAlternativeLevel,
  kUpdateLevel,
  kOrLevel,
  kAndLevel,
  kCompareLevel,
  kAddLevel,
  kMultiplyLevel
};

struct Operator {
  std::string_view text;
  Level level;
};

constexpr std::array<Operator, 22> kOperators = {{
    {"//", kAlternativeLevel}, {"=", kUpdateLevel},   {"|=", kUpdateLevel},  {"+=", kUpdateLevel},
    {"-=", kUpdateLevel},      {"*=", kUpdateLevel},  {"/=", kUpdateLevel},  {"%=", kUpdateLevel},
    {"//=", kUpdateLevel},     {"or", kOrLevel},      {"and", kAndLevel},    {"==", kCompareLevel},
    {"!=", kCompareLevel},     {"<", kCompareLevel},  {"<=", kCompareLevel}, {">", kCompareLevel},
    {">=", kCompareLevel},     {"+", kAddLevel},      {"-", kAddLevel},      {"*", kMultiplyLevel},
    {"/", kMultiplyLevel},     {"%", kMultiplyLevel},
}};

bool IsNonAssociative(Level level) {
  return level == kUpdateLevel || level == kCompareLevel;
}

ExprKind KindOf(const Operator& op) {
  switch (op.level) {
    case kAlternativeLevel:
      return ExprKind::kAlternative;
    case kUpdateLevel:
      return ExprKind::kUpdate;
    case kOrLevel:
      return ExprKind::kOr;
    case kAndLevel:
      return ExprKind::kAnd;
    default:
      return ExprKind::kBinary;
  }
}

std::string Describe(const Token& token) {
  switch (token.kind) {
    case TokenKind::kEnd:
      return "end of the expression";
    case TokenKind::kStringBegin:
      return "a string";
    case TokenKind::kStringText:
    case TokenKind::kStringEnd:
    case TokenKind::kInterpolationBegin:
      return "the rest of a string";
    case TokenKind::kField:
      return "'." + token.text + "'";
    case TokenKind::kVariable:
      return "'$" + token.text + "'";
    default:
      return "'" + token.text + "'";
  }
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text), tokens_(Tokenize(text)) {}

  ExprPtr Program() {
    if (Current().kind == TokenKind::kEnd) {
      Fail("the expression is empty", "`.` is the whole item");
    }
    ExprPtr result = Pipe();
    if (Current().kind != TokenKind::kEnd) Unexpected("the end or an operator");
    return result;
  }

  ExprPtr Definitions() {
    ExprPtr first = Definition();
    Expr* last = first.get();
    while (Current().kind != TokenKind::kEnd) {
      last->children[1] = Definition();
      last = last->children[1].get();
    }
    return first;
  }

 private:
  /// Counts a level of nesting for as long as it lives.
  class Nested {
   public:
    explicit Nested(Parser& parser) : parser_(parser) {
      if (++parser_.nesting_ > kMaxNesting) parser_.Fail("the expression is nested too deeply");
    }
    ~Nested() { --parser_.nesting_; }
    Nested(const Nested&) = delete;
    Nested& operator=(const Nested&) = delete;

   private:
    Parser& parser_;
  };

  const Token& Current() const { return tokens_[at_]; }
  const Token& Following() const { return tokens_[std::min(at_ + 1, tokens_.size() - 1)]; }
  void Advance() {
    if (at_ + 1 < tokens_.size()) ++at_;
  }
  bool At(std::string_view text) const {
    return (Current().kind == TokenKind::kOperator || Current().kind == TokenKind::kName) &&
           Current().text == text;
  }
  bool Accept(std::string_view text) {
    if (!At(text)) return false;
    Advance();
    return true;
  }
  void Expect(std::string_view text, const std::string& hint = "") {
    if (!Accept(text)) Unexpected("'" + std::string(text) + "'", hint);
  }
  std::string ExpectVariable() {
    if (Current().kind != TokenKind::kVariable) Unexpected("a variable such as $x");
    std::string name = Current().text;
    Advance();
    return name;
  }

  [[noreturn]] void Fail(const std::string& message, const std::string& hint = "") {
    ThrowSourceError(text_, Current().position, message, hint);
  }
  [[noreturn]] void Unexpected(const std::string& expected, const std::string& hint = "") {
    Fail("unexpected " + Describe(Current()) + ", expected " + expected, hint);
  }

  template <class... Children>
  ExprPtr Make(ExprKind kind, std::size_t position, Children... children) {
    auto expr = std::make_unique<Expr>();
    expr->kind = kind;
    expr->position = position;
    (Attach(*expr, std::move(children)), ...);
    return expr;
  }
  /// The expression, of which all from the byte `begin` to the last token was read.
  ExprPtr Spanned(ExprPtr expr, std::size_t begin) const {
    expr->begin = begin;
    expr->end = at_ == 0 ? 0 : tokens_[at_ - 1].end;
    return expr;
  }
  void Attach(Expr& parent, ExprPtr child) {
    if (child) parent.depth = std::max(parent.depth, child->depth + 1);
    if (parent.depth > kMaxTreeDepth) Fail("the expression is nested too deeply");
    parent.children.push_back(std::move(child));
  }

  // pipe: [definition | label | binding] comma ('|' pipe)?
  ExprPtr Pipe() { return PipeOf(true); }

  ExprPtr PipeOf(bool with_comma) {
    const Nested nested(*this);
    std::vector<std::pair<ExprPtr, std::size_t>> stages;
    while (true) {
      ExprPtr stage = with_comma ? Comma() : Operand(false);
      stages.emplace_back(std::move(stage), Current().position);
      if (!Accept("|")) break;
    }
    ExprPtr result = std::move(stages.back().first);
    for (std::size_t i = stages.size() - 1; i-- > 0;) {
      const std::size_t begin = stages[i].first->begin;
      result = Spanned(
          Make(ExprKind::kPipe, stages[i].second, std::move(stages[i].first), std::move(result)),
          begin);
    }
    return result;
  }

  ExprPtr Comma() {
    ExprPtr first = Operand(true);
    if (!At(",")) return first;
    const std::size_t begin = first->begin;
    ExprPtr list = Make(ExprKind::kComma, Current().position, std::move(first));
    while (Accept(",")) Attach(*list, Operand(true));
    return Spanned(std::move(list), begin);
  }

  // What reaches as far to the right as possible (def, label, as), or an expression of operators.
  ExprPtr Operand(bool with_comma) {
    const std::size_t begin = Current().position;
    return Spanned(OperandOf(with_comma), begin);
  }

  ExprPtr OperandOf(bool with_comma) {
    if (At("def")) {
      ExprPtr definition = Definition();
      ExprPtr rest = PipeOf(with_comma);
      definition->children.pop_back();
      Attach(*definition, std::move(rest));
      return definition;
    }
    if (At("label")) {
      const std::size_t position = Current().position;
      Advance();
      std::string name = ExpectVariable();
      Expect("|");
      ExprPtr label = Make(ExprKind::kLabel, position, PipeOf(with_comma));
      label->text = std::move(name);
      return label;
    }
    ExprPtr source = Binary(kAlternativeLevel);
    if (!At("as")) return source;
    const std::size_t position = Current().position;
    Advance();
    std::vector<Pattern> patterns = Patterns();
    Expect("|");
    ExprPtr bind = Make(ExprKind::kBind, position, std::move(source), PipeOf(with_comma));
    bind->patterns = std::move(patterns);
    return bind;
  }

  const Operator* OperatorHere(Level lowest) const {
    if (Current().kind != TokenKind::kOperator && Current().kind != TokenKind::kName)
      return nullptr;
    for (const Operator& op : kOperators) {
      if (op.text == Current().text) return op.level >= lowest ? &op : nullptr;
    }
    return nullptr;
  }

  ExprPtr Binary(Level lowest) {
    const std::size_t begin = Current().position;
    ExprPtr left = Prefix();
    Level used = kMultiplyLevel;
    bool is_first = true;
    while (const Operator* op = OperatorHere(lowest)) {
      if (!is_first && IsNonAssociative(op->level) && used == op->level) {
        Fail("'" + Current().text + "' cannot follow an operator of its kind", "use parentheses");
      }
      const std::size_t position = Current().position;
      Advance();
      const auto next =
          static_cast<Level>(op->level == kAlternativeLevel ? op->level : op->level + 1);
      left = Make(KindOf(*op), position, std::move(left), Binary(next));
      left->text = op->text;
      left = Spanned(std::move(left), begin);
      used = op->level;
      is_first = false;
    }
    return left;
  }

  ExprPtr Prefix() {
    if (!At("-")) return Postfix();
    const Nested nested(*this);
    const std::size_t position = Current().position;
    Advance();
    return Spanned(Make(ExprKind::kNegate, position, Prefix()), position);
  }

  ExprPtr Postfix() {
    const std::size_t begin = Current().position;
    ExprPtr term = Term();
    while (true) {
      term = Spanned(std::move(term), begin);
      const std::size_t position = Current().position;
      if (Current().kind == TokenKind::kField) {
        term = Field(std::move(term), position);
      } else if (At(".") && Following().kind == TokenKind::kStringBegin) {
        Advance();
        term = MaybeOptional(Make(ExprKind::kIndex, position, std::move(term), String("@text")));
      } else if (At(".") && Following().text == "[" && Following().kind == TokenKind::kOperator) {
        Advance();
      } else if (At("[")) {
        term = Bracket(std::move(term), position);
      } else if (Accept("?")) {
        term = Make(ExprKind::kTry, position, std::move(term), ExprPtr());
      } else {
        return term;
      }
    }
  }

  ExprPtr Field(ExprPtr target, std::size_t position) {
    ExprPtr key = Make(ExprKind::kLiteral, position);
    key->literal = Current().text;
    Advance();
    return MaybeOptional(Make(ExprKind::kIndex, position, std::move(target), std::move(key)));
  }

  ExprPtr MaybeOptional(ExprPtr access) {
    access->optional = Accept("?");
    return access;
  }

  // `[]`, `[k]`, `[a:b]`, `[a:]`, `[:b]`
  ExprPtr Bracket(ExprPtr target, std::size_t position) {
    Expect("[");
    if (Accept("]")) return MaybeOptional(Make(ExprKind::kIterate, position, std::move(target)));
    ExprPtr from;
    if (!At(":")) {
      from = Pipe();
      if (Accept("]")) {
        return MaybeOptional(Make(ExprKind::kIndex, position, std::move(target), std::move(from)));
      }
    }
    Expect(":");
    ExprPtr to;
    if (!At("]") || !from) to = Pipe();
    Expect("]");
    return MaybeOptional(
        Make(ExprKind::kSlice, position, std::move(target), std::move(from), std::move(to)));
  }

  ExprPtr Term() {
    const Token& token = Current();
    const std::size_t position = token.position;
    switch (token.kind) {
      case TokenKind::kNumber:
        return Number();
      case TokenKind::kStringBegin:
        return String("@text");
      case TokenKind::kField:
        return Field(Make(ExprKind::kIdentity, position), position);
      case TokenKind::kFormat:
        return Format();
      case TokenKind::kVariable: {
        ExprPtr variable = Make(ExprKind::kVariable, position);
        variable->text = token.text;
        Advance();
        return variable;
      }
      case TokenKind::kName:
        return Word();
      case TokenKind::kOperator:
        return Symbol();
      default:
        Unexpected("a value");
    }
  }

  ExprPtr Symbol() {
    const std::size_t position = Current().position;
    if (Accept("..")) return Make(ExprKind::kRecurse, position);
    if (Accept(".")) {
      ExprPtr identity = Make(ExprKind::kIdentity, position);
      if (Current().kind != TokenKind::kStringBegin) return identity;
      return MaybeOptional(Make(ExprKind::kIndex, position, std::move(identity), String("@text")));
    }
    if (Accept("(")) {
      ExprPtr inner = Pipe();
      Expect(")");
      return inner;
    }
    if (Accept("[")) {
      if (Accept("]")) return Make(ExprKind::kArray, position, ExprPtr());
      ExprPtr array = Make(ExprKind::kArray, position, Pipe());
      Expect("]");
      return array;
    }
    if (Accept("{")) return Object(position);
    Unexpected("a value");
  }

  ExprPtr Number() {
    ExprPtr literal = Make(ExprKind::kLiteral, Current().position);
    literal->literal = NumberOf(Current().text).value_or(Json(0));
    Advance();
    return literal;
  }

  ExprPtr Format() {
    ExprPtr format = Make(ExprKind::kFormat, Current().position);
    format->text = Current().text;
    Advance();
    if (Current().kind == TokenKind::kStringBegin) return String(format->text);
    return format;
  }

  ExprPtr String(const std::string& format) {
    const std::size_t position = Current().position;
    Advance();
    ExprPtr string = Make(ExprKind::kString, position);
    string->text = format;
    Attach(*string, StringText());
    while (Current().kind != TokenKind::kStringEnd) {
      Advance();
      Attach(*string, Pipe());
      if (Current().kind != TokenKind::kInterpolationEnd) Unexpected("')'");
      Advance();
      Attach(*string, StringText());
    }
    Advance();
    return string->children.size() == 1 ? std::move(string->children[0]) : std::move(string);
  }

  ExprPtr StringText() {
    ExprPtr literal = Make(ExprKind::kLiteral, Current().position);
    const bool has_text = Current().kind == TokenKind::kStringText;
    literal->literal = has_text ? Current().text : "";
    if (has_text) Advance();
    return literal;
  }

  ExprPtr Word() {
    const std::size_t position = Current().position;
    if (Accept("if")) return If(position);
    if (Accept("try")) return Try(position);
    if (Accept("reduce")) return Fold(ExprKind::kReduce, position);
    if (Accept("foreach")) return Fold(ExprKind::kForeach, position);
    if (Accept("break")) {
      ExprPtr expr = Make(ExprKind::kBreak, position);
      expr->text = ExpectVariable();
      return expr;
    }
    // These are written where a value is expected only by mistake or as the start of something long.
    if (At("def") || At("label")) return Operand(true);
    if (At("import") || At("include") || At("module")) {
      Fail("'" + Current().text + "' is not available: there are no modules");
    }
    if (IsKeyword(Current().text)) Unexpected("a value");
    return Call(position);
  }

  ExprPtr Call(std::size_t position) {
    ExprPtr call = Make(ExprKind::kCall, position);
    call->text = Current().text;
    Advance();
    if (!Accept("(")) return call;
    do {
      Attach(*call, Pipe());
    } while (Accept(";"));
    Expect(")", At(",") ? "arguments are separated by `;`" : "");
    return call;
  }

  ExprPtr If(std::size_t position) {
    const Nested nested(*this);
    ExprPtr condition = Pipe();
    Expect("then");
    ExprPtr then = Pipe();
    ExprPtr otherwise;
    const std::size_t next = Current().position;
    if (Accept("elif")) {
      otherwise = If(next);
    } else {
      if (Accept("else")) otherwise = Pipe();
      Expect("end", "every `if` is closed by `end`");
    }
    return Spanned(
        Make(ExprKind::kIf, position, std::move(condition), std::move(then), std::move(otherwise)),
        position);
  }

  ExprPtr Try(std::size_t position) {
    const Nested nested(*this);
    ExprPtr body = TryOperand();
    ExprPtr handler;
    if (Accept("catch")) handler = TryOperand();
    return Make(ExprKind::kTry, position, std::move(body), std::move(handler));
  }
  ExprPtr TryOperand() { return Prefix(); }

  // reduce source as $x (initial; update), foreach source as $x (initial; update; extract)
  ExprPtr Fold(ExprKind kind, std::size_t position) {
    const Nested nested(*this);
    ExprPtr source = Binary(kAlternativeLevel);
    Expect("as");
    std::vector<Pattern> patterns = Patterns();
    Expect("(");
    ExprPtr initial = Pipe();
    Expect(";");
    ExprPtr fold = Make(kind, position, std::move(source), std::move(initial), Pipe());
    if (kind == ExprKind::kForeach) Attach(*fold, Accept(";") ? Pipe() : ExprPtr());
    Expect(")");
    fold->patterns = std::move(patterns);
    return fold;
  }

  ExprPtr Definition() {
    const std::size_t position = Current().position;
    Expect("def");
    ExprPtr definition = Make(ExprKind::kDefine, position);
    if (Current().kind != TokenKind::kName) Unexpected("the name of a function");
    definition->text = Current().text;
    Advance();
    if (Accept("(")) {
      do {
        definition->parameters.push_back(Parameter());
      } while (Accept(";"));
      Expect(")");
    }
    Expect(":");
    Attach(*definition, Pipe());
    Attach(*definition, ExprPtr());
    Expect(";", "a definition ends with `;`");
    return definition;
  }

  std::string Parameter() {
    if (Current().kind == TokenKind::kVariable) return "$" + ExpectVariable();
    if (Current().kind != TokenKind::kName) Unexpected("the name of a parameter");
    std::string name = Current().text;
    Advance();
    return name;
  }

  ExprPtr Object(std::size_t position) {
    ExprPtr object = Make(ExprKind::kObject, position);
    if (Accept("}")) return object;
    do {
      if (At("}")) break;
      Member(*object);
    } while (Accept(","));
    Expect("}", At("(") || At("+") ? "a computed key is written in parentheses" : "");
    return object;
  }

  void Member(Expr& object) {
    const Token token = Current();
    ExprPtr key = Make(ExprKind::kLiteral, token.position);
    ExprPtr value;
    if (token.kind == TokenKind::kVariable) {
      value = Make(ExprKind::kVariable, token.position);
      value->text = token.text;
      key->literal = token.text;
      Advance();
      if (At(":")) key = std::move(value);
    } else if (token.kind == TokenKind::kName) {
      key->literal = token.text;
      Advance();
      if (!At(":"))
        value = MemberOf(token.text == "__loc__" ? Json("__loc__") : Json(token.text), token);
    } else if (token.kind == TokenKind::kStringBegin || token.kind == TokenKind::kFormat) {
      const std::size_t start = at_;
      key = Term();
      if (!At(":")) {
        // The same text again, as the name of the member that is taken.
        at_ = start;
        value = Make(ExprKind::kIndex, token.position, Make(ExprKind::kIdentity, token.position),
                     Term());
      }
    } else if (Accept("(")) {
      key = Pipe();
      Expect(")");
    } else if (token.kind == TokenKind::kNumber) {
      Fail("an object's key must be a string", "write it in double quotes");
    } else {
      Unexpected("a key", "a key is a name, a string, $name or (expression)");
    }
    if (!value) {
      Expect(":");
      value = PipeOf(false);
    }
    Attach(object, std::move(key));
    Attach(object, std::move(value));
  }

  ExprPtr MemberOf(Json name, const Token& token) {
    ExprPtr key = Make(ExprKind::kLiteral, token.position);
    key->literal = std::move(name);
    return Spanned(Make(ExprKind::kIndex, token.position, Make(ExprKind::kIdentity, token.position),
                        std::move(key)),
                   token.position);
  }

  std::vector<Pattern> Patterns() {
    std::vector<Pattern> patterns;
    do {
      patterns.push_back(OnePattern());
    } while (Accept("?//"));
    return patterns;
  }

  Pattern OnePattern() {
    const Nested nested(*this);
    Pattern pattern;
    pattern.position = Current().position;
    if (Current().kind == TokenKind::kVariable) {
      pattern.variable = ExpectVariable();
    } else if (Accept("[")) {
      pattern.shape = Pattern::Shape::kArray;
      do {
        pattern.elements.push_back(OnePattern());
      } while (Accept(","));
      Expect("]");
    } else if (Accept("{")) {
      pattern.shape = Pattern::Shape::kObject;
      do {
        pattern.entries.push_back(PatternEntry());
      } while (Accept(","));
      Expect("}");
    } else {
      Unexpected("a variable, '[' or '{'");
    }
    return pattern;
  }

  Pattern::Entry PatternEntry() {
    Pattern::Entry entry;
    const Token token = Current();
    if (token.kind == TokenKind::kVariable || token.kind == TokenKind::kName) {
      entry.key = Make(ExprKind::kLiteral, token.position);
      entry.key->literal = token.text;
      if (token.kind == TokenKind::kVariable) entry.variable = token.text;
      Advance();
      if (token.kind == TokenKind::kVariable && !At(":")) return entry;
    } else if (token.kind == TokenKind::kStringBegin) {
      entry.key = Term();
    } else if (Accept("(")) {
      entry.key = Pipe();
      Expect(")");
    } else {
      Unexpected("a key");
    }
    Expect(":");
    entry.value = std::make_unique<Pattern>(OnePattern());
    return entry;
  }

  std::string_view text_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  int nesting_ = 0;
};

}  // namespace

ExprPtr Parse(std::string_view text) {
  return Parser(text).Program();
}

ExprPtr ParseDefinitions(std::string_view text) {
  return Parser(text).Definitions();
}

}  // namespace ocean::jq
