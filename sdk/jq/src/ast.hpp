#pragma once
/// @file What the parser makes of a program: its expressions as they are written, each with its place in the text.

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "ocean/base/json.hpp"

namespace ocean::jq {

struct Expr;
using ExprPtr = std::unique_ptr<Expr>;

/// The children that each kind has are in brackets; those with ? may be null.
enum class ExprKind {
  kIdentity,  ///< `.`
  kRecurse,   ///< `..`
  kLiteral,   ///< a number, or a string without interpolation: `literal`
  kString,  ///< interpolated: [text, expression, text, expression, …, text]; `text` is the format, such as "@text"
  kFormat,  ///< `@base64`: `text`
  kArray,   ///< [content?]
  kObject,  ///< [key, value, key, value, …]
  kIndex,   ///< `.a`, `t[k]`: [target, key]; `optional`
  kSlice,   ///< `t[a:b]`: [target, from?, to?]; `optional`
  kIterate,      ///< `t[]`: [target]; `optional`
  kNegate,       ///< [operand]
  kPipe,         ///< [left, right]
  kComma,        ///< [two or more]
  kBinary,       ///< arithmetic and comparison: [left, right]; `text` is the operator
  kAnd,          ///< [left, right]
  kOr,           ///< [left, right]
  kAlternative,  ///< `//`: [left, right]
  kUpdate,       ///< `=`, `|=`, `+=`, …: [target, value]; `text` is the operator
  kIf,           ///< [condition, then, else?]
  kTry,          ///< [body, handler?]; `e?` is a try without handler
  kReduce,       ///< [source, initial, update]; `patterns`
  kForeach,      ///< [source, initial, update, extract?]; `patterns`
  kDefine,       ///< `def f(a; $b): body; rest`: [body, rest?]; `text` is f; `parameters`
  kCall,         ///< [arguments…]; `text` is the name
  kVariable,     ///< `$name`: `text`
  kBind,         ///< `source as $x ?// [$y] | body`: [source, body]; `patterns`
  kLabel,        ///< [body]; `text` is the name
  kBreak,        ///< `text` is the name
};

/// A pattern that takes a value apart.
struct Pattern {
  enum class Shape { kVariable, kArray, kObject };
  struct Entry {
    std::string variable;  ///< `$name` as a key binds the member too; empty otherwise.
    ExprPtr key;
    std::unique_ptr<Pattern> value;  ///< null in `{$name}`
  };
  Shape shape = Shape::kVariable;
  std::string variable;
  std::vector<Pattern> elements;
  std::vector<Entry> entries;
  std::size_t position = 0;
};

struct Expr {
  ExprKind kind = ExprKind::kIdentity;
  /// What errors point at.
  std::size_t position = 0;
  /// The bytes of the text that it was written in.
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string text = {};
  Json literal = {};
  bool optional = false;
  std::vector<ExprPtr> children = {};
  /// Names of a definition's parameters; those of values start with `$`.
  std::vector<std::string> parameters = {};
  /// One or more alternatives (`?//`).
  std::vector<Pattern> patterns = {};
  /// The longest way down, for bounding recursion.
  int depth = 1;
};

}  // namespace ocean::jq
