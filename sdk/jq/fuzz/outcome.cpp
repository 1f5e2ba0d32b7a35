#include "outcome.hpp"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <limits>

#include "ocean/base/error.hpp"
#include "ocean/base/text.hpp"
#include "ocean/jq/program.hpp"

namespace ocean::jq::fuzz {
namespace {

constexpr std::size_t kMaxOutputs = 1000;

Limits RunLimits() {
  Limits limits;
  limits.steps = 200'000;
  limits.depth = 400;
  limits.value_bytes = std::size_t{8} << 20;
  limits.time = std::chrono::seconds(5);
  return limits;
}

double NumberOf(const Json& json) {
  constexpr double kMax = std::numeric_limits<double>::max();
  return std::clamp(json.get<double>(), -kMax, kMax);
}

bool IsNull(const Json& json) {
  return json.is_null() || (json.is_number_float() && std::isnan(json.get<double>()));
}

/// "(while parsing 'text')" of what is said of a text that is no JSON.
std::string WithoutReason(const std::string& message) {
  const std::size_t text = message.find(" (while parsing '");
  return text == message.npos ? message : message.substr(text);
}

bool IsSameText(const std::string& a, const std::string& b) {
  return ReplaceAll(WithoutReason(a), "-0", "0") == ReplaceAll(WithoutReason(b), "-0", "0");
}

bool IsSameValue(const Json& a, const Json& b) {
  if (IsNull(a) || IsNull(b)) return IsNull(a) && IsNull(b);
  if (a.is_number() && b.is_number()) return NumberOf(a) == NumberOf(b);
  if (a.is_string() && b.is_string()) return IsSameText(a, b);
  if (a.is_array() && b.is_array())
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), IsSameValue);
  if (!a.is_object() || !b.is_object()) return a == b;
  const auto& members_a = a.get_ref<const Json::object_t&>();
  const auto& members_b = b.get_ref<const Json::object_t&>();
  return std::equal(members_a.begin(), members_a.end(), members_b.begin(), members_b.end(),
                    [](const auto& x, const auto& y) {
                      return IsSameText(x.first, y.first) && IsSameValue(x.second, y.second);
                    });
}

constexpr std::string_view kNoPath = "Invalid path expression";

std::string Normalised(std::string message) {
  message.resize(std::min(message.find('\0'), message.size()));
  if (message.starts_with(kNoPath)) message.resize(kNoPath.size());
  message = ReplaceAll(WithoutReason(message), "-0", "0");
  if (message == "error without a message") return "";
  while (!message.empty() && (message.back() == '\n' || message.back() == ' ')) message.pop_back();
  return message;
}

bool IsSameMessage(const std::string& a, const std::string& b) {
  return a == b || a == kNoPath || b == kNoPath;
}

bool HasOneOf(const std::string& program, std::initializer_list<std::string_view> parts) {
  return std::any_of(parts.begin(), parts.end(),
                     [&](std::string_view part) { return program.find(part) != program.npos; });
}

bool MayWrite(const std::string& program) {
  return HasOneOf(program, {"|=", "+=", "-=", "*=", "/=", "%=", " = "});
}

/// Whether which error comes first depends on the order of the work.
bool MayFailElsewhere(const std::string& program) {
  return MayWrite(program) || HasOneOf(program, {"sub("});
}

bool IsAscii(const std::string& text) {
  return text.find("\\u") == text.npos && std::all_of(text.begin(), text.end(), [](char c) {
           return static_cast<signed char>(c) >= 0;
         });
}

/// The message of "jq: error (at <file>:<line>): message" and "jq: error (at <file>:<line>) (not a string): value".
std::string MessageOf(std::string report) {
  constexpr std::string_view kNoString = " (not a string)";
  const std::size_t place = report.find(')');
  if (!report.starts_with("jq: error (at ") || place == report.npos) return report;
  report.erase(0, place + 1);
  if (report.starts_with(kNoString)) report.erase(0, kNoString.size());
  return report.substr(std::min<std::size_t>(2, report.size()));
}

/// It does behind characters of several bytes.
bool MayRepeatMatches(const std::string& program, const std::string& input) {
  if (IsAscii(program) && IsAscii(input)) return false;
  return HasOneOf(program, {"match(", "capture(", "scan(", "split(", "splits(", "sub("});
}

/// Whether a colon stands in brackets rather than in braces.
bool HasSlice(const std::string& program) {
  for (std::size_t at = program.find(':'); at != program.npos; at = program.find(':', at + 1)) {
    const std::size_t open = program.find_last_of("[{", at);
    if (open != program.npos && program[open] == '[') return true;
  }
  return false;
}

/// By the engine itself: numbers may be too large for a double.
Json ReadValue(const std::string& text) {
  static const Program kFromJson = Program::Compile("fromjson");
  Budget budget;
  const Result result = kFromJson.First(Json(text), budget);
  if (!result.value) throw Error(ErrorKind::kPermanent, result.error);
  return *result.value;
}

}  // namespace

std::string Outcome::Text() const {
  if (!skipped.empty()) return "    (" + skipped + ")\n";
  std::string text;
  for (const Json& output : outputs) text += "    " + DumpJson(output) + "\n";
  if (error) text += (is_compile_error ? "    does not compile: " : "    error: ") + *error + "\n";
  return text.empty() ? "    (nothing)\n" : text;
}

Outcome RunHere(const std::string& text, const std::string& input) {
  Outcome outcome;
  try {
    CompileOptions options;
    options.rewrite_single_quotes = false;
    const Program program = Program::Compile(text, options);
    Budget budget(RunLimits());
    program.ForEach(ReadValue(input), budget, [&](Json&& output) {
      outcome.outputs.push_back(std::move(output));
      return outcome.outputs.size() < kMaxOutputs;
    });
    if (outcome.outputs.size() == kMaxOutputs) outcome.skipped = "too many outputs";
  } catch (const Error& error) {
    outcome.error = error.what();
    outcome.is_compile_error = error.kind() == ErrorKind::kConfig;
    if (outcome.error->starts_with("the expression exceeds its budget"))
      outcome.skipped = "it exceeds its budget";
  }
  return outcome;
}

Outcome ReadAnswer(const Json& answer) {
  Outcome outcome;
  outcome.skipped = GetString(answer, "skipped");
  if (!outcome.skipped.empty()) return outcome;
  const int status = answer.at("status").get<int>();
  for (const std::string& line : Split(GetString(answer, "output"), '\n')) {
    if (!line.empty()) outcome.outputs.push_back(ReadValue(line));
  }
  if (status != 0) outcome.error = MessageOf(GetString(answer, "error"));
  outcome.is_compile_error = status == 3;
  if (status != 0 && status != 3 && status != 5)
    outcome.skipped = "the reference ends with status " + std::to_string(status);
  return outcome;
}

bool IsSame(const std::string& program, const Outcome& here, const Outcome& reference) {
  if (here.is_compile_error || reference.is_compile_error)
    return here.is_compile_error && reference.is_compile_error;
  return here.error.has_value() == reference.error.has_value() &&
         (MayFailElsewhere(program) || IsSameMessage(Normalised(here.error.value_or("")),
                                                     Normalised(reference.error.value_or("")))) &&
         std::equal(here.outputs.begin(), here.outputs.end(), reference.outputs.begin(),
                    reference.outputs.end(), IsSameValue);
}

std::string KnownDefect(const std::string& program, const std::string& input) {
  if (MayRepeatMatches(program, input)) return "the reference may repeat empty matches";
  if (HasSlice(program) && (MayWrite(program) || HasOneOf(program, {"setpath("})))
    return "the reference may show again what was cut off an array";
  return "";
}

}  // namespace ocean::jq::fuzz
