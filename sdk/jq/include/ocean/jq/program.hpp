#pragma once
/// @file The JQ language over ocean::Json: compile once, run on many inputs, within a budget.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "ocean/base/json.hpp"
#include "ocean/jq/type.hpp"

namespace ocean::jq {

/// What one run may use up. Exceeding a limit is an error that names it; the program cannot catch it.
struct Limits {
  /// Evaluation steps of one run: every node visited, element produced and regex match counts, and work on long values by their
  /// bytes.
  std::uint64_t steps = 10'000'000;
  /// Nesting of one run: calls that are not tail calls, and the depth of the values it builds.
  int depth = 2'000;
  /// Bytes of the values that one run holds at a time, besides its input.
  std::size_t value_bytes = std::size_t{64} << 20;
  /// Bytes of the outputs of one run, counted as values are. What is only passed on from the input counts too.
  std::size_t output_bytes = std::size_t{64} << 20;
  /// Wall time of all runs on one Budget, from the first one on.
  std::chrono::milliseconds time{std::chrono::seconds{120}};
};

/// The limits that runs are held to, and the token that stops them.
///
/// Make one per unit of work, such as an item and all its expressions: steps, depth and bytes count anew in each run, so
/// that one expression cannot starve the next, but the time is shared by all of them.
///
/// Threads   one thread at a time
class Budget {
 public:
  explicit Budget(const Limits& limits = {}, std::stop_token stop = {})
      : limits_(limits), stop_(std::move(stop)) {}

  const Limits& limits() const { return limits_; }
  const std::stop_token& stop() const { return stop_; }

  /// When the time is over. The clock starts with the first call.
  std::chrono::steady_clock::time_point Deadline() {
    if (!deadline_) deadline_ = std::chrono::steady_clock::now() + limits_.time;
    return *deadline_;
  }

 private:
  Limits limits_;
  std::stop_token stop_;
  std::optional<std::chrono::steady_clock::time_point> deadline_;
};

/// How a text becomes a program.
struct CompileOptions {
  /// Whether `env` and `$ENV` show `environment`; otherwise both are empty objects.
  bool allow_environment = false;
  std::map<std::string, std::string> environment;
  /// Whether strings may be written in single quotes; see RewriteSingleQuotes.
  bool rewrite_single_quotes = true;
};

/// What the first output of a program was.
struct Result {
  /// The first output; empty when there was none, or an error.
  std::optional<Json> value;
  /// Empty when the program ran; otherwise what went wrong, as jq words it.
  std::string error;
  /// Whether the error is an exceeded limit.
  bool budget_exceeded = false;
};

struct Explanation;

/// A compiled JQ program. Immutable; copies share it.
///
/// Dialect   jq 1.8 without files, modules and the command line: `input`, `debug`, `import`, `halt` and their kin are refused.
///           Integers pass unchanged to 64 bits; arithmetic is on doubles; results that are whole come back as integers.
/// Threads   all operations may overlap, on copies and on the same object
/// Lifetime  a run borrows its input and copies only what becomes part of a result
///
///     const jq::Program keys = jq::Program::Compile(".fields.subtasks | map(.key)");
///     jq::Budget budget;
///     const jq::Result result = keys.First(issue, budget);
class Program {
 public:
  /// Errors    Error{kConfig}: what is wrong, line and column, the place marked by a caret, and a hint where there is one
  static Program Compile(std::string_view text, const CompileOptions& options = {});

  /// Runs until the first output. What the program does wrong is in the result.
  ///
  /// Errors    Error{kCancelled} when the budget's token was stopped
  Result First(const Json& input, Budget& budget) const;

  /// Gives every output, in order, to `output`, until that returns false.
  ///
  /// Errors    Error{kPermanent} for an error of the program's and for an exceeded limit; Error{kCancelled} as above
  void ForEach(const Json& input, Budget& budget, const std::function<bool(Json&&)>& output) const;

  /// What First gives, and what led to it: see "ocean/jq/explanation.hpp". Compiles the text anew and runs it twice, for people
  /// who look at one item.
  ///
  /// Errors    Error{kCancelled} as above
  Explanation Explain(const Json& input, Budget& budget) const;

  /// The text as it was given.
  const std::string& text() const;

  /// The first output when it does not depend on the input, such as that of `"jiraIssue"`; empty for any other program, and
  /// for one whose only output is an error.
  std::optional<Json> Constant() const;

  /// Where in the input the outputs come from: texts such as ".key" and ".fields.subtasks[].key", sorted. Each stands for all that
  /// lies below it, and "." for everything. More may be named than a run really reads, never less.
  std::vector<std::string> Reads() const;

  /// What the outputs can be. More may be named than ever comes out, never less.
  Type ResultType() const;

 private:
  struct Impl;
  explicit Program(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;
};

/// Turns single quotes that delimit a string into double quotes, and leaves all others.
///
/// A quote opens at the start of the text or after a blank, unless a blank or `"` follows; it closes after anything but a
/// blank or `"`, when a blank or the end follows. The text keeps its length, so positions stay true.
std::string RewriteSingleQuotes(std::string_view text);

}  // namespace ocean::jq
