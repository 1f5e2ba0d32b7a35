/// @file Paths of expressions, and assignments to them.

#include <algorithm>

#include "access.hpp"
#include "arithmetic.hpp"
#include "compare.hpp"
#include "machine.hpp"

namespace ocean::jq {

bool Machine::CollectPaths(const Node* node, const Environment& env, const Value& in,
                           std::vector<Path>& paths) {
  Item root{in, std::make_shared<PathLink>(PathLink{nullptr, {}, in, 0})};
  std::size_t bytes = 0;
  return Run(node, env, std::move(root), [&](Item&& item) {
    if (!IsIntact(item))
      return Fail("Invalid path expression with result " + Excerpt(item.value, kPathExcerptBytes))
          .Has();
    paths.push_back(KeysOf(item.path.get()));
    bytes += sizeof(Path) + paths.back().size() * sizeof(Value);
    return Room(bytes);
  });
}

bool Machine::RunPath(const Node* node, const Environment& env, const Value& in, Output out) {
  Item root{in, std::make_shared<PathLink>(PathLink{nullptr, {}, in, 0})};
  return Run(node->a, env, std::move(root), [&](Item&& item) {
    if (!IsIntact(item))
      return Fail("Invalid path expression with result " + Excerpt(item.value, kPathExcerptBytes))
          .Has();
    return out({FromPath(*this, KeysOf(item.path.get())), {}});
  });
}

namespace {

/// Whether a later update looks into what this one leaves; paths come with the outer ones first.
bool LeadsOn(const std::vector<Path>& paths, std::size_t at) {
  if (at + 1 == paths.size() || paths[at + 1].size() <= paths[at].size()) return false;
  return std::equal(paths[at].begin(), paths[at].end(), paths[at + 1].begin(), Equal);
}

}  // namespace

// Updates are made after the last path is found, so that they need not copy what the search still holds. What cut the search short
// counts only if the updates of what it had found succeed.
Value Machine::UpdateEach(
    const Node* paths_of, const Environment& env, Value in,
    const std::function<Value(Value in, const std::vector<Path>& paths, std::size_t at)>& update) {
  std::vector<Path> paths;
  const bool is_complete = CollectPaths(paths_of, env, in, paths);
  const Unwinding ended_by = unwinding_;
  if (!is_complete && ended_by != Unwinding::kError && ended_by != Unwinding::kBreak)
    return Value::Failed();
  const std::int64_t label = label_;
  Value error = CatchError();
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (!Step()) return Value::Failed();
    in = update(std::move(in), paths, i);
    if (in.failed()) return in;
  }
  if (is_complete) return in;
  unwinding_ = ended_by;
  label_ = label;
  error_ = std::move(error);
  return Value::Failed();
}

// Values for which the right side has no output are deleted, at the end, as deleting moves others; what lies below such a value is
// still updated.
Value Machine::Modify(const Node* node, const Environment& env, Value in) {
  std::vector<Path> doomed;
  in = UpdateEach(node->a, env, std::move(in),
                  [&](Value whole, const std::vector<Path>& paths, std::size_t at) {
                    bool is_empty = false;
                    whole = UpdatePath(*this, std::move(whole), paths[at], [&](Value&& old) {
                      const Value kept = LeadsOn(paths, at) ? old : Value();
                      Value fresh = FirstOutput(node->b, env, std::move(old));
                      is_empty = fresh.tag() == Value::Tag::kNone;
                      return is_empty ? kept : std::move(fresh);
                    });
                    if (is_empty) doomed.push_back(paths[at]);
                    return whole;
                  });
  return in.failed() ? std::move(in) : DeletePaths(*this, std::move(in), std::move(doomed));
}

// No value when there is none.
Value Machine::FirstOutput(const Node* node, const Environment& env, Value in) {
  if (node->at_most_one) return RunOne(node, env, std::move(in));
  Value first;
  const std::int64_t label = ++next_label_;
  const bool done = Run(node, env, {std::move(in), {}}, [&](Item&& item) {
    first = std::move(item.value);
    return Break(label);
  });
  return done || Arrived(label) ? first : Value::Failed();
}

// Each output of the right side gives a result of its own.
bool Machine::RunAssign(const Node* node, const Environment& env, const Value& in, Output out) {
  return Each(node->b, env, in, [&](Value&& right) {
    Value result = Assign(node, env, in, right);
    return result.Has() && out({std::move(result), {}});
  });
}

Value Machine::Assign(const Node* node, const Environment& env, Value in, const Value& right) {
  const auto update = [&](Value&& old) {
    if (node->op == Op::kUpdate) return Calculate(*this, node->arithmetic, std::move(old), right);
    return old.Truthy() ? std::move(old) : Value(right);
  };
  return UpdateEach(node->a, env, std::move(in),
                    [&](Value whole, const std::vector<Path>& paths, std::size_t at) {
                      return node->op == Op::kAssign
                                 ? SetPath(*this, std::move(whole), paths[at], right)
                                 : UpdatePath(*this, std::move(whole), paths[at], update);
                    });
}

}  // namespace ocean::jq
