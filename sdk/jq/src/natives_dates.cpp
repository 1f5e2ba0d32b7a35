/// @file Dates. A broken-down time is [year, month from 0, day, hours, minutes, seconds, day of week, day of year].

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <ctime>

#include "access.hpp"
#include "natives.hpp"

namespace ocean::jq {
namespace {

/// Longer formatted dates are refused.
constexpr std::size_t kMaxFormatted = 4096;

Value FromBroken(Machine& machine, const std::tm& time, double fraction) {
  ArrayBuilder parts(machine.heap());
  for (const int part :
       {time.tm_year + 1900, time.tm_mon, time.tm_mday, time.tm_hour, time.tm_min}) {
    parts.Add(Value::Int(part));
  }
  parts.Add(Value::Number(time.tm_sec + fraction));
  parts.Add(Value::Int(time.tm_wday));
  parts.Add(Value::Int(time.tm_yday));
  return parts.Finish();
}

/// False when the value is no broken-down time; nothing fails yet.
bool ToBroken(const Value& value, std::tm& time) {
  if (!value.IsArray()) return false;
  std::array<int, 8> parts{1900};
  std::size_t at = 0;
  for (const Json& item : value.array()) {
    if (at == parts.size()) break;
    if (!item.is_number()) return false;
    const double number = std::clamp(Value::Borrow(item).AsDouble(), -2e9, 2e9);
    if (std::isnan(number)) return false;
    parts[at++] = static_cast<int>(number);
  }
  time = {};
  time.tm_year = parts[0] - 1900;
  time.tm_mon = parts[1];
  time.tm_mday = parts[2];
  time.tm_hour = parts[3];
  time.tm_min = parts[4];
  time.tm_sec = parts[5];
  time.tm_wday = parts[6];
  time.tm_yday = parts[7];
  return true;
}

template <std::tm* (*Break)(const std::time_t*, std::tm*)>
bool BreakDown(double seconds, std::tm& time, double& fraction) {
  if (!std::isfinite(seconds) || std::fabs(seconds) > 1e17) return false;
  // As jq has it: cut off towards 1970, though the fraction counts from the second before.
  fraction = seconds - std::floor(seconds);
  const auto at = static_cast<std::time_t>(seconds);
  return Break(&at, &time) != nullptr;
}

template <std::tm* (*Break)(const std::time_t*, std::tm*)>
Value BrokenDown(Machine& machine, Value&& in, const char* name) {
  if (!in.IsNumber()) return machine.Fail(std::string(name) + " requires numeric inputs");
  std::tm time{};
  double fraction = 0;
  if (!BreakDown<Break>(in.AsDouble(), time, fraction)) {
    return machine.Fail("error converting number of seconds since epoch to datetime");
  }
  return FromBroken(machine, time, fraction);
}

Value GmTime(Machine& machine, Value&& in, Value*) {
  return BrokenDown<::gmtime_r>(machine, std::move(in), "gmtime()");
}
Value LocalTime(Machine& machine, Value&& in, Value*) {
  return BrokenDown<::localtime_r>(machine, std::move(in), "localtime()");
}

Value MkTime(Machine& machine, Value&& in, Value*) {
  if (!in.IsArray()) return machine.Fail("mktime requires array inputs");
  std::tm time{};
  if (!ToBroken(in, time)) return machine.Fail("mktime requires parsed datetime inputs");
  return Value::Number(static_cast<double>(::timegm(&time)));
}

template <std::tm* (*Break)(const std::time_t*, std::tm*)>
Value Format(Machine& machine, const Value& in, const Value& format, const std::string& name,
             bool is_utc) {
  std::tm time{};
  double fraction = 0;
  if (in.IsNumber()) {
    if (!BreakDown<Break>(in.AsDouble(), time, fraction)) {
      return machine.Fail("error converting number of seconds since epoch to datetime");
    }
  } else if (!in.IsArray()) {
    return machine.Fail(name + " requires parsed datetime inputs");
  }
  if (!format.IsString()) return machine.Fail(name + " requires a string format");
  if (in.IsArray() && !ToBroken(in, time))
    return machine.Fail(name + " requires parsed datetime inputs");
  if (is_utc) time.tm_zone = "UTC";
  if (format.str().empty()) return machine.MakeString("");
  std::string text(kMaxFormatted, '\0');
  text.resize(std::strftime(text.data(), text.size(), format.str().c_str(), &time));
  if (text.empty()) return machine.Fail(name + ": unknown system failure");
  return machine.MakeString(std::move(text));
}

Value StrFTime(Machine& machine, Value&& in, Value* arguments) {
  return Format<::gmtime_r>(machine, in, arguments[0], "strftime/1", true);
}
Value StrFLocalTime(Machine& machine, Value&& in, Value* arguments) {
  return Format<::localtime_r>(machine, in, arguments[0], "strflocaltime/1", false);
}

Value StrPTime(Machine& machine, Value&& in, Value* arguments) {
  if (!in.IsString() || !arguments[0].IsString()) {
    return machine.Fail("strptime/1 requires string inputs and arguments");
  }
  std::tm time{};
  time.tm_wday = 8;
  time.tm_yday = 367;
  const char* const end = ::strptime(in.str().c_str(), arguments[0].str().c_str(), &time);
  if (end == nullptr || *end != '\0') {
    return machine.Fail("date \"" + std::string(in.str().c_str()) + "\" does not match format \"" +
                        arguments[0].str() + "\"");
  }
  // Days of week and year are set from the date where the format does not give them.
  std::tm whole = time;
  whole.tm_gmtoff = 0;
  ::timegm(&whole);
  if (time.tm_wday == 8 && time.tm_mday >= 1) time.tm_wday = whole.tm_wday;
  if (time.tm_yday == 367 && time.tm_mday >= 1) time.tm_yday = whole.tm_yday;
  return FromBroken(machine, time, 0);
}

Value Now(Machine&, Value&&, Value*) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return Value::Number(std::chrono::duration<double>(now).count());
}

constexpr std::array kNatives = {
    Native{"gmtime", 0, GmTime},
    Native{"localtime", 0, LocalTime, false},
    Native{"mktime", 0, MkTime},
    Native{"strftime", 1, StrFTime},
    Native{"strflocaltime", 1, StrFLocalTime, false},
    Native{"strptime", 1, StrPTime},
    Native{"now", 0, Now, false},
};

}  // namespace

std::span<const Native> DateNatives() {
  return kNatives;
}

}  // namespace ocean::jq
