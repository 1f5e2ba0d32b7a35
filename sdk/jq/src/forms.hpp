#pragma once
/// @file The builtins that the compiler knows: those that evaluate their arguments themselves.

#include <string>
#include <string_view>
#include <vector>

#include "code.hpp"

namespace ocean::jq {

enum class FormKind {
  kNode,    ///< a node `op` of the arguments
  kSelect,  ///< if argument then . else empty
  kMap,     ///< [.[] | argument]
  kEach,    ///< the elements of what `native` gives
  kRange,
  kEnvironment,  ///< env
  kRefused,      ///< what needs files, streams or the command line
};

struct Form {
  std::string_view name;
  std::size_t arity;
  FormKind kind;
  Op op = Op::kIdentity;
  By by = By::kSort;
  bool all = false;
  std::string_view native = {};
};

/// Null when there is none.
const Form* FindForm(std::string_view name, std::size_t arity);

/// What programs may call, with the number of arguments: "map/1".
std::vector<std::string> AllBuiltins();

}  // namespace ocean::jq
