/// @file match, test, capture, scan and split by regular expressions.

#include <array>

#include "access.hpp"
#include "arithmetic.hpp"
#include "captures.hpp"
#include "natives.hpp"
#include "utf8.hpp"

namespace ocean::jq {
namespace {

/// What is the work of a step, and from where on the clock is looked at with every search.
constexpr std::size_t kSearchedBytesPerStep = 64;
constexpr std::size_t kLongSubject = 512;
/// What a group takes besides its text when it is told as an object, about.
constexpr std::size_t kGroupBytes = 256;

}  // namespace

std::string CannotMatch(const Value& value) {
  return Describe(value) + " cannot be matched, as it is not a string";
}

bool FindMatches(Machine& machine, const Regex& regex, const std::string& subject, bool all,
                 std::vector<Regex::Groups>& matches) {
  std::size_t kept = 0;
  // A match may look at the whole subject from each place on, which takes time and no steps.
  const auto go_on = [&](std::size_t bytes) {
    return machine.Step(bytes / kSearchedBytesPerStep) &&
           (subject.size() < kLongSubject || machine.Check());
  };
  const auto match = [&](const Regex::Groups& groups) {
    matches.push_back(groups);
    kept += groups.size() * sizeof(Regex::Group) + sizeof(Regex::Groups);
    return machine.Step() && machine.Room(kept);
  };
  const std::string problem = regex.Search(subject, all, go_on, match);
  if (!problem.empty()) machine.Fail("the regular expression gave up: " + problem);
  return machine.unwinding() == Machine::Unwinding::kNone;
}

bool RoomForGroups(Machine& machine, const Regex::Groups& groups) {
  std::size_t bytes = 0;
  for (const Regex::Group& group : groups)
    bytes += kGroupBytes + static_cast<std::size_t>(group.end - group.begin);
  return machine.Step(groups.size()) && machine.Room(bytes);
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

/// Of an empty group, jq names the length last.
void Describe(Machine& machine, const std::string& subject, Offsets& offsets,
              const Regex::Group& group, bool is_capture, ObjectBuilder& object) {
  const bool took_part = group.begin >= 0;
  const std::int64_t offset = took_part ? offsets.Of(group.begin) : -1;
  object.Set("offset", Value::Int(offset));
  Value length = Value::Int(took_part ? offsets.Of(group.end) - offset : 0);
  const bool length_last = is_capture && group.begin == group.end;
  if (!length_last) object.Set("length", Value(length));
  object.Set("string", GroupText(machine, subject, group));
  if (length_last) object.Set("length", std::move(length));
}

Value MatchObject(Machine& machine, const Regex& regex, const std::string& subject,
                  Offsets& offsets, const Regex::Groups& groups) {
  ArrayBuilder captures(machine.heap());
  for (std::size_t i = 1; i < groups.size(); ++i) {
    ObjectBuilder capture(machine.heap());
    Describe(machine, subject, offsets, groups[i], true, capture);
    const std::string& name = regex.names()[i - 1];
    capture.Set("name", name.empty() ? Value::Null() : machine.MakeString(std::string(name)));
    captures.Add(capture.Finish());
  }
  ObjectBuilder whole(machine.heap());
  Describe(machine, subject, offsets, groups[0], false, whole);
  whole.Set("captures", captures.Finish());
  return whole.Finish();
}

/// The regex of a native's pattern and flags: prepared, or made from the arguments. A pattern alone may be an array of both.
/// Null after failing.
std::shared_ptr<const Regex> TheRegex(Machine& machine, const Value& in, const Value& pattern,
                                      const Value* flags) {
  if (flags == nullptr && !pattern.IsString()) {
    if (!pattern.IsArray() || pattern.array().empty()) {
      machine.Fail(std::string(TypeOf(pattern)) + " not a string or array");
      return nullptr;
    }
    const auto& parts = pattern.array();
    const Value second = parts.size() > 1 ? pattern.Part(parts[1]) : Value::Null();
    return TheRegex(machine, in, pattern.Part(parts[0]), &second);
  }
  if (!in.IsString()) {
    machine.Fail(CannotMatch(in));
    return nullptr;
  }
  if (machine.prepared_regex() != nullptr) {
    return std::shared_ptr<const Regex>(std::shared_ptr<const Regex>(), machine.prepared_regex());
  }
  return machine.RegexFor(pattern, flags == nullptr ? Value::Null() : *flags);
}

/// The same with the flag `g`; `flags` are what it is added to.
std::shared_ptr<const Regex> GlobalRegex(Machine& machine, const Value& in, const Value& pattern,
                                         Value left, Value right) {
  const Value flags = Add(machine, std::move(left), std::move(right));
  return flags.failed() ? nullptr : TheRegex(machine, in, pattern, &flags);
}

Value Flags(Value* arguments, bool has_flags) {
  return has_flags ? arguments[1] : Value::Null();
}
const Value* FlagsIfAny(Value* arguments, bool has_flags) {
  return has_flags ? &arguments[1] : nullptr;
}

template <bool HasFlags>
Value Test(Machine& machine, Value&& in, Value* arguments) {
  const auto regex = TheRegex(machine, in, arguments[0], FlagsIfAny(arguments, HasFlags));
  if (!regex) return Value::Failed();
  std::vector<Regex::Groups> matches;
  if (!FindMatches(machine, *regex, in.str(), false, matches)) return Value::Failed();
  return Value::Bool(!matches.empty());
}

template <class Make>
Value ForMatches(Machine& machine, const Value& in, const std::shared_ptr<const Regex>& regex,
                 bool all, Make&& make) {
  std::vector<Regex::Groups> matches;
  if (!regex || !FindMatches(machine, *regex, in.str(), all, matches)) return Value::Failed();
  ArrayBuilder results(machine.heap());
  for (const Regex::Groups& groups : matches) {
    if (!RoomForGroups(machine, groups)) return Value::Failed();
    results.Add(make(*regex, groups));
  }
  return results.Finish();
}

template <bool HasFlags>
Value Match(Machine& machine, Value&& in, Value* arguments) {
  const auto regex = TheRegex(machine, in, arguments[0], FlagsIfAny(arguments, HasFlags));
  if (!regex) return Value::Failed();
  Offsets offsets(in.str());
  return ForMatches(machine, in, regex, false, [&](const Regex& made, const Regex::Groups& groups) {
    return MatchObject(machine, made, in.str(), offsets, groups);
  });
}

template <bool HasFlags>
Value Capture(Machine& machine, Value&& in, Value* arguments) {
  const auto regex = TheRegex(machine, in, arguments[0], FlagsIfAny(arguments, HasFlags));
  return ForMatches(machine, in, regex, false, [&](const Regex& made, const Regex::Groups& groups) {
    return NamedCaptures(machine, made, in.str(), groups);
  });
}

template <bool HasFlags>
Value Scan(Machine& machine, Value&& in, Value* arguments) {
  const auto regex =
      GlobalRegex(machine, in, arguments[0], machine.MakeString("g"), Flags(arguments, HasFlags));
  return ForMatches(machine, in, regex, true, [&](const Regex&, const Regex::Groups& groups) {
    if (groups.size() == 1) return GroupText(machine, in.str(), groups[0]);
    ArrayBuilder captures(machine.heap());
    for (std::size_t i = 1; i < groups.size(); ++i)
      captures.Add(GroupText(machine, in.str(), groups[i]));
    return captures.Finish();
  });
}

template <bool HasFlags>
Value SplitByRegex(Machine& machine, Value&& in, Value* arguments) {
  const auto regex =
      GlobalRegex(machine, in, arguments[0], Flags(arguments, HasFlags), machine.MakeString("g"));
  std::vector<Regex::Groups> matches;
  if (!regex || !FindMatches(machine, *regex, in.str(), true, matches)) return Value::Failed();
  ArrayBuilder pieces(machine.heap());
  std::size_t at = 0;
  for (const Regex::Groups& groups : matches) {
    if (!machine.Step()) return Value::Failed();
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
