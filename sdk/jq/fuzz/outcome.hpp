#pragma once
/// @file What a program does with an input, here and in the reference.

#include <optional>
#include <string>
#include <vector>

#include "ocean/base/json.hpp"

namespace ocean::jq::fuzz {

struct Outcome {
  std::vector<Json> outputs;
  /// Empty when the program ran to its end.
  std::optional<std::string> error;
  bool is_compile_error = false;
  /// Why there is nothing to compare; empty when there is.
  std::string skipped;

  /// Over several lines, each with an indent.
  std::string Text() const;
};

Outcome RunHere(const std::string& program, const std::string& input);
/// What an answer of the Oracle means.
Outcome ReadAnswer(const Json& answer);

/// Whether both are the same, but for what has to differ:
///
/// - numbers are compared as doubles: the reference keeps the digits of literals; ours are integers to 64 bits, else doubles
/// - not a number is printed as null
/// - an error when compiling is one, whatever its message: ours show the place and hint at what to write
/// - the message is empty for an error that is an empty string; ours says so in words
/// - blanks at the end of a message are lost in the reference's report, and what comes after a zero byte in ours
/// - where an expression is no path, and what fails before that is found out: an assignment here looks at all its paths first, and
///   some functions of the reference are written in the language
/// - where several things fail, which one is found first: assignments here look at all their paths before they change anything, and
///   `sub` looks at what it inserts at the end; a program with one of them may end with another message, though not without one
/// - zero has no sign
/// - of text that is no JSON the same is said, but not in the same words: the reference reads it token by token
bool IsSame(const std::string& program, const Outcome& here, const Outcome& reference);

/// What the reference may have done wrong where both differ, of what is known of it; empty when nothing is.
std::string KnownDefect(const std::string& program, const std::string& input);

}  // namespace ocean::jq::fuzz
