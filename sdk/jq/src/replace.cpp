/// @file sub and gsub.

#include "arithmetic.hpp"
#include "captures.hpp"
#include "machine.hpp"

namespace ocean::jq {

bool Machine::RunReplace(const Node* node, const Environment& env, const Value& in, Output out) {
  if (node->regex && in.IsString()) return Replace(node, env, in, *node->regex, out);
  return Each(node->a, env, in, [&](Value&& pattern) {
    const auto with_flags = [&](Value&& flags) {
      if (node->optional) flags = Add(*this, std::move(flags), MakeString("g"));
      if (flags.failed()) return false;
      if (!in.IsString()) return Fail(CannotMatch(in)).Has();
      const auto regex = RegexFor(pattern, flags);
      return regex && Replace(node, env, in, *regex, out);
    };
    return node->c == nullptr ? with_flags(Value::Null()) : Each(node->c, env, in, with_flags);
  });
}

// The n-th outputs of the replacement for all matches make the n-th result.
bool Machine::Replace(const Node* node, const Environment& env, const Value& in, const Regex& regex,
                      Output out) {
  const std::string& subject = in.str();
  std::vector<Regex::Groups> matches;
  if (!FindMatches(*this, regex, subject, node->optional, matches)) return false;
  std::vector<Value> results;
  std::size_t previous = 0;
  for (const Regex::Groups& groups : matches) {
    if (!RoomForGroups(*this, groups)) return false;
    const auto begin = static_cast<std::size_t>(groups[0].begin);
    const Value gap = MakeString(subject.substr(previous, begin - previous));
    std::size_t index = 0;
    const bool done =
        Each(node->b, env, NamedCaptures(*this, regex, subject, groups), [&](Value&& insert) {
          if (!Step()) return false;
          if (index == results.size()) results.push_back(Value::Null());
          Value piece = Add(*this, gap, std::move(insert));
          if (piece.failed()) return false;
          Value& result = results[index++];
          result = Add(*this, std::move(result), std::move(piece));
          return !result.failed();
        });
    if (!done) return false;
    previous = static_cast<std::size_t>(groups[0].end);
  }
  if (results.empty()) return out({in, {}});
  for (Value& result : results) {
    Value whole = Add(*this, std::move(result), MakeString(subject.substr(previous)));
    if (whole.failed() || !out({std::move(whole), {}})) return false;
  }
  return true;
}

}  // namespace ocean::jq
