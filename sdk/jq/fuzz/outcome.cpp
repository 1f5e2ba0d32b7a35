#include "outcome.hpp"

#include <algorithm>
#include <array>
#include <cmath>
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
std::string WithoutReason(std::string message) {
  const std::size_t text = message.find(" (while parsing '");
  return text == message.npos ? message : message.substr(text);
}

bool IsSameText(std::string a, std::string b) {
  return ReplaceAll(WithoutReason(std::move(a)), "-0", "0") ==
         ReplaceAll(WithoutReason(std::move(b)), "-0", "0");
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
  message = ReplaceAll(WithoutReason(std::move(message)), "-0", "0");
  if (message == "error without a message") return "";
  while (!message.empty() && (message.back() == '\n' || message.back() == ' ')) message.pop_back();
  return message;
}

bool IsSameMessage(const std::string& a, const std::string& b) {
  return a == b || a == kNoPath || b == kNoPath;
}

/// Whether which error comes first depends on the order of the work.
bool MayFailElsewhere(const std::string& program) {
  for (const std::string_view sign : {"|=", "+=", "-=", "*=", "/=", "%=", " = ", "sub("}) {
    if (program.find(sign) != program.npos) return true;
  }
  return false;
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

/// By the engine itself: numbers may be too large for a double.
Json ReadValue(const std::string& text) {
  static const Program from_json = Program::Compile("fromjson");
  Budget budget;
  const Result result = from_json.First(Json(text), budget);
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

bool MayRepeatMatches(const std::string& program, const std::string& input) {
  if (IsAscii(program) && IsAscii(input)) return false;
  constexpr std::array kSearches{"match(", "capture(", "scan(", "split(", "splits(", "sub("};
  return std::any_of(kSearches.begin(), kSearches.end(),
                     [&](const char* name) { return program.find(name) != program.npos; });
}

}  // namespace ocean::jq::fuzz
