#pragma once
/// @file One run of a program.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "code.hpp"
#include "environment.hpp"
#include "ocean/jq/program.hpp"
#include "tracer.hpp"
#include "value.hpp"

namespace ocean::jq {

/// What a run says that exceeds the named limit.
std::string ExceededText(const Limits& limits, std::string_view limit);

/// Where a value lies in the value whose paths are asked for. The last link remembers what lies there.
struct PathLink {
  std::shared_ptr<const PathLink> parent;
  Value key;
  Value value;
  int length = 0;
};
using PathPtr = std::shared_ptr<const PathLink>;

/// A value and, where paths are asked for, its path.
struct Item {
  Value value;
  PathPtr path = {};
};

/// Keys from the root on.
using Path = std::vector<Value>;

/// Where outputs go: a reference to a function `bool(Item&&)`; false unwinds the run.
class Output {
 public:
  template <class Function>
    requires(!std::is_same_v<std::remove_cvref_t<Function>, Output>)
  Output(Function&& function)  // NOLINT: implicit, as a function reference is
      : object_(const_cast<void*>(static_cast<const void*>(&function))),
        call_([](void* object, Item&& item) {
          return (*static_cast<std::remove_reference_t<Function>*>(object))(std::move(item));
        }) {}

  bool operator()(Item&& item) const { return call_(object_, std::move(item)); }

 private:
  void* object_;
  bool (*call_)(void*, Item&&);
};

/// Evaluates nodes.
///
/// Generators give their outputs to an Output, and return false when the run unwinds: by an error, by `break`, because a limit is
/// exceeded or because nothing more is wanted; pending() says which. Nodes that have at most one output are evaluated without an
/// Output, which is faster and takes little of the stack.
class Machine {
 public:
  enum class Unwinding { kNone, kError, kBreak, kLimit, kStopped, kCancelled };

  explicit Machine(Budget& budget);
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  /// Gives the outputs of `node` for `in` to `out`.
  bool Run(const Node* node, const Environment& env, Item in, Output out);
  /// The only output of a node that has at most one; no value when there is none.
  Value RunOne(const Node* node, const Environment& env, Value in);
  /// All outputs, without paths.
  template <class Function>
  bool Each(const Node* node, const Environment& env, const Value& in, Function&& function) {
    if (const Callee callee = Resolve(node, env); callee.node->at_most_one) {
      Value value = RunOne(callee.node, *callee.env, in);
      if (!value.Has()) return !value.failed();
      return function(std::move(value));
    }
    return Run(node, env, {in, {}}, [&](Item&& item) { return function(std::move(item.value)); });
  }

  /// What a node stands for where it is a closure: the expression that was passed, in the scope it was written in.
  struct Callee {
    const Node* node;
    const Environment* env;
  };
  static Callee Resolve(const Node* node, const Environment& env) {
    Callee callee{node, &env};
    while (callee.node->op == Op::kClosure) {
      const Cell& cell = callee.env->At(callee.node->hops);
      callee = {cell.closure, &cell.scope};
    }
    return callee;
  }

  Heap& heap() { return heap_; }

  /// Who hears of the nodes kTrace; must be set for code that has any.
  void set_tracer(Tracer* tracer) { tracer_ = tracer; }

  /// Starts an error; returns Value::Failed().
  Value Fail(std::string message);
  Value FailWith(Value error);
  /// Starts unwinding because the named limit is exceeded.
  Value Exceed(std::string_view limit);
  /// Counts work; false when a limit is exceeded or the run is cancelled.
  bool Step(std::uint64_t count = 1) {
    steps_ += count;
    return Spent() < next_check_ && !heap_.Exhausted() ? true : Check();
  }
  /// Counts the work on that many bytes, as Step() does.
  bool StepBytes(std::size_t bytes) { return Step(bytes / kBytesPerStep); }
  /// Looks at every limit, the clock and the stop token now; false as Step() is.
  bool Check();
  /// Whether that many more bytes may be made; unwinds otherwise.
  bool Room(std::size_t bytes);
  /// Whether a value may nest that deep; unwinds otherwise.
  bool MayNest(int depth);

  Value MakeString(std::string&& text) { return Value::String(heap_, std::move(text)); }

  Unwinding unwinding() const { return unwinding_; }
  /// The error that the run unwinds with.
  const Value& error() const { return error_; }
  const std::string& exceeded() const { return exceeded_; }
  void Stop() { unwinding_ = Unwinding::kStopped; }

  /// The regex for a pattern and flags, compiled or remembered; fails with a jq error otherwise.
  std::shared_ptr<const Regex> RegexFor(const Value& pattern, const Value& flags);

  /// A regex compiled with the program, for the native that runs now; may be null.
  const Regex* prepared_regex() const { return prepared_regex_; }

 private:
  class Level;

  /// Bytes that are copied or looked at for the work of a step.
  static constexpr std::uint64_t kBytesPerStep = 256;

  /// The steps taken, and those that the making of values amounts to.
  std::uint64_t Spent() const { return steps_ + heap_.made() / kBytesPerStep; }
  Value CatchError();

  // Generators; see run.cpp.
  bool RunPipe(const Node* node, const Environment& env, Item in, Output out);
  bool RunSteps(const Node* node, const Environment& env, Item in, Output out);
  bool RunIndex(const Node* node, const Environment& env, Item in, Output out);
  bool RunSlice(const Node* node, const Environment& env, Item in, Output out);
  bool RunIterate(const Node* node, const Environment& env, Item in, Output out);
  bool Iterate(const Item& target, bool optional, Output out);
  bool Break(std::int64_t label);
  /// Whether the run unwinds to `label`; if so, it does no more.
  bool Arrived(std::int64_t label);
  bool RunDescend(const Item& in, Output out);
  bool RunValues(const Node* node, const Environment& env, Item in, Output out);
  bool RunObject(const Node* node, const Environment& env, const Value& in, std::size_t at,
                 ObjectBuilder& members, Output out);
  bool RunString(const Node* node, const Environment& env, const Value& in, std::size_t at,
                 const std::string& text, Output out);
  bool RunBinary(const Node* node, const Environment& env, const Value& in, Output out);
  bool RunLogic(const Node* node, const Environment& env, const Value& in, Output out);
  bool RunAlternative(const Node* node, const Environment& env, const Item& in, Output out,
                      bool& had_output);
  bool RunIf(const Node* node, const Environment& env, const Item& in, Output out);
  bool RunTry(const Node* node, const Environment& env, const Item& in, Output out);
  bool RunBind(const Node* node, const Environment& env, const Item& in, Output out);
  bool RunLabel(const Node* node, const Environment& env, Item in, Output out);
  bool RunNative(const Node* node, const Environment& env, const Value& in, std::size_t at,
                 Value* arguments, Output out);
  bool RunTraced(const Node* node, const Environment& env, Item in, Output out);

  // Forms; see forms.cpp.
  bool RunReduce(const Node* node, const Environment& env, const Item& in, Output out);
  bool RunForeach(const Node* node, const Environment& env, const Item& in, Output out);
  bool RunFirst(const Node* node, const Environment& env, Item in, Output out);
  bool RunLast(const Node* node, const Environment& env, Item in, Output out);
  bool RunLimit(const Node* node, const Environment& env, const Item& in, Output out);
  bool CountDown(const Node* node, const Environment& env, const Item& in, Value count);
  bool RunSkip(const Node* node, const Environment& env, const Item& in, Output out);
  bool RunRange(const Node* node, const Environment& env, const Value& in, std::size_t at,
                Value* bounds, Output out);
  bool Range(Value* bounds, std::size_t count, Output out);
  bool RunGetPath(const Node* node, const Environment& env, const Item& in, Output out);
  bool RunError(const Node* node, const Environment& env, const Value& in);
  Value SortBy(const Node* node, const Environment& env, Value in);
  Value CannotSort(const Node* node, const Environment& env, const Value& in);
  bool RunReplace(const Node* node, const Environment& env, const Value& in, Output out);
  bool Replace(const Node* node, const Environment& env, const Value& in, const Regex& regex,
               Output out);

  // Variables; see bind.cpp.
  bool BindAll(const Node* node, const Environment& env, const Value& in, const Value& source,
               const std::function<bool(const Environment&)>& body);
  bool BindPattern(const PatternCode& pattern, const Environment& env, const Value& in,
                   const Value& source, std::vector<Value>& slots,
                   const std::function<bool()>& rest);
  bool BindElements(const PatternCode& pattern, std::size_t at, const Environment& env,
                    const Value& in, const Value& source, std::vector<Value>& slots,
                    const std::function<bool()>& rest);
  bool BindEntries(const PatternCode& pattern, std::size_t at, const Environment& env,
                   const Value& in, const Value& source, std::vector<Value>& slots,
                   const std::function<bool()>& rest);
  Environment WithSlots(const Environment& env, const std::vector<Value>& slots);
  Environment CallScope(const Node* node, const Environment& env);

  // Single outputs; see run_one.cpp.
  Value OneFields(const Node* node, const Environment& env, Value in);
  Value OneIndex(const Node* node, const Environment& env, Value in);
  Value OneSlice(const Node* node, const Environment& env, Value in);
  Value OneString(const Node* node, const Environment& env, const Value& in);
  Value OneArray(const Node* node, const Environment& env, const Value& in);
  Value OneObject(const Node* node, const Environment& env, const Value& in);
  Value OneArithmetic(const Node* node, const Environment& env, Value in);
  Value OneNative(const Node* node, const Environment& env, Value in);
  Value OneTraced(const Node* node, const Environment& env, Value in);
  Value OneByGenerator(const Node* node, const Environment& env, Value in);

  // Assignments; see update.cpp.
  Value UpdateEach(
      const Node* paths_of, const Environment& env, Value in,
      const std::function<Value(Value in, const std::vector<Path>& paths, std::size_t at)>& update);
  Value Modify(const Node* node, const Environment& env, Value in);
  Value FirstOutput(const Node* node, const Environment& env, Value in);
  bool RunAssign(const Node* node, const Environment& env, const Value& in, Output out);
  Value Assign(const Node* node, const Environment& env, Value in, const Value& right);
  bool CollectPaths(const Node* node, const Environment& env, const Value& in,
                    std::vector<Path>& paths);

  bool RunPath(const Node* node, const Environment& env, const Value& in, Output out);
  /// Whether the value is what lies at its path.
  bool IsIntact(const Item& item) const {
    return !item.path || item.value.IsIdentical(item.path->value);
  }
  /// Fails unless the path may be extended by `key`.
  bool CheckIntact(const Item& item, const Value& key);
  /// The member of `item` at `key`, with its path.
  Item MemberOf(const Item& item, const Value& key);

  Budget& budget_;
  Heap heap_;
  std::uint64_t steps_ = 0;
  std::uint64_t next_check_ = 0;
  int depth_ = 0;
  const char* stack_base_;
  std::int64_t next_label_ = 0;
  Unwinding unwinding_ = Unwinding::kNone;
  Value error_;
  std::int64_t label_ = 0;
  std::string exceeded_;
  std::map<std::pair<std::string, std::string>, std::shared_ptr<const Regex>> regexes_;
  const Regex* prepared_regex_ = nullptr;
  Tracer* tracer_ = nullptr;
};

}  // namespace ocean::jq
