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
  return Run(node, env, std::move(root), [&](Item&& item) {
    if (!IsIntact(item))
      return Fail("Invalid path expression with result " + Excerpt(item.value, kPathExcerptBytes))
          .Has();
    paths.push_back(KeysOf(item.path.get()));
    return Room(paths.size() * sizeof(Path));
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

// Values for which the right side has no output are deleted, at the end, as deleting moves others; what lies below such a value is
// still updated.
Value Machine::Modify(const Node* node, const Environment& env, Value in) {
  std::vector<Path> paths;
  std::vector<Path> doomed;
  if (!CollectPaths(node->a, env, in, paths)) return Value::Failed();
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (!Step()) return Value::Failed();
    bool is_empty = false;
    const auto update = [&](Value&& old) {
      Value fresh;
      const Value kept = LeadsOn(paths, i) ? old : Value();
      if (node->b->at_most_one) {
        fresh = RunOne(node->b, env, std::move(old));
      } else {
        const std::int64_t label = ++next_label_;
        const bool done = Run(node->b, env, {std::move(old), {}}, [&](Item&& item) {
          fresh = std::move(item.value);
          return Break(label);
        });
        if (!done && !Arrived(label)) return Value::Failed();
      }
      is_empty = fresh.tag() == Value::Tag::kNone;
      if (is_empty) return kept;
      return fresh;
    };
    in = UpdatePath(*this, std::move(in), paths[i], update);
    if (in.failed()) return in;
    if (is_empty) doomed.push_back(paths[i]);
  }
  return DeletePaths(*this, std::move(in), std::move(doomed));
}

// Each output of the right side gives a result of its own.
bool Machine::RunAssign(const Node* node, const Environment& env, const Value& in, Output out) {
  return Each(node->b, env, in, [&](Value&& right) {
    Value result = Assign(node, env, in, right);
    return result.Has() && out({std::move(result), {}});
  });
}

Value Machine::Assign(const Node* node, const Environment& env, Value in, const Value& right) {
  std::vector<Path> paths;
  if (!CollectPaths(node->a, env, in, paths)) return Value::Failed();
  const auto update = [&](Value&& old) {
    if (node->op == Op::kUpdate) return Calculate(*this, node->arithmetic, std::move(old), right);
    return old.Truthy() ? std::move(old) : Value(right);
  };
  for (const Path& path : paths) {
    if (!Step()) return Value::Failed();
    in = node->op == Op::kAssign ? SetPath(*this, std::move(in), path, right)
                                 : UpdatePath(*this, std::move(in), path, update);
    if (in.failed()) return in;
  }
  return in;
}

}  // namespace ocean::jq
