/// @file match, test, capture, scan and split by regular expressions.

#include <array>

#include "access.hpp"
#include "captures.hpp"
#include "natives.hpp"
#include "utf8.hpp"

namespace ocean::jq {

std::string CannotMatch(const Value& value) {
  return Describe(value) + " cannot be matched, as it is not a string";
}

bool FindMatches(Machine& machine, const Regex& regex, const std::string& subject, bool all,
                 std::vector<Regex::Groups>& matches) {
  std::size_t bytes = 0;
  const std::string problem = regex.Search(subject, all, [&](const Regex::Groups& groups) {
    matches.push_back(groups);
    bytes += groups.size() * sizeof(Regex::Group) + sizeof(Regex::Groups);
    return machine.Step() && machine.Room(bytes);
  });
  if (!problem.empty()) machine.Fail("the regular expression gave up: " + problem);
  return machine.unwinding() == Machine::Unwinding::kNone;
}

namespace {

Value GroupText(Machine& machine, const std::string& subject, const Regex::Group& group) {
  if (group.begin < 0) return Value::Null();
  return machine.MakeString(subject.substr(static_cast<std::size_t>(group.begin),
                                           static_cast<std::size_t>(group.end - group.begin)));
}

/// Counts code points from match to match, not from the start each time.
class Offsets {
 public:
  explicit Offsets(const std::string& subject) : subject_(subject) {}

  std::int64_t Of(int byte) {
    const auto wanted = static_cast<std::size_t>(byte);
    if (wanted < byte_) byte_ = count_ = 0;
    count_ += CountCodePoints(std::string_view(subject_).substr(byte_, wanted - byte_));
    byte_ = wanted;
    return static_cast<std::int64_t>(count_);
  }

 private:
  const std::string& subject_;
  std::size_t byte_ = 0;
  std::size_t count_ = 0;
};

Value Describe(Machine& machine, const std::string& subject, Offsets& offsets,
               const Regex::Group& group) {
  ObjectBuilder object(machine.heap());
  const bool took_part = group.begin >= 0;
  const std::int64_t offset = took_part ? offsets.Of(group.begin) : -1;
  object.Set("offset", Value::Int(offset));
  object.Set("length", Value::Int(took_part ? offsets.Of(group.end) - offset : 0));
  object.Set("string", GroupText(machine, subject, group));
  return object.Finish();
}

Value MatchObject(Machine& machine, const Regex& regex, const std::string& subject,
                  Offsets& offsets, const Regex::Groups& groups) {
  ArrayBuilder captures(machine.heap());
  for (std::size_t i = 1; i < groups.size(); ++i) {
    Value capture = Describe(machine, subject, offsets, groups[i]);
    const std::string& name = regex.names()[i - 1];
    Json& json = capture.Writable(machine.heap());
    json["name"] = name.empty() ? Json() : Json(name);
    captures.Add(std::move(capture));
  }
  Value whole = Describe(machine, subject, offsets, groups[0]);
  Measure measure;
  Json list = captures.Finish().Take(measure);
  whole.Writable(machine.heap())["captures"] = std::move(list);
  whole.Grown({measure.bytes, measure.depth + 1});
  return whole;
}

/// The regex of a native's pattern and flags: prepared, or made from the arguments, of which the pattern may be an array of
/// both. Null after failing.
std::shared_ptr<const Regex> TheRegex(Machine& machine, const Value& pattern, const Value& flags) {
  if (machine.prepared_regex() != nullptr) {
    return std::shared_ptr<const Regex>(std::shared_ptr<const Regex>(), machine.prepared_regex());
  }
  if (!pattern.IsArray() && !pattern.IsString() && flags.IsNull()) {
    machine.Fail(std::string(TypeOf(pattern)) + " not a string or array");
    return nullptr;
  }
  if (!pattern.IsArray()) return machine.RegexFor(pattern, flags);
  const auto& parts = pattern.array();
  if (parts.empty()) {
    machine.Fail("array not a string or array");
    return nullptr;
  }
  return machine.RegexFor(pattern.Part(parts[0]),
                          parts.size() > 1 ? pattern.Part(parts[1]) : flags);
}

Value Flags(Value* arguments, bool has_flags) {
  return has_flags ? arguments[1] : Value::Null();
}

template <bool HasFlags>
Value Test(Machine& machine, Value&& in, Value* arguments) {
  if (!in.IsString()) return machine.Fail(CannotMatch(in));
  const auto regex = TheRegex(machine, arguments[0], Flags(arguments, HasFlags));
  if (!regex) return Value::Failed();
  std::vector<Regex::Groups> matches;
  if (!FindMatches(machine, *regex, in.str(), false, matches)) return Value::Failed();
  return Value::Bool(!matches.empty());
}

template <class Make>
Value ForMatches(Machine& machine, const Value& in, Value* arguments, bool has_flags, bool all,
                 Make&& make) {
  if (!in.IsString()) return machine.Fail(CannotMatch(in));
  const auto regex = TheRegex(machine, arguments[0], Flags(arguments, has_flags));
  std::vector<Regex::Groups> matches;
  if (!regex || !FindMatches(machine, *regex, in.str(), all, matches)) return Value::Failed();
  ArrayBuilder results(machine.heap());
  for (const Regex::Groups& groups : matches) {
    if (!machine.Step()) return Value::Failed();
    results.Add(make(*regex, groups));
  }
  return results.Finish();
}

template <bool HasFlags>
Value Match(Machine& machine, Value&& in, Value* arguments) {
  if (!in.IsString()) return machine.Fail(CannotMatch(in));
  Offsets offsets(in.str());
  return ForMatches(machine, in, arguments, HasFlags, false,
                    [&](const Regex& regex, const Regex::Groups& groups) {
                      return MatchObject(machine, regex, in.str(), offsets, groups);
                    });
}

template <bool HasFlags>
Value Capture(Machine& machine, Value&& in, Value* arguments) {
  return ForMatches(machine, in, arguments, HasFlags, false,
                    [&](const Regex& regex, const Regex::Groups& groups) {
                      return NamedCaptures(machine, regex, in.str(), groups);
                    });
}

template <bool HasFlags>
Value Scan(Machine& machine, Value&& in, Value* arguments) {
  return ForMatches(machine, in, arguments, HasFlags, true,
                    [&](const Regex&, const Regex::Groups& groups) {
                      if (groups.size() == 1) return GroupText(machine, in.str(), groups[0]);
                      ArrayBuilder captures(machine.heap());
                      for (std::size_t i = 1; i < groups.size(); ++i)
                        captures.Add(GroupText(machine, in.str(), groups[i]));
                      return captures.Finish();
                    });
}

template <bool HasFlags>
Value SplitByRegex(Machine& machine, Value&& in, Value* arguments) {
  if (!in.IsString()) return machine.Fail(CannotMatch(in));
  const auto regex = TheRegex(machine, arguments[0], Flags(arguments, HasFlags));
  std::vector<Regex::Groups> matches;
  if (!regex || !FindMatches(machine, *regex, in.str(), true, matches)) return Value::Failed();
  ArrayBuilder pieces(machine.heap());
  std::size_t at = 0;
  for (const Regex::Groups& groups : matches) {
    pieces.AddString(in.str().substr(at, static_cast<std::size_t>(groups[0].begin) - at));
    at = static_cast<std::size_t>(groups[0].end);
  }
  pieces.AddString(in.str().substr(at));
  return pieces.Finish();
}

constexpr std::array kNatives = {
    Native{"test", 1, Test<false>, true, true},
    Native{"test", 2, Test<true>, true, true},
    Native{"_match", 1, Match<false>, true, true},
    Native{"_match", 2, Match<true>, true, true},
    Native{"_capture", 1, Capture<false>, true, true},
    Native{"_capture", 2, Capture<true>, true, true},
    Native{"_scan", 1, Scan<false>, true, true},
    Native{"_scan", 2, Scan<true>, true, true},
    Native{"_splits", 1, SplitByRegex<false>, true, true},
    Native{"_splits", 2, SplitByRegex<true>, true, true},
    Native{"split", 2, SplitByRegex<true>, true, true},
};

}  // namespace

Value NamedCaptures(Machine& machine, const Regex& regex, const std::string& subject,
                    const Regex::Groups& groups) {
  ObjectBuilder captures(machine.heap());
  for (std::size_t i = 1; i < groups.size(); ++i) {
    const std::string& name = regex.names()[i - 1];
    if (!name.empty()) captures.Set(name, GroupText(machine, subject, groups[i]));
  }
  return captures.Finish();
}

std::span<const Native> RegexNatives() {
  return kNatives;
}

}  // namespace ocean::jq
