#pragma once
/// @file A compiled program: nodes with every name resolved. Nodes are immutable once compiled and live as long as their Code.

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "ocean/base/json.hpp"
#include "regex.hpp"
#include "value.hpp"

namespace ocean::jq {

class Machine;
struct Expr;
struct Node;

/// What each node does; a, b, c, d and list are its operands.
enum class Op : std::uint8_t {
  kIdentity,
  kLiteral,            ///< `literal`
  kFields,             ///< a?, then `steps`, whose keys are constants
  kIndex,              ///< a?[b]; `optional`
  kSlice,              ///< a?[b?:c?]; `optional`
  kIterate,            ///< a?[]; `optional`
  kDescend,            ///< `..`
  kString,             ///< list: parts, formatted with `native` except at even places
  kArray,              ///< [a]
  kObject,             ///< list: key, value, key, value, …
  kNegate,             ///< -a
  kPipe,               ///< a | b
  kComma,              ///< list
  kArithmetic,         ///< a `arithmetic` b
  kAnd,                ///< a and b
  kOr,                 ///< a or b
  kAlternative,        ///< a // b
  kIf,                 ///< if a then b else c?
  kTry,                ///< try a catch b?
  kReduce,             ///< reduce a as `bind` (b; c)
  kForeach,            ///< foreach a as `bind` (b; c; d?)
  kBind,               ///< a as `bind` | b
  kVariable,           ///< the cell `hops` up
  kLabel,              ///< a, in the scope of a label
  kBreak,              ///< leaves the label `hops` up
  kCall,               ///< `function` with the closures of list
  kClosure,            ///< the closure `hops` up
  kNative,             ///< `native` with the values of list
  kAssign,             ///< a = b
  kModify,             ///< a |= b
  kUpdate,             ///< a `arithmetic`= b
  kUpdateAlternative,  ///< a //= b
  kEmpty,
  kError,    ///< error(a?)
  kPath,     ///< path(a)
  kGetPath,  ///< getpath(a)
  kRange,    ///< range(list)
  kFirst,    ///< first(a)
  kLast,     ///< last(a)
  kLimit,    ///< limit(a; b)
  kSkip,     ///< skip(a; b)
  kSortBy,   ///< `by` of a
  kReplace,  ///< sub(a; b; c?); `optional`: all matches
  kTrace,    ///< a, which `source` was compiled to; the machine's tracer hears of it
};

enum class Arithmetic : std::uint8_t {
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kModulo,
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
};

/// What kSortBy makes of the keys.
enum class By : std::uint8_t { kSort, kGroup, kUnique, kMin, kMax };

/// The most arguments that a native takes.
inline constexpr std::size_t kMaxArguments = 4;

/// A builtin whose arguments are values.
struct Native {
  std::string_view name;
  int arity;
  Value (*run)(Machine& machine, Value&& input, Value* arguments);
  /// The same input and arguments always give the same result.
  bool is_pure = true;
  /// The first argument is a pattern, the second, if any, its flags.
  bool takes_regex = false;
};

/// One step of a path with a constant key.
struct Step {
  Json key;  ///< a string or a number
  bool optional;
};

struct PatternCode {
  struct Entry {
    int slot;  ///< -1: none
    const Node* key;
    std::unique_ptr<PatternCode> value;  ///< may be null
  };
  int slot = -1;  ///< of a variable; -1 for arrays and objects
  bool is_array = false;
  std::vector<PatternCode> elements = {};
  std::vector<Entry> entries = {};
};

struct BindCode {
  std::vector<PatternCode> alternatives;
  /// Variables of all alternatives; each becomes a cell.
  std::size_t slots = 0;
};

struct Function {
  const Node* body = nullptr;
  /// Cells below its definition.
  int level = 0;
  bool at_most_one = false;
  bool reads_input = true;
};

struct Node {
  Op op = Op::kIdentity;
  Arithmetic arithmetic = Arithmetic::kAdd;
  By by = By::kSort;
  bool optional = false;
  /// At most one output, whatever the input.
  bool at_most_one = false;
  /// The outputs may depend on the input, or on the time.
  bool reads_input = false;
  int hops = 0;
  std::size_t position = 0;
  const Node* a = nullptr;
  const Node* b = nullptr;
  const Node* c = nullptr;
  const Node* d = nullptr;
  std::vector<const Node*> list = {};
  std::vector<Step> steps = {};
  Json literal = {};
  const Native* native = nullptr;
  const Function* function = nullptr;
  std::unique_ptr<BindCode> bind = {};
  /// Compiled beforehand where pattern and flags are literals.
  std::shared_ptr<const Regex> regex = {};
  /// Outlives the code; null except in kTrace.
  const Expr* source = nullptr;
};

struct Code {
  std::deque<Node> nodes = {};
  std::deque<Function> functions = {};
  const Node* root = nullptr;
};

}  // namespace ocean::jq
